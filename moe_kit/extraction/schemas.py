"""JSON Schema read for writing: references followed, unknown keys left out, the least value of a type."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from moe_core.contracts.wire import JsonObject

DEPTH_MAX = 12
_SIZE_MAX = 1000
# What validating against a schema that was checked can still meet: endless references, impossible patterns.
_BROKEN = (SchemaError, RecursionError, ValueError, TypeError, LookupError, AttributeError, re.error)


def resolve(schema: object, root: JsonObject) -> dict[str, Any]:
    """The schema with its local references followed and its `allOf` parts merged; {} for one that says nothing."""
    found: dict[str, Any] = dict(schema) if isinstance(schema, Mapping) else {}
    for _ in range(DEPTH_MAX):
        reference = found.pop("$ref", None)
        parts = found.pop("allOf", ())
        if reference is None and not parts:
            break
        target = _look_up(reference, root) if isinstance(reference, str) else {}
        for part in (target, *(part for part in parts if isinstance(part, Mapping))):
            found = _merge(found, part)
    return found


def get_types(schema: JsonObject) -> list[str]:
    """The types a resolved schema allows, in its order; guessed from its keywords when it names none."""
    declared = schema.get("type")
    if isinstance(declared, str):
        return [declared]
    if isinstance(declared, list | tuple):
        return [name for name in declared if isinstance(name, str)]
    for keyword, name in (("properties", "object"), ("items", "array"), ("minimum", "number"), ("format", "string")):
        if keyword in schema:
            return [name]
    return []


def get_options(schema: JsonObject, root: JsonObject) -> list[dict[str, Any]]:
    """The alternatives of a resolved schema, each with what stands beside them; itself when there are none."""
    raw = schema.get("anyOf") or schema.get("oneOf")
    if not isinstance(raw, list | tuple):
        return [dict(schema)]
    beside = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf")}
    return [_merge(resolve(option, root), beside) for option in raw]


def allows_null(schema: JsonObject, root: JsonObject) -> bool:
    """Whether null would do."""
    return is_valid(schema, None, root) and bool(schema)


def is_valid(schema: JsonObject, value: object, root: JsonObject) -> bool:
    """Whether the value matches a part of the root schema; False when the schema itself is broken."""
    definitions = {key: root[key] for key in ("$defs", "definitions") if key in root}
    try:
        return Draft202012Validator({**definitions, **schema}).is_valid(value)
    except _BROKEN:
        return False


def find_misfit(schema: JsonObject, value: object) -> str | None:
    """What is wrong with the value, in one line, or None.

    A schema that cannot be read fits nothing.
    """
    try:
        Draft202012Validator.check_schema(dict(schema))
        lost = next((name for name in _find_references(schema) if not _look_up(name, schema)), None)
        if lost is not None:
            return f"the schema refers to {lost!r}, which is not in it"
        error = next(Draft202012Validator(dict(schema)).iter_errors(value), None)
    except SchemaError as broken:
        return f"the schema itself is broken: {broken.message}"
    except _BROKEN as broken:
        return f"the schema cannot be read: {type(broken).__name__}"
    return None if error is None else f"{error.json_path}: {error.message}"[:300]


def prune(value: Any, schema: object, root: JsonObject, depth: int = 0) -> Any:
    """The value without keys that the schema forbids, and without items above its limits."""
    known = resolve(schema, root)
    if depth > DEPTH_MAX:
        return value
    if isinstance(value, dict):
        properties = known.get("properties")
        properties = properties if isinstance(properties, Mapping) else {}
        is_closed = known.get("additionalProperties") is False
        return {
            key: prune(item, properties.get(key, {}), root, depth + 1)
            for key, item in value.items()
            if key in properties or not is_closed
        }
    if isinstance(value, list):
        limit = known.get("maxItems")
        kept = value[:limit] if isinstance(limit, int) else value
        return [prune(item, known.get("items"), root, depth + 1) for item in kept]
    return value


def make_least(schema: object, root: JsonObject, depth: int = 0) -> Any:
    """The least value of the schema's type: its default, null, 0 or the minimum, "", [], the required keys."""
    known = resolve(schema, root)
    for keyword in ("const", "default"):
        if keyword in known and is_valid(known, known[keyword], root):
            return known[keyword]
    if allows_null(known, root) or depth > DEPTH_MAX:
        return None
    if isinstance(known.get("enum"), list) and known["enum"]:
        return known["enum"][0]
    option = get_options(known, root)[0]
    names = get_types(option)
    return _make_least_of(names[0] if names else "null", option, root, depth)


def get_count(schema: JsonObject, keyword: str, default: int) -> int:
    """A size keyword's value, within reason."""
    value = schema.get(keyword, default)
    return min(int(value), _SIZE_MAX) if isinstance(value, int | float) and value >= 0 else default


def _make_least_of(name: str, schema: JsonObject, root: JsonObject, depth: int) -> Any:
    if name == "string":
        return "-" * get_count(schema, "minLength", 0)
    if name in ("integer", "number"):
        return _make_least_number(schema, is_whole=name == "integer")
    if name == "boolean":
        return False
    if name == "array":
        return [make_least(schema.get("items"), root, depth + 1) for _ in range(get_count(schema, "minItems", 0))]
    if name == "object":
        properties = schema.get("properties")
        properties = properties if isinstance(properties, Mapping) else {}
        return {key: make_least(properties.get(key), root, depth + 1) for key in schema.get("required", ())}
    return None


def _make_least_number(schema: JsonObject, *, is_whole: bool) -> float:
    low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    high, below = schema.get("maximum"), schema.get("exclusiveMaximum")
    value: float = 0
    if isinstance(above, int | float):
        value = max(value, int(above // 1) + 1) if is_whole else max(value, above + abs(above) * 1e-9 + 1e-9)
    if isinstance(low, int | float):
        value = max(value, low)
    if isinstance(high, int | float):
        value = min(value, high)
    if isinstance(below, int | float) and value >= below:
        value = below - 1
    return int(-(-value // 1)) if is_whole else value


def _find_references(schema: object) -> Iterator[str]:
    """Every reference: one to another document is never fetched."""
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key in ("$ref", "$dynamicRef") and isinstance(value, str):
                yield value
            yield from _find_references(value)
    elif isinstance(schema, list | tuple):
        for value in schema:
            yield from _find_references(value)


def _look_up(reference: str, root: JsonObject) -> JsonObject:
    if not reference.startswith("#"):
        return {}
    here: object = root
    for part in reference.lstrip("#").strip("/").split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if key:
            here = here.get(key) if isinstance(here, Mapping) else None
    return here if isinstance(here, Mapping) else {}


def _merge(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Both, the first one's words winning; properties and required keys are added up."""
    merged = {**second, **first}
    for keyword in ("properties", "$defs"):
        if keyword in first and keyword in second:
            merged[keyword] = {**second[keyword], **first[keyword]}
    if "required" in first and "required" in second:
        merged["required"] = list(dict.fromkeys([*first["required"], *second["required"]]))
    return merged
