"""The words of a quote that answer by themselves."""

import pytest

from moe_kit.extraction.answer_span import find_answer_span


@pytest.mark.parametrize(
    ("question", "quote", "answer"),
    [
        ("When was the lock built?", "The lock was built in 1842.", "1842"),
        ("When is the hearing?", "The hearing is on Monday, 3 June 2024 at 9:30.", "Monday, 3 June 2024 at 9:30"),
        ("How many gates does the lock have?", "The lock has four gates and two pumps.", "four"),
        ("How much did the lock cost?", "The lock cost £900, the bridge £40.", "£900"),
        ("Who restored the lock?", "The lock was restored by Edda Finch.", "Edda Finch"),
    ],
)
def test_the_span_of_the_kind_asked_for_is_given(question, quote, answer):
    found = find_answer_span(question, [quote])
    assert found is not None
    assert found.text == answer
    assert 0 < found.confidence < 1


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Who built the lock?", "Edda Finch and Nils Oram met at the lock."),
        ("How many keepers are there?", "The lock has four gates and two pumps."),
        ("Why was the lock closed?", "The lock was closed in 1990."),
    ],
)
def test_nothing_is_given_where_nothing_is_sure(question, quote):
    assert find_answer_span(question, [quote]) is None
