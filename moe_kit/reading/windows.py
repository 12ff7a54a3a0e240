"""A question beside a passage, as token windows that overlap, with the characters that each token stands for."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

QUESTION_TOKENS_MAX = 64  # as the models were trained; the end of a longer one is cut off


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """One input of the model.

    Attributes:
        ids: Tokens, special ones and the question's included.
        types: 0 for the question's side, 1 for the passage's.
        spans: By token, the characters [start, end) of the passage; (0, 0) for all others.
        is_passage: By token, whether it is the passage's.
    """

    ids: tuple[int, ...]
    types: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    is_passage: tuple[bool, ...]


class WindowCutter:
    """Cuts passages into windows of at most so many tokens."""

    def __init__(self, tokenizer: Any, *, length: int, stride: int) -> None:
        """Take a tokenizer.

        Args:
            tokenizer: Of the package `tokenizers`; it is set up anew.
            length: Tokens of a window at most, all counted.
            stride: Tokens of the passage that two neighbours have in common.
        """
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._length = length
        self._stride = min(stride, length // 3)
        self._specials = tokenizer.num_special_tokens_to_add(True)

    def cut(self, question: str, passage: str) -> list[Window]:
        """The passage's windows, in order."""
        question = self._shorten(question)
        self._tokenizer.no_truncation()
        asked = len(self._tokenizer.encode(question, add_special_tokens=False).ids)
        room = self._length - asked - self._specials
        self._tokenizer.enable_truncation(self._length, stride=min(self._stride, room // 2), strategy="only_second")
        first = self._tokenizer.encode(question, passage)
        return [_make_window(part) for part in (first, *first.overflowing)]

    def _shorten(self, question: str) -> str:
        self._tokenizer.no_truncation()
        offsets = self._tokenizer.encode(question, add_special_tokens=False).offsets
        most = min(QUESTION_TOKENS_MAX, self._length // 2)
        return question if len(offsets) <= most else question[: offsets[most - 1][1]]


def pad(windows: Sequence[Window], *, pad_id: int) -> dict[str, NDArray[np.int64]]:
    """A batch, by the customary names of the inputs, each of shape (windows, longest)."""
    longest = max(len(window.ids) for window in windows)
    batch = {
        "input_ids": np.full((len(windows), longest), pad_id, dtype=np.int64),
        "attention_mask": np.zeros((len(windows), longest), dtype=np.int64),
        "token_type_ids": np.zeros((len(windows), longest), dtype=np.int64),
    }
    for row, window in enumerate(windows):
        stop = len(window.ids)
        batch["input_ids"][row, :stop] = window.ids
        batch["attention_mask"][row, :stop] = 1
        batch["token_type_ids"][row, :stop] = window.types
    return batch


def _make_window(encoded: Any) -> Window:
    is_passage = tuple(part == 1 for part in encoded.sequence_ids)
    spans = tuple(span if ours else (0, 0) for span, ours in zip(encoded.offsets, is_passage, strict=True))
    return Window(ids=tuple(encoded.ids), types=tuple(encoded.type_ids), spans=spans, is_passage=is_passage)
