"""What a model has read, in front of what the rules choose."""

import pytest

from moe_core import Grounding, Purpose
from moe_core.testing.values import make_evidence
from moe_kit.extraction.read_spans import PassageReading, ReadSpan, find_read_question
from moe_kit.extraction.statements import NOT_FOUND_NOTE, extract_statements

TEXT = "The mill was built in 1842. Ada Thorne drew it. The mill has a wheel."


def ground(question="Who drew the mill?", purpose=Purpose.SYNTHESISE, text=TEXT):
    return Grounding(purpose=purpose, question=question, evidence=(make_evidence(text, start=100),))


def read(words, *, presence=0.9, confidence=0.8, document="document.txt"):
    start = TEXT.index(words) + 100
    span = ReadSpan(document=document, start=start, end=start + len(words), text=words, confidence=confidence)
    return PassageReading(spans=(span,), presence=presence)


def test_the_sentence_that_was_read_comes_first_with_its_answer():
    quotes = extract_statements(ground(), reading=read("Ada Thorne")).quotes
    first = next(quote for quote in quotes if quote.value)
    assert (first.text, first.value, first.confidence) == ("Ada Thorne drew it.", "Ada Thorne", 0.8)
    ((_, start, end),) = first.spans
    assert TEXT[start - 100 : end - 100] == first.text
    assert len(quotes) <= 3


def test_what_is_read_as_absent_is_not_found_whatever_the_words_say():
    extract = extract_statements(ground("When was the mill built?"), reading=read("1842", presence=0.2))
    assert extract.quotes == ()
    assert extract.notes == (NOT_FOUND_NOTE,)


def test_a_step_on_the_way_is_left_to_the_rules_when_nothing_is_read():
    grounding = ground("When was the mill built?", purpose=Purpose.EXECUTE)
    assert extract_statements(grounding, reading=read("1842", presence=0.2)).quotes


def test_what_was_read_where_nothing_can_be_quoted_changes_nothing():
    elsewhere = extract_statements(ground("When was the mill built?"), reading=read("1842", document="other.txt"))
    assert elsewhere.quotes == extract_statements(ground("When was the mill built?")).quotes


def test_of_two_spans_in_one_sentence_the_likelier_is_its_answer():
    both = PassageReading(spans=(*read("1842").spans, *read("mill", confidence=0.5).spans), presence=0.9)
    quotes = extract_statements(ground("When was the mill built?"), reading=both).quotes
    assert [quote.value for quote in quotes if quote.value] == ["1842"]


@pytest.mark.parametrize(
    "question", ["Who drew the mill?", "In which year was the mill built", "Wann wurde die Mühle gebaut?"]
)
def test_open_questions_are_read(question):
    assert find_read_question(ground(question)) == question


@pytest.mark.parametrize(
    "question",
    [
        "Summarise the report",
        "Is the mill old?",
        "Ist die Mühle alt?",
        "Who drew the mill and when was it built?",
        "What is the average price of the mills?",
    ],
)
def test_orders_parts_figures_and_yes_or_no_are_left_to_the_rules(question):
    assert find_read_question(ground(question)) == ""


@pytest.mark.parametrize("purpose", [Purpose.PLAN, Purpose.DECOMPOSE, Purpose.CHOOSE_TOOLS, Purpose.OBSERVE])
def test_plans_and_tools_are_left_to_the_rules(purpose):
    assert find_read_question(ground(purpose=purpose)) == ""
