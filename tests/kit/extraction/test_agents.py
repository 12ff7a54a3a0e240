"""Who does a thing stands before the active verb, or behind "by"."""

import pytest

from moe_kit.extraction.agents import find_agent, says_deed


@pytest.mark.parametrize(
    ("question", "quote", "agent"),
    [
        ("Who planted the elms?", "The Vesper elms were planted by my uncle in 1950.", "my uncle"),
        ("Who lent the ladder?", "Piet lent us the ladder.", "Piet"),
        ("Who leads the choir?", "It is led by her cousin, Dr. Ines Falk.", "her cousin, Dr. Ines Falk"),
        ("Who took over the mill?", "Her cousin Ada Brook took it over in 1931.", "Ada Brook"),
        ("Who took over the mill?", "The mill was founded by Hal Finch.", None),
        ("Who orders the paint?", "[10:04] Noor: I'll order the paint tonight", "Noor"),
        ("Wer holt den Schlüssel?", "[10:04] Jo: Dann hole ich den Schlüssel", "Jo"),
        ("Wer kauft die Farbe?", "[10:04] Jo: dann kaufe ich die Farbe", "Jo"),
        ("Who orders the paint?", "I order the paint.", None),
        ("Wer prüft die Pumpe?", "Die Pumpe wird am 2. Juni von Firma Oster geprüft.", "Firma Oster"),
        ("Wer repariert die Pumpe?", "Dort repariert Frau Oster die Pumpe.", "Frau Oster"),
        ("Who mended the pump?", "The pump was mended by a firm from Hull in May.", "a firm from Hull"),
        ("Who paints the fence?", "The fence is green.", None),
        ("Wer entscheidet über die Aufnahme?", "Über die Aufnahme entscheidet der Vorstand.", None),
    ],
)
def test_the_one_who_does_it_is_found(question: str, quote: str, agent: str | None) -> None:
    assert find_agent(question, quote) == agent


def test_a_deed_is_said_in_another_word_or_not_at_all() -> None:
    assert says_deed("Who repaired the clock?", ["The clock was mended by Tom."])
    assert not says_deed("Who repaired the clock?", ["The clock was a gift of Tom Weller."])
    assert says_deed("Who has the clock?", ["The clock was a gift of Tom Weller."])
