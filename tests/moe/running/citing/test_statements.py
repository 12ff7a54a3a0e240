"""Claims held against the evidence: a span is inside its evidence, or it is not cited."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.running.citing.statements import check_claims, find_closest_span, merge_evidence, unite_statements
from moe.running.formats import Claim, ClaimedSpan
from moe_core.contracts.agent import Role
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.task import Span, Statement, TaskResult
from moe_core.testing.values import make_task_result

TEXT = "The lighthouse was built in 1871. Ada Brook designed it."
START = 100  # of the evidence in its document
END = START + len(TEXT)
DESIGNED = Span(evidence_id="e1", start=START + TEXT.index("Ada"), end=END)


def make_evidence(name: str = "e1", *, text: str = TEXT, start: int = START, score: float = 1.0) -> Evidence:
    return Evidence(
        evidence_id=name,
        document="notes.txt",
        passage_id=f"{name}#1",
        start=start,
        end=start + len(text),
        text=text,
        score=score,
    )


def claim(text: str, *spans: tuple[int, int], evidence: tuple[str, ...] = ("e1",)) -> Claim:
    claimed = tuple(ClaimedSpan(evidence_id="e1", start=start, end=end) for start, end in spans)
    return Claim(text=text, evidence=evidence, spans=claimed)


def make_result(*, statements: tuple[Statement, ...] = (), evidence: tuple[Evidence, ...] = ()) -> TaskResult:
    return make_task_result(statements, evidence=evidence, role=Role.DRUMMER, agent="search")


@pytest.mark.parametrize(
    "outside",
    [
        (START - 1, END),
        (START, END + 1),
        (0, len(TEXT)),  # places in the evidence's text instead of the document
        (END, END + 20),
        (START - 20, START),
        (END, START),
        (START + 5, START + 5),
    ],
)
def test_a_span_outside_its_evidence_gives_way_to_the_sentence_that_says_it(outside: tuple[int, int]) -> None:
    (statement,) = check_claims([claim("Ada Brook designed it.", outside)], [make_evidence()])
    assert statement.spans == (DESIGNED,)


@pytest.mark.parametrize("inside", [(START, END), (START, START + 1), (END - 1, END), (START + 4, START + 14)])
def test_a_span_inside_its_evidence_is_cited_as_it_was_claimed(inside: tuple[int, int]) -> None:
    (statement,) = check_claims([claim("Ada Brook designed it.", inside)], [make_evidence()])
    assert [(span.start, span.end) for span in statement.spans] == [inside]


PLACES = st.integers(-10, END + 60)


@given(st.lists(st.tuples(PLACES, PLACES), max_size=4))
def test_whatever_is_claimed_every_cited_span_lies_inside_its_evidence(spans: list[tuple[int, int]]) -> None:
    (statement,) = check_claims([claim("Ada Brook designed it.", *spans)], [make_evidence()])
    assert statement.spans
    assert all(START <= span.start < span.end <= END for span in statement.spans)


def test_a_span_in_evidence_that_was_never_given_is_dropped() -> None:
    stranger = ClaimedSpan(evidence_id="e9", start=START, end=END)
    (statement,) = check_claims(
        [Claim(text="Ada Brook designed it.", evidence=("e1",), spans=(stranger,))], [make_evidence()]
    )
    assert statement.spans == (DESIGNED,)


def test_of_several_spans_those_inside_are_kept_alone() -> None:
    claimed = claim("Ada Brook designed it.", (START - 5, START + 5), (START + 4, START + 14))
    (statement,) = check_claims([claimed], [make_evidence()])
    assert [(span.start, span.end) for span in statement.spans] == [(START + 4, START + 14)]


def test_a_claim_without_a_word_or_without_evidence_that_exists_is_no_statement() -> None:
    claims = [claim("  "), claim("It has ninety rooms.", evidence=("e9",)), claim("It hums.", evidence=())]
    assert check_claims(claims, [make_evidence()]) == ()


def test_a_statement_names_the_evidence_of_its_spans_each_once() -> None:
    other = make_evidence("e2", text="Gulls nest on its roof.", start=0)
    (statement,) = check_claims(
        [claim("Gulls nest on the roof of the lighthouse.", evidence=("e2", "e9", "e1", "e2"))],
        [make_evidence(), other],
    )
    assert statement.evidence == ("e2", "e1")
    assert statement.spans[0] == Span(evidence_id="e2", start=0, end=len(other.text))


def test_without_a_shared_word_all_of_the_evidence_is_the_closest() -> None:
    assert find_closest_span("Herring sold well.", make_evidence()) == Span(evidence_id="e1", start=START, end=END)


def test_evidence_of_several_results_is_kept_once_with_its_best_score_best_first() -> None:
    weak, strong, other = make_evidence(score=0.2), make_evidence(score=0.9), make_evidence("e2", score=0.5)
    for results in ([[weak, other], [strong]], [[strong], [other, weak]]):
        merged = merge_evidence([make_result(evidence=tuple(items)) for items in results])
        assert [(item.evidence_id, item.score) for item in merged] == [("e1", 0.9), ("e2", 0.5)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([0.1, 0.5, 0.9])), max_size=8))
def test_merged_evidence_never_rises(items: list[tuple[str, float]]) -> None:
    merged = merge_evidence([make_result(evidence=tuple(make_evidence(name, score=score) for name, score in items))])
    assert {item.evidence_id for item in merged} == {name for name, _ in items}
    assert all(one.score >= two.score for one, two in pairwise(merged))


def test_a_statement_made_by_two_is_made_once_in_the_order_of_the_first() -> None:
    first, second = Statement(text="One."), Statement(text="Two.")
    united = unite_statements([make_result(statements=(first, second)), make_result(statements=(second, first))])
    assert [statement.text for statement in united] == ["One.", "Two."]


def test_a_value_that_was_read_is_kept_only_if_the_statement_says_it():
    said, other = (
        Claim(text="Ada Brook designed it.", evidence=("e1",), value=value, confidence=0.7) for value in ("Ada", "Eve")
    )
    kept = check_claims([said, other], [make_evidence()])
    assert [(one.value, one.confidence) for one in kept] == [("Ada", 0.7), ("", 0.0)]
