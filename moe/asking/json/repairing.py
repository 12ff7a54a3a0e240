"""Broken JSON mended by json-repair, which is kept from working on for ever."""

from typing import Any, SupportsIndex

import json_repair

from moe.asking.json.problems import ReplyError
from moe.asking.json.reading import tidy
from moe.contracts.models import OutputProblem

REPAIR_MAX = 100_000
# Real replies take one to two looks a character; what takes more is hopeless, and takes quadratic time.
_LOOKS_PER_CHARACTER = 10
_LOOKS_FREE = 2_000


class _TooMuchWorkError(Exception):
    """The parser has looked at its text more often than any real reply needs."""


class _CountedText(str):
    """Text that counts how often it is looked at, its parts included."""

    __slots__ = ("_left",)
    _left: list[int]

    def __new__(cls, text: str, left: list[int]) -> "_CountedText":
        made = super().__new__(cls, text)
        made._left = left
        return made

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        left = self._left
        left[0] -= 1
        if left[0] < 0:
            raise _TooMuchWorkError
        found = super().__getitem__(key)
        return _CountedText(found, left) if isinstance(key, slice) else found

    def __add__(self, other: str) -> str:
        return _CountedText(super().__add__(other), self._left)


def repair_value(text: str) -> Any:
    """What the writer of broken JSON most likely meant; "" for prose.

    Raises:
        ReplyError: It is too long, too deep or too broken to tell.
    """
    if len(text) > REPAIR_MAX:
        raise ReplyError(OutputProblem.UNREADABLE, f"the reply is no JSON, and too long to be mended: {len(text)}")
    counted = _CountedText(text, [len(text) * _LOOKS_PER_CHARACTER + _LOOKS_FREE])
    try:
        value = json_repair.loads(counted, skip_json_loads=True)
    except (_TooMuchWorkError, RecursionError, ValueError, LookupError, TypeError) as error:
        raise ReplyError(OutputProblem.UNREADABLE, "the reply is too broken to be mended") from error
    return tidy(value)
