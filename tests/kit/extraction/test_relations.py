"""Another word for the same relation counts nearly as the word itself."""

from moe_core.text.tokens import stem
from moe_kit.extraction.likeness import TermSet
from moe_kit.extraction.relations import SAME_RELATION, find_level


def test_another_word_for_a_relation_is_found() -> None:
    assert find_level(stem("repairs"), TermSet([stem("fixed")])) == SAME_RELATION
    assert find_level(stem("repairs"), TermSet([stem("repaired")])) == 1.0
    assert find_level(stem("repairs"), TermSet([stem("sold")])) == 0.0
