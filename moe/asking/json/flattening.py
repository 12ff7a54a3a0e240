"""Schemas without `$ref` and `allOf`: what they stand for, worked in."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from moe.asking.json.conjunction import conjoin
from moe_core.contracts.wire import JsonObject
from moe_core.schemas.references import find_target

DEFINITIONS = ("$defs", "definitions")
# How often a reference is written out inside itself before it is cut.
_UNFOLDED_MAX = 2


class Flat(NamedTuple):
    """A schema without `$ref` and `allOf`, and the references that led to it, outermost first."""

    schema: dict[str, Any]
    trail: tuple[str, ...]


def flatten(schema: Any, root: JsonObject, trail: tuple[str, ...]) -> Flat | None:
    """The schema flat; None for one that nothing matches, or that goes round once too often."""
    if not isinstance(schema, Mapping):
        return None if schema is False else Flat({}, trail)
    flat = {key: value for key, value in schema.items() if key not in ("$ref", "allOf", *DEFINITIONS)}
    parts = list(schema.get("allOf", ()))
    reference = schema.get("$ref")
    if isinstance(reference, str):
        if trail.count(reference) >= _UNFOLDED_MAX:
            return None
        trail = (*trail, reference)
        parts.insert(0, find_target(reference, root))
    for part in parts:
        found = flatten(part, root, trail)
        if found is None:
            return None
        flat, trail = conjoin(flat, found.schema), found.trail
    return Flat(flat, trail)
