"""The words of a text as the index sees them."""

from functools import lru_cache
from typing import NamedTuple

import msgspec

from moe.knowledge.analysis.gaps import IS_INITIAL_STOP, IS_SPACE, GapKinds
from moe.knowledge.analysis.keys import make_word_key
from moe.knowledge.analysis.marks import FOLLOWS_SPACE, IS_CAPITAL, IS_LOWER, IS_NUMBER, find_mark
from moe_core.text.tokens import STOP_WORDS, fold, split_words, stem

_MOST_KNOWN = 1 << 18  # some 70 MB; more words than most collections have


class Word(NamedTuple):
    """A word as written, without its place.

    Attributes:
        key: Of the folded word.
        folded: Lower case, without accents.
        term_key: Of its stem; 0 for a stop word.
        mark: `IS_CAPITAL`, `IS_NUMBER`, `IS_LOWER`, or 0 for scripts that have no such thing.
    """

    key: int
    folded: str
    term_key: int
    mark: int

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.mark == IS_CAPITAL

    @property
    def is_number(self) -> bool:
        """Whether it begins with a digit."""
        return self.mark == IS_NUMBER

    @property
    def is_lower(self) -> bool:
        """Whether it begins with a small letter."""
        return self.mark == IS_LOWER


class TextWords(msgspec.Struct, frozen=True, eq=False):
    """The words of a text in order, in columns: the n-th stands in the characters [starts[n], ends[n])."""

    text: str
    words: list[Word]
    gaps: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.words)

    def get_text(self, first: int, stop: int) -> str:
        """The text from one word to before another."""
        return self.text[self.starts[first] : self.ends[stop - 1]]

    def list_marks(self) -> list[int]:
        """How each word is written, and whether it follows the one before closely."""
        marks = [word.mark for word in self.words]
        for place in range(1, len(marks)):
            kind = _gap_kinds[self.gaps[place]]
            is_initial = self.ends[place - 1] - self.starts[place - 1] == 1
            if kind & IS_SPACE or (kind & IS_INITIAL_STOP and is_initial):
                marks[place] |= FOLLOWS_SPACE
        return marks


class _KnownWords(dict[str, Word]):
    """Words by how they are written; looking one up makes it."""

    def __missing__(self, written: str) -> Word:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        word = self[written] = _make_word(written)
        return word


def _make_word(written: str) -> Word:
    folded = fold(written)
    term_key = 0 if folded in STOP_WORDS else make_word_key(stem(folded))
    return Word(make_word_key(folded), folded, term_key, find_mark(written))


_known = _KnownWords()
_gap_kinds = GapKinds()


@lru_cache(1 << 12)
def read_words(text: str) -> tuple[Word, ...]:
    """The words of a text in order, without their places."""
    return tuple(map(_known.__getitem__, split_words(text).words))


def read_text(text: str) -> TextWords:
    """The words of a text in order."""
    written, gaps, starts = split_words(text)
    ends = [start + len(word) for word, start in zip(written, starts, strict=True)]
    return TextWords(text, list(map(_known.__getitem__, written)), gaps, starts, ends)
