"""Runs of words as keys: every run of up to so many words in some texts at once, and which of them are wanted."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.keys import FACTOR
from moe.knowledge.analysis.names import MAX_WORDS

Keys = NDArray[np.uint64]
Integers = NDArray[np.int64]


class KeySieve:
    """Tells for most keys, quickly, that they are not among some; a few others pass as well."""

    def __init__(self, columns: Iterable[Keys], *, bits: int) -> None:
        """Make a sieve of 2^bits flags; with 16 of them a key one in 16 other keys passes."""
        self._shift = np.uint64(64 - bits)
        self._flags = np.zeros(1 << bits, dtype=bool)
        for keys in columns:
            self._flags[keys >> self._shift] = True

    def find(self, keys: Keys) -> Integers:
        """Places in the flattened array of keys that may be among those of the sieve, ascending."""
        return np.flatnonzero(self._flags[keys >> self._shift])


def find_runs(words: Keys, owners: Integers, sieve: KeySieve) -> tuple[Integers, Integers, Keys]:
    """Runs of up to `MAX_WORDS` words of one text that pass a sieve, shorter ones first.

    Args:
        words: Keys of the words of some texts, one text after another.
        owners: The text of each word.
        sieve: Of the keys that are wanted.

    Returns:
        Columns of shape (runs,): the first word, the number of words, the key.
    """
    count = len(words)
    sums = np.zeros((min(MAX_WORDS, count), count), dtype=np.uint64)
    sums[:1] = words
    for length in range(1, len(sums)):
        stop = count - length
        sums[length, :stop] = sums[length - 1, :stop] * np.uint64(FACTOR) + words[length:]
    near = sieve.find(sums)
    further, firsts = np.divmod(near, max(count, 1))
    lasts = firsts + further
    is_whole = lasts < count
    is_whole &= owners[firsts] == owners[np.minimum(lasts, count - 1)]
    near = near[is_whole]
    return firsts[is_whole], further[is_whole] + 1, sums.ravel()[near]
