"""Strict JSON, stricter than the standard library's: finite numbers, no key with two values, limited depth."""

import json
import math
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from moe.asking.json.problems import ReplyError
from moe.contracts.models import OutputProblem
from moe_core.contracts.wire import decode_json, encode_json

DEPTH_MAX = 64  # far deeper than any form, far from Python's limit of recursion

T = TypeVar("T")


def read_value(text: str) -> Any:
    """The value that the whole text is.

    Raises:
        ReplyError: UNREADABLE when it is no JSON, another problem when it is JSON that must not be used.
    """
    return tidy(_run(lambda: _decoder.decode(text)))


def read_prefix(text: str, start: int) -> tuple[Any, int]:
    """The value that begins at `start`, and where it ends.

    Raises:
        ReplyError: As for `read_value`.
    """
    value, end = _run(lambda: _decoder.raw_decode(text, start))
    return tidy(value), end


def tidy(value: Any) -> Any:
    """The value in plain types, half surrogates replaced.

    Raises:
        ReplyError: It is nested too deep, or holds a number that JSON cannot carry.
    """
    try:
        written = encode_json(value)
        if written.count(b"[") + written.count(b"{") <= DEPTH_MAX:
            plain = decode_json(Any, written)
            if plain == value:  # JSON writes what is no number as null
                return plain
    except (ValueError, TypeError, RecursionError):
        pass
    return _tidy(value, 0)


def _tidy(value: Any, depth: int) -> Any:
    if depth > DEPTH_MAX:
        raise ReplyError(OutputProblem.TOO_BIG, f"the reply is nested deeper than {DEPTH_MAX} levels")
    if isinstance(value, str):
        return _tidy_text(value)
    if isinstance(value, dict):
        return {_tidy_text(str(key)): _tidy(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_tidy(item, depth + 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        _refuse_number(str(value))
    return value


def _tidy_text(text: str) -> str:
    if text.isascii():
        return str(text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _run(decode: Callable[[], T]) -> T:
    try:
        return decode()
    except ReplyError:
        raise
    except RecursionError as error:
        raise ReplyError(OutputProblem.TOO_BIG, f"the reply is nested deeper than {DEPTH_MAX} levels") from error
    except ValueError as error:  # no JSON, or a number with more digits than Python reads
        raise ReplyError(OutputProblem.UNREADABLE, str(error)) from error


def _refuse_number(name: str) -> NoReturn:
    raise ReplyError(OutputProblem.SCHEMA, f"{name} is no number to be used here; leave it out or write null")


def _join_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of its pairs; a key that stands twice with two values is a contradiction, never a correction."""
    made = dict(pairs)
    if len(made) < len(pairs):
        for key, value in pairs:
            if made[key] != value:
                raise ReplyError(OutputProblem.SCHEMA, f"the key {key!r} stands twice, with two values")
    return made


_decoder = json.JSONDecoder(object_pairs_hook=_join_pairs, parse_constant=_refuse_number)
