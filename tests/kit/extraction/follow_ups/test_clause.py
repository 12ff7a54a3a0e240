"""A question in its parts."""

import pytest

from moe_kit.extraction.follow_ups.clause import find_year, is_name, read_clause


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("What did the fish ladder cost to build?", ("What", "did", "the fish ladder", "cost to build")),
        ("How much honey did the abbey sell in 2014?", ("How much honey", "did", "the abbey", "sell in 2014")),
        ("Who restored the tower?", ("Who", "", "", "restored the tower")),
        ("Which tender was cheaper?", ("Which tender", "was", "", "cheaper")),
        ("When was the tower repaired, and who paid?", ("When", "was", "the tower", "repaired")),
        ("Is the house for sale?", ("", "Is", "the house", "for sale")),
        ("Wer hat die alte Schule umgebaut?", ("Wer", "hat", "", "die alte Schule umgebaut")),
        ("Wann wurde die alte Schule verkauft?", ("Wann", "wurde", "die alte Schule", "verkauft")),
        ("Honey sales", ("", "", "", "Honey sales")),
    ],
)
def test_a_question_has_parts(question: str, parts: tuple[str, str, str, str]) -> None:
    clause = read_clause(question)
    assert (clause.asked_with, clause.verb, clause.subject, clause.rest) == parts


def test_names_are_told_from_what_is_nobody() -> None:
    assert is_name("Nora Feld")
    assert not any(map(is_name, ("the tower", "Mill Trust", "May", "")))


def test_the_first_year_counts() -> None:
    assert find_year("none", "in 1931 or 1940") == "1931"
    assert find_year("4500 tonnes") == ""
