"""JSON Schema read for writing: references followed, unknown keys left out, the least value of a type."""

from collections.abc import Mapping
from typing import Any

from moe_core.contracts.errors import ConfigError
from moe_core.contracts.wire import JsonObject
from moe_core.schemas.references import follow
from moe_core.schemas.validator import get_validator

DEPTH_MAX = 12
_SIZE_MAX = 1000


def resolve(schema: object, root: JsonObject) -> dict[str, Any]:
    """The schema with its local references followed and its `allOf` parts merged; {} for one that says nothing."""
    found: dict[str, Any] = dict(schema) if isinstance(schema, Mapping) else {}
    for _ in range(DEPTH_MAX):
        reference = found.pop("$ref", None)
        parts = found.pop("allOf", ())
        if reference is None and not parts:
            break
        target = follow({"$ref": reference}, root) if isinstance(reference, str) else {}
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
    try:
        return get_validator(schema, root).is_valid(value)
    except (ConfigError, TypeError, ValueError):
        return False


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


def _merge(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Both, the first one's words winning; properties and required keys are added up."""
    merged = {**second, **first}
    for keyword in ("properties", "$defs"):
        if keyword in first and keyword in second:
            merged[keyword] = {**second[keyword], **first[keyword]}
    if "required" in first and "required" in second:
        merged["required"] = list(dict.fromkeys([*first["required"], *second["required"]]))
    return merged
