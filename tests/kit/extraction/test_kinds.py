"""Kinds of answer: what questions ask for, and where texts hold it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_kit.extraction.kinds import AnswerKind, AskedKind, find_answers, find_asked_kinds, find_implied

WORDS = "when how often high heavy many much was on 9 am May 1,240 kg £5 twice a week 3.1 every day".split()


def ask(question: str) -> list[str]:
    return [str(asked.kind or asked.dimension) for asked in find_asked_kinds(question)]


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("When does the baths open?", ["when"]),
        ("Which year was the quay built?", ["when"]),
        ("How many boats are there?", ["count"]),
        ("How many times was it moved?", ["often"]),
        ("How often is the lamp cleaned?", ["often"]),
        ("How much did the gate cost?", ["money"]),
        ("How much is a berth?", ["money"]),
        ("What does a berth cost?", ["money"]),
        ("What is the yearly rent?", ["money"]),
        ("How high is the mast?", ["money", "length"]),
        ("How heavy is the anchor?", ["weight"]),
        ("What is the depth of the basin?", ["length"]),
        ("What is the power of the pump?", ["physical"]),
        ("How long is the lease?", ["length", "time"]),
        ("How long does the crossing take?", ["time"]),
        ("How old is the pilot?", ["age"]),
        ("Which version mended it?", ["version"]),
        ("What is the e-mail of the office?", ["contact"]),
        ("Who keeps the light?", ["name"]),
        ("Why was the quay moved?", []),
    ],
)
def test_a_question_asks_for_kinds(question, kinds):
    assert ask(question) == kinds


@pytest.mark.parametrize(
    ("kind", "text", "answers"),
    [
        ("when", "Open from 9 am to 17:30, closed on Mondays.", ["9 am", "17:30", "Mondays"]),
        ("when", "Due 9 days after delivery, in spring, by 3 May 2021.", ["9 days after", "in spring", "3 May 2021"]),
        ("when", "Signed 2024-02-29, ended 12.03.2021, begun in 1806.", ["2024-02-29", "12.03.2021", "1806"]),
        ("when", "You may march 2000 m within two weeks.", ["within two weeks"]),
        ("count", "There are two dogs, a single cat and no fish.", ["two", "a single", "no"]),
        ("count", "It has 1,240 seats and twenty-one doors.", ["1,240", "twenty-one"]),
        ("money", "She paid £40,000, then 2.500 euros, free of charge.", ["£40,000", "2.500 euros", "free of charge"]),
        ("money", "It has 12 doors.", []),
        ("often", "Cleaned twice a week and every eleven weeks.", ["twice a week", "every eleven weeks"]),
        ("version", "Fixed in 3.11.2 and v2.0-rc1.", ["3.11.2", "v2.0-rc1"]),
        ("contact", "Write to ann@quay.example or ring +47 22 33 44.", ["ann@quay.example", "+47 22 33 44"]),
    ],
)  # fmt: skip
def test_a_text_holds_answers_of_a_kind(kind, text, answers):
    found = [text[start:end].rstrip(".") for start, end in find_answers(text, AskedKind(AnswerKind(kind)))]
    assert found == answers


@pytest.mark.parametrize(
    ("dimension", "text", "answers"),
    [
        ("length", "seventeen metres high, 3 km off, 5 kg", ["seventeen metres", "3 km"]),
        ("weight", "The car weighs 1,240 kg, the lorry 3 t.", ["1,240 kg", "3 t"]),
        ("time", "three months, 90 minutes, 5 km", ["three months", "90 minutes"]),
        ("speed", "at 12 knots, 50 km/h", ["12 knots", "50 km/h"]),
        ("temperature", "frozen at -4 °C or 20 degrees", ["4 °C", "20 degrees"]),
        ("physical", "A torque of 85 Nm, fed with 400 V.", ["85 Nm", "400 V"]),
    ],
)
def test_a_measure_is_a_number_with_a_unit_of_its_dimension(dimension, text, answers):
    assert [text[start:end] for start, end in find_answers(text, AskedKind(None, dimension))] == answers


def imply(question: str, text: str) -> set[str]:
    return {word for asked in find_asked_kinds(question) for word in find_implied(question, text, asked)}


def test_an_answer_says_the_word_that_asks_for_its_kind():
    assert imply("How heavy is the car?", "The car weighs 1,240 kg.") == {"heavy"}
    assert imply("How much did the mill cost?", "She paid £40,000 for it.") == {"cost"}
    assert imply("How much did the mill cost?", "She paid for it in 1990.") == set()
    assert imply("How heavy is the car?", "The car is 4 m long.") == set()


def test_a_length_of_another_side_says_nothing():
    assert imply("How high is the wall?", "The wall is 30 m long.") == set()
    assert imply("How high is the wall?", "The wall is 3 m high and 30 m long.") == {"high"}
    assert imply("How high is the wall?", "The wall: 3 m.") == {"high"}


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), st.sampled_from(list(AnswerKind)))
def test_answers_are_parts_of_the_text_in_order(text, kind):
    spans = find_answers(text, AskedKind(kind))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize("piece", ["1 ", "1,", "one hundred ", "every each ", "May ", "9:", "a@", "+1 (", "two-"])
def test_long_texts_take_no_longer_than_their_length(piece):
    text = piece * (20_000 // len(piece))
    for asked in (*map(AskedKind, AnswerKind), AskedKind(None, "length"), AskedKind(None, "time")):
        find_answers(text, asked)
    find_asked_kinds(f"how much {text[:5000]}")


def test_years_that_something_lasted_are_no_age() -> None:
    age = AskedKind(None, "age")
    assert not find_answers("She left after 27 years at the mill.", age)
    assert find_answers("The mill is 27 years old.", age)
    assert find_answers("Children under 14 pay half.", age)


def test_a_phone_that_is_used_is_no_number_asked_for() -> None:
    assert not find_asked_kinds("What happens if a guest uses a phone on board?")
    assert find_asked_kinds("What is Mrs Quist's phone number?") == (AskedKind(AnswerKind.CONTACT, "phone"),)


def test_a_colour_is_asked_for_and_found() -> None:
    [asked] = find_asked_kinds("What colour is the hull?")
    assert find_answers("a dark-green hull", asked)
    assert not find_answers("a wooden hull", asked)


@pytest.mark.parametrize("question", ["How soon must it be told?", "How far ahead must I book?"])
def test_how_soon_asks_for_a_time(question: str) -> None:
    assert find_asked_kinds(question) == (AskedKind(None, "time"),)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Express delivery costs 12.00, if it is ordered early.", ["12.00"]),
        ("Size: A2; matt: 7.80; glossy: 8.80", ["7.80", "8.80"]),
        ("Breakfast is served from 7.30 am until 9.15.", []),
        ("The hull is 3.25 m wide; version 2.41 of the plan says so.", []),
    ],
)
def test_an_amount_may_stand_without_its_currency(text, amounts):
    assert [text[start:end] for start, end in find_answers(text, AskedKind(AnswerKind.MONEY))] == amounts


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("We close at 18.30 on Fridays.", ["18.30"]),
        ("Open 8.15 to 9.45.", ["8.15", "9.45"]),
        ("Delivery is free from 60 euros, otherwise 4.50.", []),
        ("It starts at 18:30.", ["18:30"]),
    ],
)
def test_a_time_with_a_point_is_told_by_the_word_beside_it(text, times):
    asked = find_asked_kinds("What time does it start?")
    assert [text[start:end] for start, end in find_answers(text, asked[0])] == times


def test_what_time_asks_for_no_date():
    asked = find_asked_kinds("What time does the pool close?")
    assert not find_answers("The pool closes at the end of October.", asked[0])


def test_a_range_of_a_measure_is_one_answer():
    text = "Settling in takes one to two weeks."
    asked = find_asked_kinds("How long does settling in take?")
    assert [text[start:end] for start, end in find_answers(text, asked[0])] == ["one to two weeks"]


@pytest.mark.parametrize("question", ["Who do I call when the pump fails?", "What should I do when it rains?"])
def test_a_case_is_no_question_for_a_time(question):
    assert all(asked.kind is not AnswerKind.WHEN for asked in find_asked_kinds(question))


def test_which_year_is_answered_by_a_year():
    (asked,) = find_asked_kinds("From what year was there an engine?")
    text = "Last September we quarrelled: there was an engine from 1846 on."
    assert [text[start:end] for start, end in find_answers(text, asked)] == ["1846"]


def test_a_speed_is_no_length():
    (asked,) = find_asked_kinds("how much wind is too much?")
    text = "Above 20 km/h nobody sails alone."
    assert [text[start:end] for start, end in find_answers(text, asked)] == ["20 km/h"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The rent is 620.", ["620"]),
        ("The rope costs 280 at the shop.", ["280"]),
        ("The mast is 12 metres high.", []),
        ("The room is 7 by 5.", []),
    ],
)
def test_a_bare_figure_may_be_an_amount_of_money(text, expected):
    assert [text[start:end] for start, end in find_answers(text, AskedKind(AnswerKind.MONEY))] == expected


def test_when_something_was_said_in_a_chat_is_no_time_that_it_tells():
    when = AskedKind(AnswerKind.WHEN)
    said = "[09:12] kit: the vote is at 18:30"
    assert [said[start:end] for start, end in find_answers(said, when)] == ["18:30"]
    agenda = "09:00 Registration: main hall"
    assert [agenda[start:end] for start, end in find_answers(agenda, when)] == ["09:00"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("phone number of the vet", AskedKind(AnswerKind.CONTACT, "phone")),
        ("date of the meeting", AskedKind(AnswerKind.WHEN)),
        ("weight of the anchor", AskedKind(None, "weight")),
        ("How loud is the pump?", AskedKind(None, "sound")),
        ("How bright is the lamp?", AskedKind(None, "light")),
    ],
)
def test_a_noun_alone_asks_as_a_question_does(question, expected):
    assert expected in find_asked_kinds(question)


def test_how_loud_is_told_in_decibels():
    (span,) = find_answers("The pump makes 57 dB(A) at 140 W.", AskedKind(None, "sound"))
    assert "The pump makes 57 dB(A) at 140 W."[slice(*span)] == "57 dB(A)"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Die Tonnen werden donnerstags geleert.", "donnerstags"),
        ("Er kommt erst im Herbst.", "im Herbst"),
        ("Wir öffnen nach Ostern.", "nach Ostern"),
        ("rehearsal is on thursday", "thursday"),
    ],
)
def test_days_and_seasons_tell_when(text: str, told: str) -> None:
    assert [text[start:end] for start, end in find_answers(text, AskedKind(AnswerKind.WHEN))] == [told]
