"""Runs of words as keys."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from moe.knowledge.analysis.keys import make_name_key, make_word_key
from moe.knowledge.analysis.names import MAX_WORDS
from moe.knowledge.graph.question.runs import KeySieve, TextRuns

WORDS = st.sampled_from(["orla", "finch", "mill", "of", "wexmouth"])


def as_keys(words) -> np.ndarray:
    return np.array([make_word_key(word) for word in words], dtype=np.uint64)


def list_runs(texts, wanted, *, bits: int = 12) -> list[tuple[int, int, int]]:
    """The runs whose keys are really wanted."""
    owners = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    runs = TextRuns(as_keys(word for text in texts for word in text), owners)
    firsts, lengths, keys = runs.find(KeySieve([np.array(sorted(wanted), np.uint64)], bits=bits))
    rows = zip(firsts.tolist(), lengths.tolist(), keys.tolist(), strict=True)
    return [row for row in rows if row[2] in wanted]


@given(
    st.lists(st.lists(WORDS, max_size=14), max_size=4), st.lists(st.lists(WORDS, min_size=1, max_size=11), max_size=4)
)
def test_every_wanted_run_of_one_text_is_found_and_shorter_ones_come_first(texts, names):
    wanted = {make_name_key(map(make_word_key, name)) for name in names}
    expected, place = [], 0
    for text in texts:
        for first in range(len(text)):
            for length in range(1, min(MAX_WORDS, len(text) - first) + 1):
                key = make_name_key(map(make_word_key, text[first : first + length]))
                if key in wanted:
                    expected.append((place + first, length, key))
        place += len(text)
    found = list_runs(texts, wanted)
    assert found == sorted(expected, key=lambda run: (run[1], run[0]))


def test_no_run_goes_from_one_text_into_the_next():
    name = {make_name_key(as_keys(["orla", "finch"]).tolist())}
    assert [run[:2] for run in list_runs([["orla"], ["finch"], [], ["orla", "finch"]], name)] == [(2, 2)]


def test_no_words_and_no_wanted_keys_are_fine():
    assert list_runs([], {1}) == []
    assert list_runs([[], []], {1}) == []
    assert list_runs([["mill"]], set()) == []


@given(st.sets(st.integers(0, 2**64 - 1), max_size=20), st.sets(st.integers(0, 2**64 - 1), max_size=20))
def test_a_sieve_lets_all_of_its_keys_through(keys, others):
    tried = np.array(sorted(keys | others), dtype=np.uint64)
    passed = KeySieve([np.array(sorted(keys), dtype=np.uint64)], bits=16).find(tried).tolist()
    assert keys <= {int(tried[place]) for place in passed}
    assert passed == sorted(passed)


def test_a_sieve_holds_most_other_keys_back():
    keys, others = as_keys(f"name{n}" for n in range(1000)), as_keys(f"other{n}" for n in range(10_000))
    assert len(KeySieve([keys], bits=14).find(others)) < 200
