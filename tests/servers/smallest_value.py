"""The smallest value that matches a JSON schema, for schemas as this project writes them."""

import math
from typing import Any


def smallest_value(schema: dict | bool, root: dict | None = None) -> Any:
    """Fill what is required and nothing else; strings are as short as allowed, at least one character.

    Raises:
        ValueError: The schema holds a `pattern` or another keyword that this does not know how to satisfy.
    """
    if isinstance(schema, bool):
        return "x"
    root = schema if root is None else root
    if "$ref" in schema:
        return smallest_value(_referred(schema["$ref"], root), root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return smallest_value({**_without(schema, choice), **schema[choice][0]}, root)
    if "allOf" in schema:
        return smallest_value(_joined([_without(schema, "allOf"), *schema["allOf"]], root), root)
    if "pattern" in schema:
        raise ValueError(f"the faulty server cannot invent a string for the pattern {schema['pattern']!r}")
    return _by_type(schema, root)


def _without(schema: dict, key: str) -> dict:
    return {name: value for name, value in schema.items() if name != key}


def _referred(reference: str, root: dict) -> dict:
    found: Any = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")] if part else found
    return found


def _joined(schemas: list[dict], root: dict) -> dict:
    joined: dict[str, Any] = {}
    for part in schemas:
        schema = _referred(part["$ref"], root) if "$ref" in part else part
        properties = {**joined.get("properties", {}), **schema.get("properties", {})}
        required = [*joined.get("required", []), *schema.get("required", [])]
        joined = {**joined, **schema, "properties": properties, "required": required}
    return joined


def _by_type(schema: dict, root: dict) -> Any:
    kind = schema.get("type") or ("array" if "items" in schema else "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: smallest_value(properties.get(name, True), root) for name in schema.get("required", ())}
    if kind == "array":
        first = schema.get("prefixItems", [])
        size = max(schema.get("minItems", 0), len(first))
        rest = [schema.get("items", True)] * (size - len(first))
        return [smallest_value(item, root) for item in [*first, *rest]]
    if kind in ("integer", "number"):
        return _number(schema, whole=kind == "integer")
    if kind == "string":
        return _string(schema)
    return {"boolean": False, "null": None}[kind]


def _number(schema: dict, *, whole: bool) -> int | float:
    step = schema.get("multipleOf", 1 if whole else 0.5)
    least = schema.get("minimum", schema.get("exclusiveMinimum", -step) + step)
    most = schema.get("maximum", schema.get("exclusiveMaximum", math.inf) - step)
    nearest = min(max(0, least), most)
    return -(-nearest // step) * step if "multipleOf" in schema else nearest


def _string(schema: dict) -> str:
    known = {"date": "2025-01-01", "date-time": "2025-01-01T00:00:00Z", "uri": "http://example.org", "email": "a@b.org"}
    return known.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))[: schema.get("maxLength")]
