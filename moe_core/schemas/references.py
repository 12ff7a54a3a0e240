"""Where references inside a schema lead."""

from collections.abc import Iterator, Mapping
from typing import Any

from moe_core.contracts.wire import JsonObject

# Keywords that hold values, in which a "$ref" refers to nothing, and keywords that hold schemas by names of any kind.
_VALUES = ("enum", "const", "default", "examples")
_MAPS = ("$defs", "definitions", "dependentSchemas", "patternProperties", "properties")


def find_place(pointer: str, root: object) -> object:
    """What a JSON pointer ("/a/b~1c/0", or "" for the root itself) leads to.

    Raises:
        LookupError: It leads nowhere.
    """
    here: Any = root
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(here, Mapping):
            here = here[key]
        elif isinstance(here, list | tuple) and key.isascii() and key.isdecimal() and len(key) < 9:
            here = here[int(key)]
        else:
            raise LookupError(pointer)
    return here


def find_target(reference: str, root: JsonObject) -> JsonObject | bool | None:
    """The schema that "#", "#/a/pointer" or "#an-anchor" means; None for one that is not there, or elsewhere."""
    if not reference.startswith("#"):
        return None
    place = reference[1:]
    if place and not place.startswith("/"):
        return next((schema for schema in _walk(root) if schema.get("$anchor") == place), None)
    try:
        found = find_place(place, root)
    except LookupError:
        return None
    return found if isinstance(found, Mapping | bool) else None


def follow(schema: object, root: JsonObject) -> JsonObject:
    """The schema that a reference stands for, itself when it is none; {} when there is no map there."""
    reference = schema.get("$ref") if isinstance(schema, Mapping) else None
    found = find_target(reference, root) if isinstance(reference, str) else schema
    return found if isinstance(found, Mapping) else {}


def find_lost_reference(schema: JsonObject, root: JsonObject) -> str | None:
    """The first reference of a schema that leads nowhere in the whole, or None."""
    return next((reference for reference in find_references(schema) if find_target(reference, root) is None), None)


def find_references(schema: object) -> Iterator[str]:
    """Every reference in a schema, in order."""
    return (part["$ref"] for part in _walk(schema) if isinstance(part.get("$ref"), str))


def move_references(schema: JsonObject, place: str) -> JsonObject:
    """The schema as a part of another one: what refers to its root refers to `place` ("#/properties/data") instead."""
    moved: JsonObject = _move(schema, place)
    return moved


def _move(value: Any, place: str) -> Any:
    if isinstance(value, Mapping):
        made = {key: _move_under(key, part, place) for key, part in value.items()}
        reference = value.get("$ref")
        if isinstance(reference, str) and (reference == "#" or reference.startswith("#/")):
            made["$ref"] = place + reference[1:]
        return made
    return [_move(part, place) for part in value] if isinstance(value, list | tuple) else value


def _move_under(keyword: str, value: Any, place: str) -> Any:
    if keyword in _MAPS and isinstance(value, Mapping):
        return {name: _move(part, place) for name, part in value.items()}
    return value if keyword in _VALUES else _move(value, place)


def _walk(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for key, part in value.items():
            if key in _MAPS and isinstance(part, Mapping):
                yield from _walk(list(part.values()))
            elif key not in _VALUES:
                yield from _walk(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _walk(part)
