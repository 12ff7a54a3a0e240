"""A field's or a row's value is given where the question names it and the row."""

import pytest

from moe_kit.extraction.cells import find_cell

ROW = "boat: Gannet; berth: 12; skipper: Olga Reiss"


def test_the_cell_that_the_question_names_is_given() -> None:
    assert find_cell("Which berth does the Gannet have?", [ROW]) == "12"


def test_another_row_is_no_answer() -> None:
    assert find_cell("Which berth does the Petrel have?", [ROW]) is None


def test_a_field_is_given_by_another_word_for_its_name() -> None:
    assert find_cell("Who owns the quay?", ["Owner: Team Heron"]) == "Team Heron"


PRICES = [
    "Age: under 2; full day: £68; half day: £41",
    "Age: 2 to 3; full day: £61; half day: £37",
    "Age: over 3; full day: £55; half day: £34",
]


@pytest.mark.parametrize(
    ("question", "quotes", "value"),
    [
        ("How much are 40 flyers printed on both sides?", ["Quantity: 40; one side: 9.50; both sides: 14.00"], "14.00"),
        ("price of a B3 print in matt", ["Size: B3; matt: 6.10; glossy: 7.30"], "6.10"),
        (
            "When did the band pick up its flyers?",
            ["no: 7; made: 2024-02-01; buyer: Band; pickup: 2024-02-09"],
            "2024-02-09",
        ),
        ("Who sails the Gannet?", [ROW], "Olga Reiss"),
        ("What did Ines Falk order?", ["order: 311; buyer: Ines Falk; item: flyers; paid: yes"], None),
        ("How much is a half day for somebody of three?", ["# Prices", PRICES[1]], "£37"),
    ],
)
def test_the_column_is_told_by_words_or_by_the_kind_asked_for(question, quotes, value):
    assert find_cell(question, quotes) == value


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("how much is a half day for a two year old", "£37"),
        ("What is the full day fee for children over 3?", "£55"),
        ("How much is a half day at the age of 1?", "£41"),
        ("How much is a half day?", None),
    ],
)
def test_a_figure_chooses_among_rows_that_are_for_ranges(question, value):
    assert find_cell(question, PRICES) == value
