"""Plain JSON copies of values that come from outside."""

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

Keys: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys of maps and indices of lists."""

MAX_DEPTH = 64
_MAX_VALUES = 50_000


class MisfitError(ValueError):
    """A place where a value is not what it has to be.

    Attributes:
        keys: The way to the place.
        hint: The remedy, or None.
    """

    def __init__(self, message: str, keys: Keys = (), hint: str | None = None) -> None:
        super().__init__(message)
        self.keys = keys
        self.hint = hint


def copy_json(value: object) -> Any:
    """Copy a value into fresh dicts and lists.

    Raises:
        MisfitError: It holds something JSON cannot carry, is nested too deep or is too large.
    """
    return _copy(value, (), [0])


def _copy(value: object, keys: Keys, count: list[int]) -> Any:
    count[0] += 1
    if count[0] > _MAX_VALUES:
        raise MisfitError(f"the value has more than {_MAX_VALUES} parts", keys[:1])
    if len(keys) > MAX_DEPTH:
        raise MisfitError(f"values are nested more than {MAX_DEPTH} deep", keys[:1])
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _check_text(value, keys)
    if isinstance(value, (int, float)):
        return _check_number(value, keys)
    if isinstance(value, Mapping):
        copied: dict[str, Any] = {}
        for key, item in value.items():
            if not isinstance(key, str):
                raise MisfitError(f"key {key!r:.60} is not text", keys, "put the key in quotes")
            copied[_check_text(key, keys)] = _copy(item, (*keys, key), count)
        return copied
    if isinstance(value, (list, tuple)):
        return [_copy(item, (*keys, index), count) for index, item in enumerate(value)]
    raise MisfitError(f"a {type(value).__name__} is no JSON value", keys)


def _check_text(text: str, keys: Keys) -> str:
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise MisfitError("the text holds half of a character", keys)
    return text


def _check_number(number: int | float, keys: Keys) -> int | float:
    fits = math.isfinite(number) if isinstance(number, float) else -(2**63) <= number < 2**64
    if not fits:
        raise MisfitError("the number is no JSON number of 64 bits", keys)
    return number
