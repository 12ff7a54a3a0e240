"""Where references inside a schema lead."""

from collections.abc import Iterator, Mapping
from typing import Any

from moe_core.contracts.wire import JsonObject

# Keywords that hold values, in which a "$ref" refers to nothing.
_VALUES = ("enum", "const", "default", "examples")


def find_target(reference: str, root: JsonObject) -> JsonObject | bool | None:
    """The schema that "#", "#/a/pointer" or "#an-anchor" means; None for one that is not there, or elsewhere."""
    if not reference.startswith("#"):
        return None
    place = reference[1:]
    if place and not place.startswith("/"):
        return next((schema for schema in _walk(root) if schema.get("$anchor") == place), None)
    here: Any = root
    for part in place.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(here, Mapping):
            here = here.get(key)
        elif isinstance(here, list | tuple) and key.isdecimal():
            here = here[int(key)] if int(key) < len(here) else None
        else:
            return None
    return here if isinstance(here, Mapping | bool) else None


def find_lost_reference(root: JsonObject) -> str | None:
    """The first reference that leads nowhere in the schema itself, or None."""
    return next((reference for reference in find_references(root) if find_target(reference, root) is None), None)


def find_references(schema: object) -> Iterator[str]:
    """Every reference in a schema, in order."""
    return (part["$ref"] for part in _walk(schema) if isinstance(part.get("$ref"), str))


def move_references(schema: JsonObject, place: str) -> JsonObject:
    """The schema as a part of another one: what refers to its root refers to `place` ("#/properties/data") instead."""
    moved: JsonObject = _move(schema, place)
    return moved


def _move(value: Any, place: str) -> Any:
    if isinstance(value, Mapping):
        made = {key: part if key in _VALUES else _move(part, place) for key, part in value.items()}
        reference = value.get("$ref")
        if isinstance(reference, str) and (reference == "#" or reference.startswith("#/")):
            made["$ref"] = place + reference[1:]
        return made
    return [_move(part, place) for part in value] if isinstance(value, list | tuple) else value


def _walk(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for key, part in value.items():
            if key not in _VALUES:
                yield from _walk(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _walk(part)
