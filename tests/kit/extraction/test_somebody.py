"""Who did it can only be told by what speaks of somebody."""

import pytest

from moe_core.text.tokens import find_terms
from moe_kit.extraction.somebody import names_somebody

QUESTION = "Who repaired the pump house of Marlow?"


@pytest.mark.parametrize(
    "text",
    [
        "The pump was repaired by Ottoline Vane.",
        "It was Vane who did it.",
        "Repaired: yes; By: Vane; Cost: 40",
        "The plumber did it in spring.",
        "We did it ourselves.",
        "the parish paid, and its council did the work",
        "Ottoline repaired it.",
        "Ottoline Vane: pump, 3 June",
        "Vane.",
    ],
)
def test_names_pronouns_and_words_for_people_are_somebody(text):
    assert names_somebody(text, text, frozenset(find_terms(QUESTION)))


@pytest.mark.parametrize(
    "text",
    [
        "A repaired pump (option A) is cheap, and runs for another quarter.",
        "- Repaired: the pump in the other house.",
        "The pump house of Marlow was repaired in winter.",
        "Pumps are repaired at the depot.",
        "3. 40 litres",
        "",
    ],
)
def test_things_and_what_the_question_says_itself_are_nobody(text):
    around = f"{text} All the pumps are old."
    assert not names_somebody(text, around, frozenset(find_terms(QUESTION)))
