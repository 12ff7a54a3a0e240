"""Yes or no is said where a sentence decides, and not where a condition does."""

import pytest

from moe_kit.extraction.yes_no import asks_yes_or_no, find_condition, find_yes_or_no


@pytest.mark.parametrize(
    ("question", "quote", "decided"),
    [
        ("Does the jam contain nuts?", "The jam contains nuts.", "Yes"),
        ("Were any parcels lost?", "No parcels were lost.", "No"),
        ("Is camping allowed on the dike?", "Camping on the dike is forbidden.", "No"),
        ("Is camping allowed on the dike?", "Camping on the dike is only allowed in May.", None),
        ("Does the 40 tonne crane work?", "The 30 tonne crane works.", None),
        ("Is the gate open in winter?", "The shop is open in winter, but the gate is not.", "No"),
        ("Is the gate open in winter?", "The gate was painted in winter, the shop is not open.", None),
        ("Dürfen Katzen in die Scheune?", "Katzen dürfen an der Leine auf den Hof, nicht aber in die Scheune.", "Nein"),
        ("May we come after 9?", "We may come until 9.", None),
        ("Are candles allowed in the loft?", "Open fires are forbidden in the loft; candles are allowed.", "Yes"),
        ("Are candles allowed in the loft?", "Candles are sold in the shop; fires are not allowed in the loft.", None),
    ],
)
def test_a_sentence_decides_only_what_it_says(question: str, quote: str, decided: str | None) -> None:
    assert find_yes_or_no(question, quote) == decided


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        (
            "Were all the lamps replaced by new ones?",
            "Ivo proposed that all lamps be replaced by new ones; it was rejected.",
        ),
        ("Was the boat sold?", "The motion to sell the boat was voted down."),
        ("Do students pay for the ferry?", "The ferry is free for students."),
        ("Is Nell Hart the warden?", "Oda Finn succeeded Nell Hart as the warden in May."),
        ("Ist Karl Beer der Wart?", "Karl Beer wurde im Mai von Ida Moll als Wart abgelöst."),
        ("Did Tess mend the net?", "Tess wanted to mend the net but was ill, so Piet mended it."),
    ],
)
def test_what_was_turned_down_or_handed_on_decides_nothing(question: str, quote: str) -> None:
    assert find_yes_or_no(question, quote) is None


@pytest.mark.parametrize(
    ("question", "quote", "decided"),
    [
        ("Was the plan rejected?", "The plan was rejected in May.", "Yes"),
        ("Is the ferry free for students?", "The ferry is free for students.", "Yes"),
    ],
)
def test_what_is_asked_of_the_turn_itself_is_decided(question: str, quote: str, decided: str) -> None:
    assert find_yes_or_no(question, quote) == decided


def test_a_german_question_for_a_price_is_no_question_for_yes_or_no() -> None:
    assert not asks_yes_or_no("Was kostet eine Fahrt mit der Fähre?")
    assert asks_yes_or_no("Sind Hunde auf der Fähre erlaubt?")


@pytest.mark.parametrize(
    ("question", "quote", "told"),
    [
        (
            "Is fishing allowed?",
            "Fishing is not allowed without the warden's permit.",
            "Not without the warden's permit",
        ),
        ("May I light a fire?", "Fires may be lit only on the shingle, never in the dunes.", "Only on the shingle"),
        ("Are kites allowed?", "Kites may be flown only after six, as the gulls nest.", "Only after six"),
        ("May we dive at the deep end?", "Diving is only allowed at the deep end.", "Only allowed at the deep end"),
        ("Is the tower open?", "The tower is open, except on Mondays.", "Yes, except on Mondays"),
        ("Is the tower open on Mondays?", "The tower is open, except on Mondays.", None),
        (
            "Are drones allowed?",
            "Drones are forbidden unless the harbour master agrees.",
            "No, unless the harbour master agrees",
        ),
        ("Darf ich im Hafen baden?", "Im Hafen darf man nur mit Rettungsweste baden.", "Nur mit Rettungsweste"),
        ("Darf man Boote parken?", "Boote dürfen nicht ohne Ausweis geparkt werden.", "Nicht ohne Ausweis"),
        ("Are kites allowed?", "Fishing is allowed only in May.", None),
        ("Are refunds given after 14 days?", "Refunds are given within 14 days only if unused.", None),
        ("Is a visit over 30 minutes allowed?", "A visit under 30 minutes is allowed only with a badge.", None),
        ("Darf man nach 22 Uhr duschen?", "Vor 22 Uhr darf man nur mit Münzen duschen.", None),
        ("Are kites allowed?", "Fishing is allowed only in May; kites are allowed.", None),
    ],
)
def test_a_condition_belongs_to_the_answer(question: str, quote: str, told: str | None) -> None:
    assert find_condition(question, quote) == told
    assert find_yes_or_no(question, quote) is None or told is None


def test_german_questions_are_told_by_their_verb_and_answered_in_german() -> None:
    assert find_yes_or_no("Darf ich Fahrräder abstellen?", "Fahrräder dürfen hier abgestellt werden.") == "Ja"
    assert find_yes_or_no("Darf ich Fahrräder abstellen?", "Fahrräder dürfen hier nicht abgestellt werden.") == "Nein"
