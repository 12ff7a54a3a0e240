"""What was so, or was only meant to be, is no answer to how things are."""

import pytest

from moe_kit.extraction.answer_span import find_answer_span
from moe_kit.extraction.former import find_changes, is_outdated, split_at_change, tells_end
from moe_kit.extraction.units import split_evidence


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("May I park in the yard?", "Cars used to be allowed in the yard.", True),
        ("Where may I park?", "Until 2021 cars stood in the yard.", True),
        ("Where did cars stand before?", "Until 2021 cars stood in the yard.", False),
        ("When was the pier painted?", "The pier was to have been painted in May.", True),
        ("When was the pier planned to be painted?", "The pier was to have been painted in May.", False),
        ("What is the pump for?", "The pump is used to drain the cellar.", False),
        ("Is the tool waterproof?", "The tool used to have a look into wells is waterproof.", False),
        ("When does the contract end?", "The contract runs until December 2031 and ends then.", False),
        ("Was kostet es?", "Es kostet bis 2000 Euro.", False),
        ("Wie viele sind gemeldet?", "Bisher sind zwölf gemeldet.", False),
        ("Who was to blame?", "Captain Smith was to blame.", False),
        ("Why was the train late?", "The delay was due to heavy snow.", False),
        ("When was the talk scheduled for?", "It was scheduled for 5 May.", False),
        ("Wer hat den Schlüssel?", "Bisher hatte Herr Lund den Schlüssel.", True),
    ],
)
def test_what_was_so_is_told_from_what_is(question: str, text: str, expected: bool) -> None:
    assert is_outdated(question, text) is expected


def test_the_sentence_behind_tells_what_became_of_it(make_evidence) -> None:
    units = split_evidence([make_evidence("Dogs used to run free here. This has to stop on 1 May. Cats are welcome.")])
    assert find_changes("May dogs run free?", units[:1], units) == {units[0]: (units[1],)}
    assert find_changes("Did dogs run free before?", units, units) == {}
    assert find_changes("May dogs run free?", units[1:], units) == {}
    apart = split_evidence([make_evidence("Dogs used to run free here.\n\nCats are welcome.")])
    assert find_changes("May dogs run free?", apart, apart) == {}


def test_a_change_told_in_the_sentence_is_read_behind_its_word() -> None:
    told = "The course used to last ninety minutes, but since May it has been cut to an hour."
    assert split_at_change(told) == (told[:40], told[40:])
    found = find_answer_span("How long does the course last?", [told])
    assert found is None or found.text == "an hour"
    assert tells_end("This is no longer allowed.")


def test_what_is_over_is_a_no() -> None:
    quotes = ["Fires used to be allowed on the beach.", "Since June they are forbidden."]
    found = find_answer_span("Are fires allowed on the beach?", quotes)
    assert found is not None
    assert found.text == "No"
    assert find_answer_span("Are fires allowed on the beach?", [quotes[0], "The ferry has been discontinued."]) is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When does the ferry leave?", "9:15"),
        ("When did the ferry leave before?", "8:40"),
    ],
)
def test_what_it_was_stands_behind_what_it_is(question: str, expected: str) -> None:
    found = find_answer_span(question, ["The ferry leaves at 9:15 (it was 8:40)."])
    assert found is not None
    assert found.text == expected


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Who is the harbour master?", "Mr Falk was harbour master until 2021; since then Ms Rask has been."),
        ("Who owns the mill?", "The mill used to belong to the Lund family; now it belongs to the village."),
        ("What does the ferry cost?", "The ferry used to cost 12 crowns."),
        ("Wer ist Bürgermeister?", "Klaus Meier war bis 2021 Bürgermeister; seitdem ist es Ute Sommer."),
        ("When was the school closed?", "The school was to be closed in 2019."),
    ],
)
def test_who_or_what_it_was_is_no_short_answer(question: str, told: str) -> None:
    found = find_answer_span(question, [told])
    assert found is None or found.text in ("Ms Rask", "Ute Sommer", "the village")
