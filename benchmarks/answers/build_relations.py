"""Write the words of one relation by stem, as they are looked up, from the lists that people edit.

python benchmarks/answers/build_relations.py
"""

from moe_kit.extraction.relations import RELATED_FILE, WORDS_FOLDER, build_related


def main() -> None:
    same, near = (
        [row for row in (WORDS_FOLDER / name).read_text(encoding="utf-8").splitlines() if row.strip()]
        for name in ("same.txt", "near.txt")
    )
    RELATED_FILE.write_text(build_related(same, near), encoding="utf-8")
    print(f"{RELATED_FILE.name}: {len(same)} relations, {len(near)} words with what is near to them")


if __name__ == "__main__":
    main()
