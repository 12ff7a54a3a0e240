"""How well passages are found within long documents: a set's passages merged by tens, and split again by moe.

    python benchmarks/retrieval/merged.py DATA_FOLDER [--size 10] [--seed 1] [--json]

Ten passages of a set, drawn at random, become one document without a title, a blank line between them. moe splits it
as it splits everything. A gold passage counts as found when the passages found hold at least half of its characters.
Prints recall at 2, 5 and 10, in percent, for BM25 alone and for what `moe run` searches with, beside the same for the
passages as they were, without titles.
"""

import argparse
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from fit import read_corpus

from moe.app import App
from moe.contracts.search import SearchNames
from moe.evaluation.questions import GoldQuestion, load_questions
from moe.knowledge.library import DocumentLibrary, make_library
from moe.knowledge.search import SearchSetup
from moe.knowledge.search_setup import build_search_setup
from moe_core.contracts.evidence import Document, Hit

CUTS = (2, 5, 10)
ENOUGH = 0.5  # of a gold passage's characters
Place = tuple[str, int, int]


def merge(documents: Sequence[Document], size: int, seed: int) -> tuple[list[Document], dict[str, Place]]:
    """Documents of `size` texts each, and where every text came to stand: document, start, end."""
    shuffled = list(documents)
    random.Random(seed).shuffle(shuffled)
    merged, places = [], {}
    for begin in range(0, len(shuffled), size):
        name, text = f"merged-{begin // size}", ""
        for part in shuffled[begin : begin + size]:
            text += "\n\n" if text else ""
            places[part.document_id] = (name, len(text), len(text) + len(part.text))
            text += part.text
        merged.append(Document(document_id=name, title="", text=text, source=name))
    return merged, places


def find_share(hits: Sequence[Hit], place: Place) -> float:
    """The share of a place's characters that the hits hold."""
    name, start, end = place
    spans = sorted(
        (max(start, hit.passage.start), min(end, hit.passage.end)) for hit in hits if hit.passage.document_id == name
    )
    held, last = 0, start
    for begin, stop in spans:
        held += max(0, stop - max(begin, last))
        last = max(last, stop)
    return held / max(1, end - start)


def measure(
    library: DocumentLibrary, questions: Sequence[GoldQuestion], places: Mapping[str, Place]
) -> dict[str, float]:
    totals = dict.fromkeys(CUTS, 0.0)
    asked = [question for question in questions if question.gold]
    for question in asked:
        hits = library.search(question.question, k=max(CUTS))
        for cut in CUTS:
            found = [find_share(hits[:cut], places[name]) >= ENOUGH for name in question.gold]
            totals[cut] += sum(found) / len(found)
    return {f"recall@{cut}": round(100 * total / len(asked), 1) for cut, total in totals.items()}


def iterate_rows(data: Path, size: int, seed: int) -> Iterator[dict[str, object]]:
    app = App.open(data, environ={"MOE_TRUST": "/"}, overrides={"system.record": "false"})
    setups: dict[str, Callable[[], SearchSetup]] = {
        "BM25": lambda: build_search_setup(app.registry, app.config, SearchNames(walkers=())),
        "moe run": lambda: build_search_setup(app.registry, app.config),
    }
    for folder in sorted(path for path in data.iterdir() if (path / "corpus.jsonl").exists()):
        documents = list(read_corpus(folder / "corpus.jsonl", is_titled=False))
        questions = load_questions(folder / "questions.jsonl")
        merged, places = merge(documents, size, seed)
        apart = {document.document_id: (document.document_id, 0, len(document.text)) for document in documents}
        for what, texts, where in (("apart", documents, apart), ("merged", merged, places)):
            for name, setup in setups.items():
                library = make_library(texts, setup=setup())
                yield {"set": folder.name, "texts": what, "search": name, "passages": len(library.passages)} | measure(
                    library, questions, where
                )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--size", type=int, default=10, help="texts in a document")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", dest="is_json")
    options = parser.parse_args()
    for row in iterate_rows(options.data, options.size, options.seed):
        print(json.dumps(row) if options.is_json else "  ".join(f"{value!s:>9}" for value in row.values()), flush=True)


if __name__ == "__main__":
    main()
