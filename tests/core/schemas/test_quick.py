"""A compiled test says of every value what the whole draft says."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from moe_core.schemas.grammar import check_schema
from moe_core.schemas.plain_json import MisfitError
from moe_core.schemas.quick import compile_check

NAMES = st.sampled_from(["a", "b", "enum"])
SCALARS = st.sampled_from([None, True, False, 0, 1, 2, 1.0, 1.5, "", "a", "b", "ab"])
INNER_MAX = 3
LIMITS = st.integers(0, 2)
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
KEYWORDS = {
    **dict.fromkeys(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"], LIMITS),
    **dict.fromkeys(["minLength", "maxLength", "minItems", "maxItems"], LIMITS),
    "type": st.one_of(TYPES, st.lists(TYPES, min_size=1, max_size=2, unique=True)),
    "enum": st.lists(SCALARS, max_size=3),
    "const": SCALARS,
    "pattern": st.sampled_from(["^a", "b$"]),
    "required": st.lists(NAMES, max_size=2, unique=True),
    "$ref": st.sampled_from(["#/$defs/one", "#/$defs/two"]),
    "title": st.just("said of it"),
    "format": st.just("date"),
}


def schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    nested = {
        "items": inner,
        "properties": st.dictionaries(NAMES, inner, max_size=2),
        "additionalProperties": st.one_of(inner, st.booleans()),
        "anyOf": st.lists(inner, min_size=1, max_size=2),
        "allOf": st.lists(inner, min_size=1, max_size=2),
    }
    return st.fixed_dictionaries({}, optional={**KEYWORDS, **nested}).map(keep_few)


def keep_few(schema: dict[str, Any]) -> dict[str, Any]:
    """Many keywords at once fit nothing."""
    return dict(sorted(schema.items(), key=lambda item: hash(json.dumps(item)) % 101)[:3])


SCHEMAS = st.recursive(st.fixed_dictionaries({}, optional=KEYWORDS).map(keep_few), schemas, max_leaves=8)


@settings(max_examples=200)
@given(SCHEMAS, SCHEMAS, SCHEMAS, st.lists(VALUES, min_size=1, max_size=12))
def test_a_compiled_test_agrees_with_the_reference(
    schema: dict[str, Any], one: dict[str, Any], two: dict[str, Any], values: list[Any]
) -> None:
    whole = {**schema, "$defs": {"one": one, "two": two}}
    try:
        check_schema(whole)
        fits = compile_check(whole, whole)
        reference = Draft202012Validator(whole)
        for value in values if fits is not None else ():
            assert fits(value) == reference.is_valid(value), value
    except (MisfitError, RecursionError):
        return  # it refers to itself without end


@pytest.mark.parametrize("value", [True, 1.5, "1", None, 11])
def test_types_are_told_apart(value: object) -> None:
    fits = compile_check({"type": "integer", "maximum": 10}, {})
    assert fits is not None
    assert not fits(value)


@pytest.mark.parametrize(
    "schema", [{"uniqueItems": True}, {"items": {"oneOf": [True]}}, {"enum": [[1]]}, {"patternProperties": {"a": True}}]
)
def test_what_is_not_plain_has_no_compiled_test(schema: dict[str, Any]) -> None:
    assert compile_check(schema, schema) is None


def test_a_schema_that_refers_to_itself_is_followed_as_deep_as_the_value_goes() -> None:
    tree = {"type": "object", "properties": {"leaf": {"$ref": "#"}}, "additionalProperties": False}
    fits = compile_check(tree, tree)
    assert fits is not None
    assert fits({"leaf": {"leaf": {}}})
    assert not fits({"leaf": {"leaf": {"other": 1}}})


@pytest.mark.parametrize(
    ("kind", "others"), [(None, True), ("object", False), (["object"], False), (["object", "null"], None)]
)
def test_a_type_is_held_beside_the_keywords_that_speak_of_it(kind, others):
    """None: of other values only null."""
    schema = {"required": ["a"], **({} if kind is None else {"type": kind})}
    fits = compile_check(schema, schema)
    assert fits({"a": 1})
    assert not fits({})
    assert fits(3) is bool(others)
    assert fits(None) is (others is not False)


@pytest.mark.parametrize(("kind", "others"), [(None, True), ("array", False), (["array", "null"], False)])
def test_a_list_is_one_where_its_items_are_spoken_of(kind, others):
    schema = {"items": {"type": "string"}, **({} if kind is None else {"type": kind})}
    fits = compile_check(schema, schema)
    assert fits(["a"])
    assert not fits([1])
    assert fits({}) is others
