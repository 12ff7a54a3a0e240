"""Capitalised phrases, and how words are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.knowledge.analysis.gaps import GapKinds
from moe.knowledge.analysis.marks import FOLLOWS_SPACE, IS_CAPITAL, IS_LOWER, IS_NUMBER
from moe.knowledge.analysis.phrases import find_phrases
from moe.knowledge.analysis.text_columns import read_columns
from moe.knowledge.analysis.vocabulary import Vocabulary
from moe.knowledge.analysis.words import read_text
from moe_core.text.tokens import STOP_WORDS


def phrases(text: str) -> list[str]:
    read = read_text(text)
    return [read.get_text(first, stop) for first, stop in find_spans(text)]


def find_spans(*texts: str) -> list[tuple[int, int]]:
    firsts, stops = find_phrases(read_columns(texts, Vocabulary(), GapKinds()))
    return sorted(zip(firsts.tolist(), stops.tolist(), strict=True), key=lambda span: (span[0], -span[1]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("she met Orla Finch at noon", ["Orla Finch"]),
        ("the Harbour Court of Sorrel sat", ["Harbour Court of Sorrel"]),
        ("when Jan van Velk came", ["Jan van Velk"]),
        ("when Jan van der Velk came", ["Jan van der Velk"]),
        ("the House of the Rising Tide burnt", ["House of the Rising Tide"]),
        ("to Jan of the mill", ["Jan"]),
        ("to Jan of the von der de Velk", ["Jan", "Velk"]),
        ("to Jan van", ["Jan"]),
        ("J. R. Tamm wrote it", ["J. R. Tamm"]),
        ("by Dr. Pell himself", ["Dr. Pell"]),
        ("in Wexmouth. Sorrel is far", ["Wexmouth", "Sorrel"]),
        ("Orla Finch, Ida Vane", ["Orla Finch", "Ida Vane"]),
        ("the Finch's nest", ["Finch"]),
        ("The gate of the mill", []),
        ("nothing here", []),
        ("Pier 12 is shut", ["Pier 12"]),
    ],
)
def test_phrases_are_runs_of_capitalised_words(text, expected):
    assert phrases(text) == expected


def test_what_may_be_two_names_is_given_whole_and_in_parts():
    assert phrases("by Finch and Vane of Sorrel") == ["Finch and Vane of Sorrel", "Finch", "Vane of Sorrel"]


@given(st.lists(st.sampled_from("Orla the of and Finch mill 12 1880 . , ' \u00c9lan 京都 The".split())).map(" ".join))
def test_no_phrase_begins_or_ends_with_a_stop_word(text):
    read = read_text(text)
    words = read.words
    for first, stop in find_spans(text):
        assert 0 <= first < stop <= len(words)
        assert words[first].folded not in STOP_WORDS
        assert words[stop - 1].folded not in STOP_WORDS


def test_no_phrase_goes_on_in_the_next_text():
    assert find_spans("by Orla", "Finch of", "Sorrel") == [(1, 2), (2, 3), (4, 5)]


def test_marks_say_how_words_are_written():
    text = "Orla met 12 cats, J. Vane"
    marks = read_text(text).list_marks()
    assert [mark & ~FOLLOWS_SPACE for mark in marks] == [
        IS_CAPITAL,
        IS_LOWER,
        IS_NUMBER,
        IS_LOWER,
        IS_CAPITAL,
        IS_CAPITAL,
    ]
    assert [bool(mark & FOLLOWS_SPACE) for mark in marks] == [False, True, True, True, False, True]


def test_words_of_scripts_without_capitals_have_no_mark_of_writing():
    text = "京都"
    assert read_text(text).list_marks() == [0]
