"""Phrases are read as the word that they stand for."""

import pytest

from moe_core.text.tokens import stem
from moe_kit.extraction.phrases import find_phrase_terms


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Ida takes over from Jon.", "replaces"),
        ("Dogs must not enter.", "allowed"),
        ("Entry is free of\ncharge.", "pays"),
        ("The pump broke down.", "failed"),
    ],
)
def test_a_phrase_says_a_word(text: str, word: str) -> None:
    assert stem(word) in find_phrase_terms(text)


def test_plain_words_stand_for_themselves() -> None:
    assert not find_phrase_terms("The boats are blue.")
