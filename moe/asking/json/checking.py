"""A quick look at a value: surely valid, or to be read properly. Most values are valid, and most schemas plain."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from moe_core.contracts.wire import JsonObject

Check: TypeAlias = Callable[[Any], bool]

_IGNORED = frozenset(["title", "description", "default", "examples", "$comment", "$schema"])
_KNOWN = {
    "string": frozenset(["enum", "minLength", "maxLength"]),
    "integer": frozenset(["minimum", "maximum"]),
    "number": frozenset(["minimum", "maximum"]),
    "boolean": frozenset[str](),
    "null": frozenset[str](),
    "array": frozenset(["items", "minItems", "maxItems"]),
    "object": frozenset(["properties", "required", "additionalProperties"]),
}


def compile_check(schema: JsonObject) -> Check:
    """A test that is only true for values that match the schema; false says nothing.

    A schema with keywords beyond the plainest ones gets a test that is never true.
    """
    return _compile(schema) or _never


def _never(value: Any) -> bool:
    return False


def _always(value: Any) -> bool:
    return True


def _compile(schema: Any) -> Check | None:
    if schema is True or schema == {}:
        return _always
    if not isinstance(schema, Mapping):
        return None
    kind = schema.get("type")
    if not isinstance(kind, str) or kind not in _KNOWN or schema.keys() - _KNOWN[kind] - _IGNORED - {"type"}:
        return None
    if kind == "object":
        return _compile_object(schema)
    if kind == "array":
        return _compile_array(schema)
    return _compile_string(schema) if kind == "string" else _compile_scalar(kind, schema)


def _compile_string(schema: Mapping[str, Any]) -> Check | None:
    low, high = schema.get("minLength", 0), schema.get("maxLength")
    if "enum" not in schema:
        return lambda value: type(value) is str and len(value) >= low and (high is None or len(value) <= high)
    allowed = frozenset(value for value in schema["enum"] if isinstance(value, str))
    if low or high is not None:
        return None
    return lambda value: type(value) is str and value in allowed


def _compile_scalar(kind: str, schema: Mapping[str, Any]) -> Check:
    types = {"integer": (int,), "number": (int, float), "boolean": (bool,), "null": (type(None),)}[kind]
    low, high = schema.get("minimum"), schema.get("maximum")
    return lambda value: type(value) in types and (low is None or value >= low) and (high is None or value <= high)


def _compile_array(schema: Mapping[str, Any]) -> Check | None:
    check = _compile(schema.get("items", True))
    low, high = schema.get("minItems", 0), schema.get("maxItems")
    if check is None:
        return None

    def is_valid(value: Any) -> bool:
        return (
            type(value) is list
            and len(value) >= low
            and (high is None or len(value) <= high)
            and all(map(check, value))
        )

    return is_valid


def _compile_object(schema: Mapping[str, Any]) -> Check | None:
    properties: Mapping[str, Any] = schema.get("properties", {})
    required: Sequence[str] = schema.get("required", ())
    checks = {name: _compile(part) for name, part in properties.items()}
    others = schema.get("additionalProperties", True)
    if any(check is None for check in checks.values()) or not isinstance(others, bool):
        return None
    other = _always if others else _never

    def is_valid(value: Any) -> bool:
        return (
            type(value) is dict
            and all(name in value for name in required)
            and all((checks.get(name) or other)(item) for name, item in value.items())
        )

    return is_valid
