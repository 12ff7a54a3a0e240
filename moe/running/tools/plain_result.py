"""Holding a tool's result to what JSON says as it is, and to a size that agents can read."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import is_dataclass
from typing import cast

import msgspec

from moe_core.contracts.errors import ToolError
from moe_core.contracts.plugin import Entry
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.wire import JsonObject, decode_json, encode_json
from moe_core.schemas.tool_answer import take_answer

# The text of the longest novels, several times over: more is a whole database, which nobody above can read.
RESULT_BYTES_MAX = 16 << 20
DEPTH_MAX = 100  # a tree deeper than this is nearly always a circle


def take_plain(entry: Entry[type[BaseTool]], answer: object, *, mask: Callable[[str], str] = str) -> JsonObject:
    """What a tool returned as one object that JSON carries, contract values encoded.

    Args:
        entry: The tool.
        answer: What it returned.
        mask: Takes what nobody may read out of a text.

    Raises:
        ToolError: It is nothing that a tool may return, is too large, or holds what JSON would carry as something else:
            the first is named.
    """
    where = f"tool {entry.name} returned"
    try:
        result = take_answer(answer)
    except (TypeError, ValueError) as error:
        hint = f"mend {entry.source.location}: return ToolResult(...)"
        raise ToolError(f"{where} {error}", tool=entry.name, hint=hint) from error
    for path, misfit, hint in _find_misfits(result):
        message = f"{where} what JSON cannot carry: {path} {misfit}"
        raise ToolError(message, tool=entry.name, hint=f"mend {entry.source.location}: {hint}")
    try:
        encoded = encode_json(result)
        if len(encoded) > RESULT_BYTES_MAX:
            message = f"{where} {len(encoded) >> 20} MB, and {RESULT_BYTES_MAX >> 20} MB is the most"
            raise ToolError(message, tool=entry.name, hint="ask for less, or have it return a part")
        return cast(JsonObject, _mask_texts(decode_json(dict, encoded), mask))
    except (TypeError, ValueError, RecursionError) as error:
        raise ToolError(f"{where} what JSON cannot carry: {error}", tool=entry.name) from error


def _mask_texts(value: object, mask: Callable[[str], str]) -> object:
    if isinstance(value, dict):
        return {mask(key): _mask_texts(inner, mask) for key, inner in value.items()}
    if isinstance(value, list):
        return [_mask_texts(inner, mask) for inner in value]
    return mask(value) if isinstance(value, str) else value


def _find_misfits(result: object) -> Iterator[tuple[str, str, str]]:
    """What JSON has no word for, in order: where it stands, what it is, how to mend it."""
    left: list[tuple[str, object, int]] = [("result", result, 0)]
    while left:
        path, value, depth = left.pop()
        if value is None or isinstance(value, str | bool | int):
            continue
        if depth > DEPTH_MAX:
            yield "it", f"is nested more than {DEPTH_MAX} deep, or in a circle", "return something flatter"
        elif isinstance(value, float):
            if not math.isfinite(value):
                yield path, f"is {value}", "return None, or say it in words"
        elif isinstance(value, Mapping):
            left += [(f"{path}.{key}", inner, depth + 1) for key, inner in reversed(list(value.items()))]
        elif isinstance(value, list | tuple):
            left += [(f"{path}[{place}]", value[place], depth + 1) for place in reversed(range(len(value)))]
        elif isinstance(value, set | frozenset):
            yield path, "is a set", "return sorted(...), a list"
        elif not (isinstance(value, msgspec.Struct) or is_dataclass(value)) or isinstance(value, type):
            yield path, f"is of type {type(value).__name__}", "return text, numbers, lists and dicts"
