"""Words by number, with what is told of each in columns."""

from array import array
from collections.abc import Sequence
from itertools import count

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.connectors import CONNECTORS, LOOSE_CONNECTORS
from moe.knowledge.analysis.keys import make_word_keys
from moe.knowledge.analysis.marks import find_mark
from moe_core.text.tokens import STOP_WORDS, fold, stem_all

# Traits of a word as written, above its mark (`moe.knowledge.analysis.marks`).
IS_STOP_WORD = 1 << 8
IS_CONNECTOR = 1 << 9
IS_LOOSE = 1 << 10
IS_SHORT = 1 << 11  # folded it has at most two letters
HAS_FOUR = 1 << 12  # folded it has four, as a year
IS_LETTER = 1 << 13  # it is written with one letter
IS_BRIEF = 1 << 14  # with at most two
IS_ENDING = 1 << 15  # the "s" of a possessive
MARK = 0xFF

_SMALL_WORDS = {
    word: (IS_STOP_WORD if word in STOP_WORDS else 0)
    | (IS_CONNECTOR if word in CONNECTORS else 0)
    | (IS_LOOSE if word in LOOSE_CONNECTORS else 0)
    | (IS_ENDING if word == "s" else 0)
    for word in {*STOP_WORDS, *CONNECTORS, *LOOSE_CONNECTORS, "s"}
}
_FOLDED_LENGTHS = {0: IS_SHORT, 1: IS_SHORT, 2: IS_SHORT, 4: HAS_FOUR}
_LENGTHS = {1: IS_LETTER | IS_BRIEF, 2: IS_BRIEF}

_MOST_KNOWN = 1 << 18  # some 70 MB; more words than most collections have


class WordColumns(msgspec.Struct, frozen=True, eq=False):
    """What is told of words, by number as written.

    Attributes:
        traits: Their mark, and traits above.
        folded: The number of the folded word.
    """

    traits: NDArray[np.uint16]
    folded: NDArray[np.int32]


class WordList(msgspec.Struct, frozen=True, eq=False):
    """Different words in the order of their keys: folded, with the keys of their stems; 0 for a stop word."""

    strings: list[str]
    keys: NDArray[np.uint64]
    term_keys: NDArray[np.uint64]


class Vocabulary(dict[str, int]):
    """Numbers of words by how they are written, from 0 up; looking one up makes it."""

    def __init__(self) -> None:
        super().__init__()
        self._forget()

    def __missing__(self, written: str) -> int:
        """Number a word; all else is found out for many at once, which is quicker."""
        number = self[written] = len(self)
        self._unread.append(written)
        return number

    def read(self, written: Sequence[str]) -> NDArray[np.int32]:
        """The numbers of words."""
        numbers = np.fromiter(map(self.__getitem__, written), np.int32, len(written))
        self._learn()
        return numbers

    def _learn(self) -> None:
        """Find out what is told of the words that were numbered last."""
        written = self._unread.copy()
        self._unread.clear()
        all_folded = [word.lower() if word.isascii() and word.isalpha() else fold(word) for word in written]
        places = self._folded_numbers
        self._add([folded for folded in dict.fromkeys(all_folded) if folded not in places])
        numbers = list(map(places.__getitem__, all_folded))
        self._folded.extend(numbers)
        traits = self._folded_traits
        self._traits.extend(
            traits[number] | find_mark(word) | _LENGTHS.get(len(word), 0)
            for word, number in zip(written, numbers, strict=True)
        )

    def _add(self, words: Sequence[str]) -> None:
        """Number folded words that are not known yet."""
        self._folded_numbers.update(zip(words, count(len(self._strings))))
        self._strings += words
        self._keys.frombytes(make_word_keys(words).tobytes())
        term_keys = make_word_keys(stem_all(words))
        term_keys[[word in STOP_WORDS for word in words]] = 0
        self._term_keys.frombytes(term_keys.tobytes())
        self._folded_traits.extend(map(_find_traits, words))

    def build_columns(self) -> WordColumns:
        """What is told of all words so far."""
        return WordColumns(np.array(self._traits, np.uint16), np.array(self._folded, np.int32))

    def gather(self, numbers: NDArray[np.int32]) -> tuple[WordList, NDArray[np.int32]]:
        """The different ones of folded words by number, and the place of each word among them."""
        different, words = np.unique(numbers, return_inverse=True)
        keys = np.array(self._keys, np.uint64)[different]
        order = keys.argsort()
        places = np.empty(len(order), np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        different = different[order]
        strings = [self._strings[number] for number in different.tolist()]
        return WordList(strings, keys[order], np.array(self._term_keys, np.uint64)[different]), places[words]

    def limit(self) -> None:
        """Forget everything where that is too much; numbers from before mean nothing then."""
        if len(self) >= _MOST_KNOWN:
            self._forget()

    def _forget(self) -> None:
        self.clear()
        self._unread: list[str] = []
        self._strings: list[str] = []
        self._keys, self._term_keys = array("Q"), array("Q")
        self._folded_numbers: dict[str, int] = {}
        self._folded, self._traits, self._folded_traits = array("i"), array("H"), array("H")


def _find_traits(folded: str) -> int:
    return _SMALL_WORDS.get(folded, 0) | _FOLDED_LENGTHS.get(len(folded), 0)
