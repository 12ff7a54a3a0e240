"""Schemas with an end: lengths for what has none, so that a weak model cannot write for ever."""

import math
import re
from collections.abc import Collection
from typing import Any

from moe.asking.json.conjunction import get_types

# What a server builds a grammar of grows with these, so they are small; a schema's own bounds stay as they are.
STRING_LENGTH = 400
ARRAY_LENGTH = 16
INTEGER_SIZE = 10**9
RATING_STEPS = 20

# Servers that turn patterns into grammars know no looking around, no references back and no word borders.
_UNUSUAL = re.compile(r"\(\?(?!:)|\\[bBAZ1-9kpPG]")
_FIXED_LENGTH = ("enum", "const", "pattern", "format")


def bound(schema: dict[str, Any], keywords: Collection[str]) -> dict[str, Any]:
    """The schema with a greatest size for open strings, arrays and integers, in keywords the server knows."""
    types = get_types(schema)
    made = dict(schema)
    if any(keyword in schema and keyword in keywords for keyword in ("enum", "const")):
        return made
    if "string" in types and not any(name in schema and name in keywords for name in _FIXED_LENGTH):
        made.setdefault("maxLength", max(STRING_LENGTH, schema.get("minLength", 0)))
    if "array" in types:
        made.setdefault("maxItems", max(ARRAY_LENGTH, schema.get("minItems", 0)))
    if "number" in types and set(types) <= {"number", "null"} and "enum" in keywords:
        made |= _write_rating(schema, has_null="null" in types)
    if "integer" in types and "number" not in types:
        made.setdefault("minimum", min(-INTEGER_SIZE, math.floor(schema.get("maximum", 0)) - INTEGER_SIZE))
        made.setdefault("maximum", max(INTEGER_SIZE, math.ceil(schema.get("minimum", 0)) + INTEGER_SIZE))
    return made


def _write_rating(schema: dict[str, Any], *, has_null: bool) -> dict[str, Any]:
    """A number between bounds at most 1 apart as one of its steps: grammars know ranges of whole numbers only."""
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None or high is None or not 0 < high - low <= 1:
        return {}
    values = [round(low + (high - low) * step / RATING_STEPS, 4) for step in range(RATING_STEPS + 1)]
    inside = dict.fromkeys(value for value in values if low <= value <= high)
    return {"enum": [*inside, *([None] if has_null else [])]}


def close_ends(schema: dict[str, Any], keywords: Collection[str]) -> dict[str, Any]:
    """Open ends as closed ones where the server knows only those; exact for integers, wider for other numbers."""
    made = dict(schema)
    is_whole = get_types(schema) == ["integer"]
    if "exclusiveMinimum" in made and "exclusiveMinimum" not in keywords:
        limit = made.pop("exclusiveMinimum")
        low = math.floor(limit) + 1 if is_whole else limit
        made["minimum"] = max(low, made.get("minimum", low))
    if "exclusiveMaximum" in made and "exclusiveMaximum" not in keywords:
        limit = made.pop("exclusiveMaximum")
        high = math.ceil(limit) - 1 if is_whole else limit
        made["maximum"] = min(high, made.get("maximum", high))
    return made


def anchor_pattern(pattern: str) -> str | None:
    """The same pattern as one for the whole text; None for one that grammars cannot express.

    A pattern that is not anchored matches anywhere, which is said with `.*`, for texts of one line.
    """
    if _UNUSUAL.search(pattern):
        return None
    starts = pattern.startswith("^")
    ends = _ends_with_anchor(pattern)
    core = pattern[1 if starts else 0 : len(pattern) - 1 if ends else len(pattern)]
    if _has_anchor(core):
        return None
    if _has_outer_bar(core):
        if starts or ends:
            return None
        core = f"(?:{core})"
    return f"^{'' if starts else '.*'}{core}{'' if ends else '.*'}$"


def _ends_with_anchor(pattern: str) -> bool:
    slashes = len(pattern) - 1 - len(pattern[:-1].rstrip("\\"))
    return pattern.endswith("$") and slashes % 2 == 0


def _iterate_outer(pattern: str) -> list[tuple[str, int]]:
    """Bare characters outside of classes, each with how many groups it is in."""
    found: list[tuple[str, int]] = []
    depth = 0
    in_class = False
    place = 0
    while place < len(pattern):
        char = pattern[place]
        if char == "\\":
            place += 2
            continue
        if in_class:
            in_class = char != "]" or pattern[place - 1] == "["
        elif char == "[":
            in_class = True
        else:
            depth += (char == "(") - (char == ")")
            found.append((char, depth))
        place += 1
    return found


def _has_outer_bar(pattern: str) -> bool:
    return ("|", 0) in _iterate_outer(pattern)


def _has_anchor(pattern: str) -> bool:
    return any(char in "^$" for char, _ in _iterate_outer(pattern))
