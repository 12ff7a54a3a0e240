"""The answer as a person reads it: marks that point at the very words of the documents."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.contracts.result import CitationPlace
from moe.contracts.task_kinds import AnswerForm
from moe.running.citing.answer import NOT_FOUND, write_answer
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.task import Span, Statement, TaskError, TaskResult
from moe_core.testing.values import make_task_result

TEXT = "The lighthouse was built in 1871. Ada Brook designed it."
START = 100  # of the evidence in its document
BUILT, DESIGNED = (START, START + 33), (START + 34, START + len(TEXT))
EVIDENCE = Evidence(
    evidence_id="e1",
    document="notes.txt",
    passage_id="notes.txt#1",
    start=START,
    end=START + len(TEXT),
    text=TEXT,
    score=0.123456,
)


def say(text: str, *spans: tuple[int, int], tool: str = "") -> Statement:
    cited = tuple(Span(evidence_id="e1", start=start, end=end) for start, end in spans)
    return Statement(text=text, evidence=("e1",) if cited else (), spans=cited, tool=tool)


def make_result(*statements: Statement) -> TaskResult:
    return make_task_result(statements, evidence=(EVIDENCE,))


def test_citations_are_numbered_by_first_use_and_each_span_once() -> None:
    statements = (say("One.", DESIGNED), say("Two.", BUILT, DESIGNED), say("Three.", BUILT, BUILT))
    answer, citations = write_answer(make_result(*statements), used_language_model=True)
    assert answer == "One. [1]\n\nTwo. [2][1]\n\nThree. [2]"
    assert [citation.text for citation in citations] == ["Ada Brook designed it.", "The lighthouse was built in 1871."]


@given(st.integers(START, START + len(TEXT) - 1), st.integers(1, len(TEXT)))
def test_a_citation_is_the_document_s_own_characters(start: int, length: int) -> None:
    end = min(start + length, START + len(TEXT))
    _, (citation,) = write_answer(make_result(say("It.", (start, end))), used_language_model=True)
    document = " " * START + TEXT
    assert (citation.document, citation.start, citation.end) == ("notes.txt", start, end)
    assert citation.text == document[start:end]
    assert citation.score == 0.1235


def test_a_statement_is_one_paragraph_and_what_a_tool_laid_out_stays_laid_out() -> None:
    table = "rows:\n- a: 1\n- b: 2"
    answer, citations = write_answer(
        make_result(say(table, tool="statistics"), say("Built\n\n in  1871.", BUILT)), used_language_model=True
    )
    assert answer == f"{table}\n\nBuilt in 1871. [1]"
    assert len(citations) == 1


@pytest.mark.parametrize("tool", ["", "notes"])
def test_every_mark_points_at_a_citation_whatever_a_document_model_or_tool_writes(tool: str) -> None:
    statements = (say("Built [7] in 1871 [2].", BUILT), say("See ![x](y) <b>.", DESIGNED, tool=tool))
    answer, citations = write_answer(make_result(*statements), used_language_model=True)
    assert answer == "Built ⟦7⟧ in 1871 ⟦2⟧. [1]\n\nSee !⟦x⟧(y) ‹b›. [2]"
    assert len(citations) == 2


def test_without_statements_nothing_was_found_and_nothing_is_cited() -> None:
    assert write_answer(make_result(), used_language_model=True) == (NOT_FOUND, ())


@pytest.mark.parametrize("used_language_model", [True, False])
def test_nothing_is_said_to_be_absent_when_a_part_of_the_search_failed(used_language_model: bool) -> None:
    gaps = [TaskError(code="tool", message="tool lookup failed: disk on fire [1].")]
    answer, _ = write_answer(make_result(), used_language_model=used_language_model, gaps=gaps)
    assert NOT_FOUND not in answer
    assert "searched." not in answer
    assert "not everything was searched (tool lookup failed: disk on fire ⟦1⟧)" in answer
    found, _ = write_answer(make_result(say("Built.", BUILT)), used_language_model=True, gaps=gaps)
    assert found == "Built. [1]"


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        ((), "the documents' own sentences were searched"),
        ((say("Built.", BUILT),), "the sentences above are taken from the documents"),
        ((say("12", tool="calculator"),), "the tool calculator worked this out"),
        (
            (say("12", tool="calculator"), say("Built.", BUILT)),
            "calculator worked out the first part; the sentences after",
        ),
    ],
)
def test_without_a_language_model_the_answer_says_where_it_comes_from(
    statements: tuple[Statement, ...], told: str
) -> None:
    answer, _ = write_answer(make_result(*statements), used_language_model=False)
    last = answer.split("\n\n")[-1]
    assert last.startswith("No language model was used")
    assert told in last
    assert "No language model" not in write_answer(make_result(*statements), used_language_model=True)[0]


def test_a_citation_names_its_page_and_row() -> None:
    asked = []

    def find_place(*span: object) -> CitationPlace:
        asked.append(span)
        return CitationPlace(page="7", row=3)

    _, (citation,) = write_answer(make_result(say("One.", BUILT)), used_language_model=True, find_place=find_place)
    assert (citation.page, citation.row) == ("7", 3)
    assert asked == [("notes.txt", *BUILT)]


def test_where_nothing_is_found_it_is_told_why_a_tool_worked_nothing_out() -> None:
    declined = replace(make_result(), declined=("It was not computed: [1] is no column.",))
    answer, _ = write_answer(declined, used_language_model=True)
    assert answer.startswith(f"{NOT_FOUND}\n\nIt was not computed: ")
    assert "[1]" not in answer
    told, _ = write_answer(replace(declined, statements=(say("One.", BUILT),)), used_language_model=True)
    assert "not computed" not in told


def test_a_list_has_an_item_a_statement_and_says_apart_what_is_none() -> None:
    statements = (say("It was built.", BUILT), Statement(text="2 rows\nand 3", tool="count"))
    answer, citations = write_answer(make_result(*statements), used_language_model=False, form=AnswerForm.LIST)
    items, origin = answer.split("\n\n")
    assert items == "- It was built. [1]\n- 2 rows\n  and 3"
    assert origin.startswith("No language model was used")
    assert len(citations) == 1


def test_nothing_found_is_no_list() -> None:
    assert write_answer(make_result(), used_language_model=True, form=AnswerForm.LIST) == (NOT_FOUND, ())
