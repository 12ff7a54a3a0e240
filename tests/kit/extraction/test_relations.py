"""Another word for the same relation counts nearly as the word itself."""

from moe_core.text.tokens import stem
from moe_kit.extraction.likeness import TermSet
from moe_kit.extraction.relations import (
    NEAR_RELATION,
    RELATED_FILE,
    SAME_RELATION,
    WORDS_FOLDER,
    RelatedTerms,
    build_related,
    find_level,
    find_loose_level,
    find_related,
)


def test_another_word_for_a_relation_is_found() -> None:
    assert find_level(stem("repairs"), TermSet([stem("fixed")])) == SAME_RELATION
    assert find_level(stem("repairs"), TermSet([stem("repaired")])) == 1.0
    assert find_level(stem("repairs"), TermSet([stem("sold")])) == 0.0


def test_a_word_near_to_another_counts_a_little_where_what_is_spoken_of_is_rated() -> None:
    there = TermSet([stem("spaniel")])
    assert find_level(stem("dog"), there) == 0.0
    assert find_loose_level(stem("dog"), there) == NEAR_RELATION
    assert find_loose_level(stem("month"), TermSet([stem("october")])) == NEAR_RELATION
    assert find_loose_level(stem("june"), TermSet([stem("october")])) == 0.0  # both are near to the month only


def test_what_is_looked_up_is_what_the_lists_say() -> None:
    same, near = ((WORDS_FOLDER / name).read_text(encoding="utf-8").splitlines() for name in ("same.txt", "near.txt"))
    assert RELATED_FILE.read_text(encoding="utf-8") == build_related(filter(None, same), filter(None, near)), (
        "run python benchmarks/answers/build_relations.py"
    )


def test_every_stem_is_found_where_it_stands() -> None:
    rows = [row.split("\t") for row in RELATED_FILE.read_text(encoding="utf-8").splitlines()]
    for term, same, near in [*rows[:3], *rows[::97], *rows[-3:]]:
        assert find_related(term) == RelatedTerms(frozenset(same.split()), frozenset(near.split()))
    assert find_related("zzzz") == find_related("") == find_related("aaaa") == RelatedTerms()
