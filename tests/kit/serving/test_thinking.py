"""Thinking told from the answer, however it comes."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_kit.serving.thinking import ThinkingSplitter, split_thinking

PIECES = st.lists(
    st.sampled_from(
        ["<think>", "</think>", "<thinking>", "</thinking>", "<th", "ink>", "</", "<", "a", " ", "\n", "b c"]
    ),
    max_size=12,
)


def stream(pieces):
    splitter = ThinkingSplitter()
    parts = [splitter.feed(piece) for piece in pieces] + [splitter.finish()]
    return "".join(part[0] for part in parts), "".join(part[1] for part in parts)


@pytest.mark.parametrize(
    ("text", "answer", "reasoning"),
    [
        ("In 1871.", "In 1871.", ""),
        ("  In 1871.", "  In 1871.", ""),
        ("<think>The deed.</think>In 1871.", "In 1871.", "The deed."),
        ("\n<think>\nThe deed.\n</think>\n\nIn 1871.", "In 1871.", "The deed."),
        ("<THINK>a</THINK>b", "b", "a"),
        ("<think>a</think>\n<thinking>b</thinking> c", "c", "ab"),
        ("<think></think>b", "b", ""),
        ("<think>never closed", "", "never closed"),
        ("The tag <think> opens.", "The tag <think> opens.", ""),
        ("The tags <think> and </think>.", "The tags <think> and </think>.", ""),
        ("the prompt opened it</think>\nb", "b", "the prompt opened it"),
        ("<thin", "<thin", ""),
        ("<thinner than that", "<thinner than that", ""),
        ("", "", ""),
    ],
)
def test_a_whole_reply_is_split(text, answer, reasoning):
    assert split_thinking(text) == (answer, reasoning)


@given(PIECES, st.lists(st.integers(0, 100), max_size=8))
def test_pieces_split_as_the_whole_does(pieces, places):
    text = "".join(pieces)
    edges = sorted({place % (len(text) + 1) for place in places} | {0, len(text)})
    recut = [text[start:end] for start, end in itertools.pairwise(edges)]
    assert stream(recut) == stream([text]) == stream(list(text))


@given(PIECES)
def test_the_answer_is_the_text_s_end_and_all_of_it_without_a_block(pieces):
    text = "".join(pieces)
    answer, reasoning = stream(pieces)
    assert text.endswith(answer)
    if not text.lstrip().startswith(("<think>", "<thinking>")):
        assert (answer, reasoning) == (text, "")
    assert all(reasoning.count(letter) <= text.count(letter) for letter in "abc")
