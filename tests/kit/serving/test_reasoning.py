"""Reasoning told from the answer, however it comes."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_kit.serving.reasoning import ReasoningSplitter, split_reasoning

HARMONY = (
    "<|channel|>analysis<|message|>The deed.<|end|><|start|>assistant<|channel|>final<|message|>In 1871.<|return|>"
)
MARKS = (
    "<think>",
    "</think>",
    "<Thoughts>",
    "</thoughts>",
    "<reflection>",
    "</reflection>",
    "[THINK]",
    "[/THINK]",
    "◁think▷",
    "◁/think▷",
    "<|channel|>analysis<|message|>",
    "<|start|>assistant<|channel|>final<|message|>",
    "<|end|>",
    "<|return|>",
)
TEXTS = st.lists(
    st.sampled_from([*MARKS, "<th", "ink>", "</", "<", "<|", "[", "◁", "{", "a", "İ", " ", "\n", "b c"]), max_size=12
).map("".join)


def stream(pieces):
    """What a reader of a stream has at its end."""
    splitter = ReasoningSplitter()
    answer, reasoning = "", ""
    for split in [*map(splitter.feed, pieces), splitter.finish()]:
        if split.restarts:
            answer, reasoning = "", reasoning + answer
        answer, reasoning = answer + split.answer, reasoning + split.reasoning
    return answer, reasoning


@pytest.mark.parametrize(
    ("text", "answer", "reasoning"),
    [
        ("In 1871.", "In 1871.", ""),
        ("  In 1871.", "  In 1871.", ""),
        ("<think>The deed.</think>In 1871.", "In 1871.", "The deed."),
        ("\n<think>\nThe deed.\n</think>\n\nIn 1871.", "In 1871.", "The deed."),
        ("<THINK>a</THINK>b", "b", "a"),
        ("<think>a</think>\n<thinking>b</thinking> c", "c", "a\nb"),
        ("<thinking>a <reflection>b</reflection></thinking>c", "c", "a <reflection>b</reflection>"),
        ("<thoughts>a</thoughts>b", "b", "a"),
        ("<reflection>a</reflection>b", "b", "a"),
        ("[THINK]a[/THINK]b", "b", "a"),
        ("◁think▷a◁/think▷b", "b", "a"),
        ("<|channel>thought\na<channel|>b", "b", "a"),
        (HARMONY, "In 1871.", "The deed."),
        (HARMONY.replace("<|start|>assistant", ""), "In 1871.", "The deed."),
        ("<|channel|>final <|constrain|>json<|message|>{}", "{}", ""),
        ("<|channel|>commentary to=functions.find<|message|>a<|call|>b", "b", "a"),
        ("<think></think>b", "b", ""),
        ("<think>never closed", "", "never closed"),
        ("The tag <think> opens.", "The tag <think> opens.", ""),
        ("The tags <think> and </think>.", "The tags <think> and </think>.", ""),
        ("the prompt opened it</think>\nb", "b", "the prompt opened it"),
        ("the prompt opened it[/THINK]b</think>", "b</think>", "the prompt opened it"),
        ('{"a": "the </think> mark"}', '{"a": "the </think> mark"}', ""),
        ("<thin", "<thin", ""),
        ("<thinner than that", "<thinner than that", ""),
        ("<|channel|>" + "a" * 200, "<|channel|>" + "a" * 200, ""),
        ("", "", ""),
    ],
)
def test_a_whole_reply_is_split(text, answer, reasoning):
    assert split_reasoning(text) == (answer, reasoning)


@given(TEXTS, st.lists(st.integers(0, 100), max_size=8))
def test_pieces_split_as_the_whole_does(text, places):
    edges = sorted({place % (len(text) + 1) for place in places} | {0, len(text)})
    recut = [text[start:end] for start, end in itertools.pairwise(edges)]
    answer, reasoning = stream(recut)
    assert (answer, reasoning) == stream(list(text))
    assert (answer, reasoning.strip()) == split_reasoning(text)


@given(TEXTS)
def test_a_text_without_marks_is_the_answer_and_nothing_is_said_twice(text):
    answer, reasoning = split_reasoning(text)
    if not any(mark.lower() in text.lower() for mark in MARKS):
        assert (answer, reasoning) == (text, "")
    assert all((answer + reasoning).count(letter) <= text.count(letter) for letter in "abcİ")


def test_what_is_certain_is_told_at_once():
    splitter = ReasoningSplitter()
    assert splitter.feed("<think>a").reasoning == "a"
    assert splitter.feed("b</th").reasoning == "b"
    assert splitter.feed("ink>\nIn 18").answer == "In 18"
    assert splitter.feed("71.").answer == "71."
