"""The likeliest span of a window, by the scores that a model gives to each token as its beginning or its end."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe_kit.reading.windows import Window

ANSWER_TOKENS_MAX = 30  # as the published evaluations of SQuAD take it
_TRIMMED = " \t\n.,;:!?\"'()[]“”„‘’«»*_|"


class WindowSpan(msgspec.Struct, frozen=True, kw_only=True):
    """Characters [start, end) of a passage.

    Attributes:
        margin: Logarithm of the odds that the model gives to the span against "not here".
    """

    start: int
    end: int
    margin: float


def find_span(
    window: Window, passage: str, starts: NDArray[np.float32], ends: NDArray[np.float32]
) -> WindowSpan | None:
    """The best span of whole words; None where the window shows none of the passage.

    The scores of the first token together are those of "not here": a model of the SQuAD 2 kind points there.

    Source: Devlin et al., "BERT" (2019), section 4.3.
    """
    size = len(window.ids)
    outside = np.where(np.array(window.is_passage), 0.0, -np.inf)
    begins, stops = starts[:size] + outside, ends[:size] + outside
    if not np.isfinite(begins).any():
        return None
    pairs = begins[:, None] + stops[None, :]
    lengths = np.arange(size)[None, :] - np.arange(size)[:, None]
    pairs = np.where((lengths >= 0) & (lengths < ANSWER_TOKENS_MAX), pairs, -np.inf)
    first, last = np.unravel_index(int(pairs.argmax()), pairs.shape)
    start, end = _widen(passage, window.spans[first][0], window.spans[last][1])
    if start >= end:
        return None
    margin = float(pairs[first, last]) - float(starts[0] + ends[0])
    return WindowSpan(start=start, end=end, margin=margin)


def _widen(text: str, start: int, end: int) -> tuple[int, int]:
    """The same characters without what surrounds an answer, out to the ends of their words."""
    while start < end and text[start] in _TRIMMED:
        start += 1
    while end > start and text[end - 1] in _TRIMMED:
        end -= 1
    if start >= end:
        return start, start
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end
