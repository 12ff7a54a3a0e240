"""Keys of words and names."""

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from moe.knowledge.analysis.keys import FACTOR, make_name_key, make_word_key

KEYS = st.integers(0, 2**64 - 1)


@given(st.lists(KEYS, min_size=1, max_size=30), st.integers(1, 10))
def test_the_key_of_words_is_the_sum_that_arrays_make(words, length):
    keys = np.array(words, dtype=np.uint64)
    sums = np.zeros(len(keys), dtype=np.uint64)
    for step in range(min(length, len(keys))):
        sums = sums[: len(keys) - step] * np.uint64(FACTOR) + keys[step:]
        assert sums.tolist() == [make_name_key(words[first : first + step + 1]) for first in range(len(sums))]


@given(KEYS, KEYS)
def test_a_name_of_one_word_has_that_words_key_and_order_counts(first, second):
    assert make_name_key([first]) == first
    if (first - second) % 2**62:  # FACTOR - 1 is a multiple of 4: such keys, one pair in 2^62, are not told apart
        assert make_name_key([first, second]) != make_name_key([second, first])


def test_keys_are_the_same_in_every_process():
    words = ["mill", "京都", "\ud800"]
    code = f"from moe.knowledge.analysis.keys import make_word_key as k; print([k(w) for w in {words!a}])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == str([make_word_key(word) for word in words])
