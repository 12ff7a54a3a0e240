"""Runs of words as keys: every run of up to so many words in some texts at once, and which of them are wanted."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.keys import FACTOR
from moe.knowledge.analysis.names import MAX_WORDS

Keys = NDArray[np.uint64]
Integers = NDArray[np.int64]

_FACTOR = np.uint64(FACTOR)


class KeySieve:
    """Tells for most keys, quickly, that they are not among some; a few others pass as well."""

    def __init__(self, columns: Iterable[Keys], *, bits: int) -> None:
        """Make a sieve of 2^bits cells, each with a flag for how a key ends.

        With 16 cells a key about one in 120 other keys passes.
        """
        self._shift = np.uint64(64 - bits)
        self._cells = np.zeros(1 << bits, dtype=np.uint8)
        for keys in columns:
            np.bitwise_or.at(self._cells, (keys >> self._shift).view(np.int64), _mark_endings(keys))

    def find(self, keys: Keys) -> Integers:
        """Places in the flattened array of keys that may be among those of the sieve, ascending."""
        cells = self._cells.take((keys >> self._shift).ravel().view(np.int64))
        near = cells.nonzero()[0]
        return near[(cells[near] & _mark_endings(keys.ravel()[near])) > 0]


def _mark_endings(keys: Keys) -> NDArray[np.uint8]:
    """One of eight flags for each key, by its last bits."""
    return np.left_shift(np.uint8(1), (keys & np.uint64(7)).astype(np.uint8))


class TextRuns:
    """All runs of up to `MAX_WORDS` words of some texts, as keys."""

    def __init__(self, words: Keys, owners: Integers) -> None:
        """Add keys up.

        Args:
            words: Keys of the words of some texts, one text after another.
            owners: The text of each word.
        """
        count = len(words)
        self.words = words
        self._owners = owners
        self._sums = sums = np.zeros((min(MAX_WORDS, count), count), dtype=np.uint64)
        sums[:1] = words
        for length in range(1, len(sums)):
            stop = count - length
            row = np.multiply(sums[length - 1, :stop], _FACTOR, out=sums[length, :stop])
            row += words[length:]

    def find(self, sieve: KeySieve) -> tuple[Integers, Integers, Keys]:
        """Runs of one text that pass a sieve, shorter ones first.

        Returns:
            Columns of shape (runs,): the first word, the number of words, the key.
        """
        count = len(self.words)
        near = sieve.find(self._sums)
        further = near // max(count, 1)
        firsts = near - further * count
        lasts = firsts + further
        whole = np.flatnonzero(lasts < count)
        whole = whole[self._owners[firsts[whole]] == self._owners[lasts[whole]]]
        return firsts[whole], further[whole] + 1, self._sums.ravel()[near[whole]]
