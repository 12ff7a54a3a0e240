"""Schemas of many shapes, and values that match them."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "c", "d"])
WORDS = st.text(alphabet="xyz", max_size=4)


@st.composite
def leaves(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["string", "integer", "number", "boolean", "null", "enum", "const", "nullable", "any"]))
    if kind == "string":
        low = draw(st.integers(0, 3))
        extra = draw(st.sampled_from([{}, {"minLength": low}, {"maxLength": low + 2}, {"pattern": "^[xy]{0,3}$"}]))
        return {"type": "string", **extra}
    if kind in ("integer", "number"):
        low = draw(st.integers(-5, 5))
        extra = draw(
            st.sampled_from(
                [{}, {"minimum": low}, {"maximum": low}, {"exclusiveMinimum": low, "exclusiveMaximum": low + 9}]
            )
        )
        return {"type": kind, **extra}
    if kind == "enum":
        values = draw(st.lists(st.one_of(WORDS, st.integers(0, 5), st.none()), min_size=1, max_size=3, unique=True))
        return {"enum": values}
    if kind == "const":
        return {"const": draw(WORDS)}
    if kind == "nullable":
        return {"type": [draw(st.sampled_from(["string", "integer"])), "null"]}
    return {} if kind == "any" else {"type": kind}


@st.composite
def nodes(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    kind = draw(st.sampled_from(["array", "object", "object", "anyOf", "allOf", "open"]))
    if kind == "array":
        low = draw(st.integers(0, 2))
        bounds = draw(st.sampled_from([{}, {"minItems": low}, {"maxItems": low + 1}]))
        return {"type": "array", "items": draw(inner), **bounds}
    if kind == "anyOf":
        return {"anyOf": draw(st.lists(inner, min_size=1, max_size=3))}
    if kind == "open":
        return {"type": "object", **draw(st.sampled_from([{}, {"additionalProperties": {"type": "integer"}}]))}
    if kind == "allOf":
        return {"allOf": [draw(objects(inner, closed=False)), draw(objects(inner, closed=False))]}
    return draw(objects(inner))


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[Any], *, closed: bool | None = None) -> dict[str, Any]:
    properties = draw(st.dictionaries(NAMES, inner, max_size=3))
    required = [name for name in properties if draw(st.booleans())]
    made: dict[str, Any] = {"type": "object", "properties": properties, "required": required}
    if closed is None and draw(st.booleans()):
        made["additionalProperties"] = False
    return made


@st.composite
def whole_schemas(draw: st.DrawFn) -> dict[str, Any]:
    """An object at the root, with definitions that may refer to each other and to the root."""
    references = st.sampled_from([{"$ref": "#/$defs/one"}, {"$ref": "#/$defs/two"}, {"$ref": "#"}])
    parts = st.recursive(st.one_of(leaves(), leaves(), references), nodes, max_leaves=6)
    root = draw(objects(parts))
    return {**root, "$defs": {"one": draw(leaves()), "two": draw(objects(parts))}}


def values_of(schema: Any, root: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a schema without allOf."""
    if "$ref" in schema:
        *_, name = schema["$ref"].split("/")
        return st.deferred(lambda: values_of(root if name == "#" else root["$defs"][name], root))
    if "anyOf" in schema:
        return st.one_of([values_of(option, root) for option in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) if schema["enum"] else st.nothing()
    if "const" in schema:
        return st.just(schema["const"])
    types = schema.get("type", ["string", "integer", "null", "object"])
    types = [types] if isinstance(types, str) else types
    return st.one_of([values_of_type(name, schema, root) for name in types])


def values_of_type(name: str, schema: dict[str, Any], root: dict[str, Any]) -> st.SearchStrategy[Any]:
    if name == "string":
        if "pattern" in schema:
            return st.text(alphabet="xy", max_size=3)
        low = schema.get("minLength", 0)
        return st.text(alphabet="xyz", min_size=low, max_size=min(schema.get("maxLength", low + 3), low + 3))
    if name in ("integer", "number"):
        low = schema.get("minimum", schema.get("exclusiveMinimum", -9) + ("exclusiveMinimum" in schema))
        high = schema.get("maximum", schema.get("exclusiveMaximum", 12) - ("exclusiveMaximum" in schema))
        return st.integers(int(low), int(high)) if low <= high else st.nothing()
    if name == "boolean":
        return st.booleans()
    if name == "null":
        return st.none()
    if name == "array":
        low = schema.get("minItems", 0)
        high = min(schema.get("maxItems", low + 2), low + 2)
        items = schema.get("items", {})
        return st.lists(values_of(items, root), min_size=low, max_size=high) if high >= low else st.nothing()
    return values_of_object(schema, root)


def values_of_object(schema: dict[str, Any], root: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    properties = schema.get("properties", {})
    required = schema.get("required", [])
    return st.fixed_dictionaries(
        {name: values_of(properties.get(name, {}), root) for name in required},
        optional={name: values_of(part, root) for name, part in properties.items() if name not in required},
    )


@pytest.fixture(scope="session")
def schemas() -> st.SearchStrategy[dict[str, Any]]:
    return whole_schemas()


@pytest.fixture(scope="session")
def make_values() -> Callable[[dict[str, Any]], st.SearchStrategy[Any]]:
    return lambda schema: values_of(schema, schema)
