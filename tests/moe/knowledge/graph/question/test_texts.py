"""Where a question's terms stand in texts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe.knowledge.analysis.keys import make_word_key
from moe.knowledge.graph.question.texts import count_terms, read_texts
from moe_core.text.tokens import find_terms, iterate_tokens

SENTENCES = (
    "The mill turned.",
    "Orla left the mill to the mill hands.",
    "Eels climb.",
    "It was of the.",
    "***",
    "京都の水車。",
)
TEXTS = st.lists(st.lists(st.sampled_from(SENTENCES), max_size=4), max_size=5)
TERMS = ("mill", "eel", "orla", "京都", "水車", "zeppelin")


def rows_of(index, terms) -> np.ndarray:
    return np.array([index.terms.find(make_word_key(term)) for term in terms], dtype=np.int64)


@settings(max_examples=40)
@given(TEXTS, st.data())
def test_terms_are_counted_in_each_passage(make_index, texts, data):
    index = make_index({f"-{number}": " ".join(sentences) for number, sentences in enumerate(texts)})
    passages = [sentences for sentences in texts if sentences]
    assert len(index) == len(passages)
    numbers = data.draw(st.permutations(range(len(passages))))
    counts = count_terms(index, numbers, rows_of(index, TERMS))
    assert counts.shape == (len(numbers), len(TERMS))
    for place, number in enumerate(numbers):
        assert counts[place].tolist() == [find_terms(" ".join(passages[number])).count(term) for term in TERMS]


def list_lead(index, number: int) -> list[str]:
    texts = read_texts(index, [number])
    words = np.flatnonzero(texts.is_in_lead(np.arange(len(texts.tokens.words))))
    return index.words.read_strings(texts.tokens.words[words])


@settings(max_examples=40)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4))
def test_the_lead_is_the_first_two_sentences_with_words(make_index, sentences):
    index = make_index({"-a": " ".join(sentences)})
    worded = [sentence for sentence in sentences if any(char.isalnum() for char in sentence)]
    assert list_lead(index, 0) == [token.folded for token in iterate_tokens(" ".join(worded[:2]))]


def test_a_title_is_the_first_sentence_of_the_lead(make_index):
    index = make_index({"Orla Finch": "She had a mill. It had a wheel."})
    assert list_lead(index, 0) == ["orla", "finch", "she", "had", "a", "mill"]


def test_more_occurrences_than_the_index_counts_are_counted(make_index):
    index = make_index({"-a": "mill " * 100})
    assert count_terms(index, [0], rows_of(index, ("mill",))).tolist() == [[100]]


def test_no_passages_and_no_terms_are_fine(make_index):
    index = make_index({"-a": "A mill."})
    assert count_terms(index, [], rows_of(index, TERMS)).shape == (0, len(TERMS))
    assert count_terms(index, [0], rows_of(index, ())).shape == (1, 0)


@pytest.mark.parametrize(
    ("words", "expected"),
    [("orla finch", {0: 0, 1: 2}), ("finch met", {0: 1}), ("finch saw", {}), ("zeppelin", {}), ("", {})],
)
def test_a_sequence_is_found_where_it_first_stands_within_one_passage(make_index, words, expected):
    index = make_index({"-a": "Orla Finch met Orla Finch.", "-b": "Saw that Orla Finch?", "-c": "Finch"})
    keys = np.array([make_word_key(word) for word in words.split()], dtype=np.uint64)
    assert read_texts(index, [0, 1, 2]).find_sequence(index.words.find_many(keys).tolist()) == expected
