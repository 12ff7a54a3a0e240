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
        ("How high is the lock with the gate up?", "The lock is 4 m high, with the gate up it is 6 m."),
        ("What colour is the larger flag?", "The 1 m buoy has a red flag, the 2 m buoy a white one."),
        ("Who repaired the lock?", "The lock is the pride of Edda Finch."),
    ],
)
def test_nothing_is_given_where_nothing_is_sure(question, quote):
    assert find_answer_span(question, [quote]) is None


def test_a_quote_that_only_points_to_what_is_asked_is_no_better_than_one_that_says_it():
    quotes = [
        "The pottery is open from 9.30 am to 8 pm on workdays and from 10 am to 5 pm at weekends.",
        "It is closed in the last three weeks of March for firing.",
    ]
    found = find_answer_span("When does the pottery close at weekends?", quotes)
    assert found is None or found.text == "5 pm"


def test_a_quote_that_points_to_what_is_asked_answers_where_none_says_it():
    found = find_answer_span(
        "When was the kiln room painted?", ["The kiln room was built in 1961.", "They painted it in 1975."]
    )
    assert found is not None
    assert found.text == "1975"


@pytest.mark.parametrize(
    ("question", "quote", "answer"),
    [
        ("When are you closed?", "We are closed from 24 December to 2 January.", "24 December to 2 January"),
        ("When is lunch?", "Breakfast is served until 8.15, lunch at 11.45 and tea at 3.30.", "11.45"),
        ("How many shelves fit into the kiln?", "Paint the shelves with two coats of wash.", None),
        ("Wer entscheidet über die Aufnahme?", "Über die Aufnahme entscheidet der Vorstand.", "Vorstand"),
    ],
)
def test_a_short_answer_is_the_whole_value_of_the_thing_asked_about(question, quote, answer):
    found = find_answer_span(question, [quote])
    assert (found.text if found else None) == answer


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("How much is the fee?", "The fee is 20 euros, instead of 30 euros.", "20 euros"),
        ("How many litres does the tank hold?", "The tank (previously blue) holds 300 litres.", "300"),
    ],
)
def test_what_it_was_leaves_what_it_is(question, quote, expected):
    found = find_answer_span(question, [quote])
    assert found is not None
    assert expected in found.text


def test_of_what_was_otherwise_before_nothing_is_dealt_out():
    told = "Readings are kept for 730 days by default; it had been 365."
    assert find_answer_span("For how many days were readings kept before?", [told]) is None
    assert find_answer_span("For how many days are readings kept?", [told]).text == "730"
