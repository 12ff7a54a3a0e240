"""One of the values that a sentence deals out."""

import pytest

from moe_kit.extraction.answer_span import find_answer_span

FERRY = "The ferry costs £4 for adults and £2.50 for children."
WARRANTY = "We give two years for the hull and six months for the pump."
FILLED = "The tank was first filled with 30 l for tests and later 45 l for use."
FEES = "Ruderer zahlen 22 Euro im Monat, Kinder unter 12 Jahren 7 Euro."


@pytest.mark.parametrize(
    ("question", "quote", "value"),
    [
        ("How much is the ferry for children?", FERRY, "£2.50"),
        ("How much is the ferry for adults?", FERRY, "£4"),
        ("How much is the ferry?", FERRY, None),
        ("Was zahlen Kinder im Monat?", FEES, "7 Euro"),
        ("Was zahlen Ruderer im Monat?", FEES, "22 Euro"),
        ("How long is the guarantee on the pump?", WARRANTY, "six months"),
        ("what resolution do banners need", "At least 250 dpi on paper; for banners 90 dpi are enough.", "90 dpi"),
        ("How many litres does the tank hold?", FILLED, None),
    ],
)
def test_the_value_of_the_part_that_the_question_names_is_given(question, quote, value):
    found = find_answer_span(question, [quote])
    assert (found.text if found else None) == value
