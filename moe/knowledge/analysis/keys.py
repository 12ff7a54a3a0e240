"""64-bit keys of words and names: the index holds numbers, so it needs no dictionary of strings."""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

FACTOR = 0x9E3779B97F4A7C15  # odd, so multiplying by it loses nothing
MASK = (1 << 64) - 1


@lru_cache(1 << 18)
def make_word_key(word: str) -> int:
    """The key of one folded word or stem; equal in every process."""
    return int.from_bytes(_digest(word), "little")


def make_word_keys(words: Iterable[str]) -> NDArray[np.uint64]:
    """The keys of many words, none of which is remembered."""
    return np.frombuffer(b"".join(map(_digest, words)), "<u8").astype(np.uint64)


def _digest(word: str) -> bytes:
    return blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def make_name_key(word_keys: Iterable[int]) -> int:
    """The key of a sequence of words: each step multiplies by `FACTOR` and adds the next word's key, modulo 2^64.

    The same sum over arrays finds the keys of all word sequences of a text at once.
    """
    key = 0
    for word_key in word_keys:
        key = (key * FACTOR + word_key) & MASK
    return key


def make_name_keys(word_keys: NDArray[np.uint64], firsts: NDArray[Any], stops: NDArray[Any]) -> NDArray[np.uint64]:
    """The keys of many sequences of words, each of the places [first, stop)."""
    keys = np.zeros(len(firsts), np.uint64)
    left, place = np.arange(len(firsts)), firsts
    while len(left):
        is_left = place < stops[left]
        left, place = left[is_left], place[is_left]
        keys[left] = keys[left] * np.uint64(FACTOR) + word_keys[place]
        place = place + 1
    return keys
