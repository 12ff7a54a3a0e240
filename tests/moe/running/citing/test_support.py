"""Statements held against their sources before they are shown."""

import pytest

from moe.running.citing.support import DROPPED, REPLACED, hold_against_sources, rate_note
from moe_core.contracts.task import Span, Statement
from moe_core.testing.values import make_evidence
from moe_kit.extraction.spelling import READ_AS_NOTE

TEXT = "The mill stands in Pell. It was restored in 1990 by Ada Brook. Dogs are not allowed."
EVIDENCE = make_evidence(TEXT)
NAME = EVIDENCE.evidence_id


def make_statement(text: str, quoted: str) -> Statement:
    start = EVIDENCE.start + TEXT.index(quoted)
    return Statement(text=text, evidence=(NAME,), spans=(Span(evidence_id=NAME, start=start, end=start + len(quoted)),))


def test_a_supported_statement_is_kept_as_it_is() -> None:
    statement = make_statement("Ada Brook restored the mill in 1990.", "It was restored in 1990 by Ada Brook.")
    assert hold_against_sources([statement], [EVIDENCE]).statements == (statement,)


@pytest.mark.parametrize(
    "lie",
    [
        "The mill was restored by Napoleon in 1492 for 9 million dollars.",
        "It was restored in 1990 by Napoleon.",
        "The mill was not restored in 1990 by Ada Brook.",
    ],
)
def test_a_false_statement_with_a_citation_gives_way_to_the_quote(lie: str) -> None:
    held = hold_against_sources([make_statement(lie, "It was restored in 1990 by Ada Brook.")], [EVIDENCE])
    assert all(statement.text in TEXT for statement in held.statements)
    assert held.statements
    assert held.notes == (REPLACED,)
    assert held.is_bare


def test_a_statement_of_something_else_is_left_out() -> None:
    held = hold_against_sources([make_statement("Bananas ripen in warm rooms.", "Dogs are not allowed.")], [EVIDENCE])
    assert (held.statements, held.notes, held.is_bare) == ((), (DROPPED,), True)


def test_better_sentences_of_the_cited_passage_take_the_place_of_wrong_spans() -> None:
    held = hold_against_sources([make_statement("Dogs are not allowed there.", "The mill stands in Pell.")], [EVIDENCE])
    (statement,) = held.statements
    assert statement.text == "Dogs are not allowed there."
    (span,) = statement.spans
    assert TEXT[span.start - EVIDENCE.start : span.end - EVIDENCE.start] == "Dogs are not allowed."


def test_one_supported_statement_is_enough_not_to_be_bare() -> None:
    good = make_statement("Dogs are not allowed.", "Dogs are not allowed.")
    bad = make_statement("Cats are allowed in 1990.", "Dogs are not allowed.")
    assert not hold_against_sources([good, bad], [EVIDENCE]).is_bare


def test_a_quote_is_shown_once() -> None:
    lies = [make_statement(f"It was restored in 14{n} by Ada Brook.", "It was restored in 1990") for n in (20, 30)]
    assert len(hold_against_sources(lies, [EVIDENCE]).statements) == 1


def test_nothing_stated_is_not_bare() -> None:
    assert not hold_against_sources([], [EVIDENCE]).is_bare


@pytest.mark.parametrize(
    ("note", "severity"),
    [
        (REPLACED, "warning"),
        (DROPPED, "warning"),
        ('not found in the documents: "who painted the bridge"', "warning"),
        ("not found in the documents", "info"),
        ("nothing new", "info"),
    ],
)
def test_a_reader_is_warned_of_what_is_missing_or_changed(note: str, severity: str) -> None:
    assert rate_note(note) == severity


def test_how_a_misspelt_question_was_read_is_told_as_a_warning():
    assert rate_note(READ_AS_NOTE.format(question="who is the safety officer")) == "warning"
    assert rate_note("The answer rests on a single passage.") == "info"
