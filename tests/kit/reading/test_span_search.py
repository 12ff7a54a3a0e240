"""Spans by the scores of their first and last tokens."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_kit.reading.span_search import ANSWER_TOKENS_MAX, find_span
from moe_kit.reading.windows import WindowCutter
from tiny_reader import make_tokenizer

CUTTER = WindowCutter(make_tokenizer(), length=200, stride=8)
FLOATS = st.floats(-20, 20, width=32)


def search(passage, marks, *, null=0.0):
    """Look for a span with scores by (token of the passage): (beginning, end)."""
    window = CUTTER.cut("Who?", passage)[0]
    starts, ends = np.full((2, len(window.ids)), -9, dtype=np.float32)
    starts[0] = ends[0] = null / 2
    first = window.is_passage.index(True)
    for token, (start, end) in marks.items():
        starts[first + token], ends[first + token] = start, end
    return find_span(window, passage, starts, ends)


def test_the_likeliest_beginning_and_end_make_the_span():
    passage = "The mill was built by Ada Thorne."
    span = search(passage, {5: (3, 0), 6: (0, 2)})
    assert passage[span.start : span.end] == "Ada Thorne"
    assert span.margin == pytest.approx(5.0)


def test_the_scores_of_the_first_token_stand_against_it():
    assert search("Ada built.", {0: (1, 1)}, null=7).margin == pytest.approx(-5.0)


def test_no_span_ends_before_it_begins_or_is_longer_than_an_answer():
    passage = "mill " * 60
    span = search(passage, {0: (9, -9), 50: (2, 9)})
    assert len(passage[span.start : span.end].split()) <= ANSWER_TOKENS_MAX
    backwards = search("The mill was old.", {1: (-9, 9), 3: (9, -9)})
    assert backwards.start < backwards.end


@given(text=st.text(alphabet="abz ä.,'-7\n“”", max_size=60), scores=st.lists(FLOATS, min_size=8, max_size=8))
def test_a_span_is_of_whole_words_without_marks_around_it(text, scores):
    passage = f"{text} Ada."
    marks = {place: (score, scores[-place]) for place, score in enumerate(scores)}
    window = CUTTER.cut("Who?", passage)[0]
    span = search(passage, {k: v for k, v in marks.items() if k < sum(window.is_passage)})
    if span is None:
        return
    found = passage[span.start : span.end]
    assert found == found.strip(" .,\n“”'")
    assert found
    assert not (passage[: span.start][-1:].isalnum() and found[0].isalnum())
    assert not (passage[span.end :][:1].isalnum() and found[-1].isalnum())
    assert math.isfinite(span.margin)
