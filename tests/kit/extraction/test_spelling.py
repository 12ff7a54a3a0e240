"""A slip of the pen in a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_kit.extraction.spelling import is_one_slip, mend_spelling
from moe_kit.extraction.units import split_evidence


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("who is the saftey officer", "who is the safety officer"),
        ("where is the libary", "where is the library"),
        ("who is the officer", "who is the officer"),
        ("who is Saftey", "who is Saftey"),  # a name
        ("is there a horse", "is there a horse"),  # a word of its own, though "house" is there
    ],
)
def test_a_word_nobody_writes_is_read_as_the_one_that_is_there(make_evidence, question: str, expected: str) -> None:
    units = split_evidence([make_evidence("The safety officer is Ms Lund. The library is by the house.")])
    assert mend_spelling(question, units) == expected


def test_of_two_words_a_slip_away_neither_is_meant(make_evidence) -> None:
    units = split_evidence([make_evidence("The boltex left. The boltez burned.")])
    assert mend_spelling("where is the bolte", units) == "where is the bolte"


@pytest.mark.parametrize(("one", "other"), [("nitrite", "nitrate"), ("jansen", "jensen"), ("ethane", "ethene")])
def test_one_letter_for_another_makes_another_word(one: str, other: str) -> None:
    assert not is_one_slip(one, other)


@given(st.text("abcdef", min_size=3, max_size=9), st.data())
def test_one_slip_is_one_slip_both_ways(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(word) - 1))
    slips = {word[:place] + word[place + 1 :], word[:place] + "z" + word[place:]}
    if place + 1 < len(word):
        slips.add(word[:place] + word[place + 1] + word[place] + word[place + 2 :])
    for slip in slips - {word}:
        assert is_one_slip(word, slip)
        assert is_one_slip(slip, word)
    assert not is_one_slip(word, word)
    assert not is_one_slip(word, f"{word}zz")
    assert not is_one_slip(word, word[:place] + "z" + word[place + 1 :])
