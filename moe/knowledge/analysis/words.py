"""The words of a text as the index sees them."""

from functools import lru_cache
from typing import NamedTuple

from moe.knowledge.analysis.keys import make_word_key
from moe_core.text.tokens import STOP_WORDS, find_words, stem


class Word(NamedTuple):
    """A word as written, without its place.

    Attributes:
        key: Of the folded word.
        folded: Lower case, without accents.
        term_key: Of its stem; 0 for a stop word.
        is_capital: It begins with a capital letter.
        is_number: It begins with a digit.
        is_lower: It begins with a small letter.
    """

    key: int
    folded: str
    term_key: int
    is_capital: bool
    is_number: bool
    is_lower: bool


class PlacedWord(NamedTuple):
    """A word and the characters [start, end) it stands in."""

    word: Word
    start: int
    end: int


@lru_cache(1 << 18)
def read_word(text: str, folded: str) -> Word:
    """A word from how it is written and how it folds."""
    first = text[0]
    return Word(
        make_word_key(folded),
        folded,
        0 if folded in STOP_WORDS else make_word_key(stem(folded)),
        first.isupper(),
        first.isdigit(),
        first.islower(),
    )


@lru_cache(1 << 12)
def read_words(text: str) -> tuple[Word, ...]:
    """The words of a text in order, without their places."""
    return tuple(read_word(word, folded) for word, folded, _ in find_words(text))


def place_words(text: str) -> list[PlacedWord]:
    """The words of a text in order."""
    return [PlacedWord(read_word(word, folded), start, start + len(word)) for word, folded, start in find_words(text)]
