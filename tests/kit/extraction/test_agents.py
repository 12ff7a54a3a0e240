"""Who does a thing stands before the active verb, or behind "by"."""

import pytest

from moe_kit.extraction.agents import find_agent


@pytest.mark.parametrize(
    ("question", "quote", "agent"),
    [
        ("Who planted the elms?", "The Vesper elms were planted by my uncle in 1950.", "my uncle"),
        ("Who lent the ladder?", "Piet lent us the ladder.", "Piet"),
        ("Who leads the choir?", "It is led by her cousin, Dr. Ines Falk.", "her cousin, Dr. Ines Falk"),
        ("Who paints the fence?", "The fence is green.", None),
        ("Wer entscheidet über die Aufnahme?", "Über die Aufnahme entscheidet der Vorstand.", None),
    ],
)
def test_the_one_who_does_it_is_found(question: str, quote: str, agent: str | None) -> None:
    assert find_agent(question, quote) == agent
