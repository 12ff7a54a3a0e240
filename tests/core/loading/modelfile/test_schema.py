"""The schema shorthand: what it becomes, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from moe_core.contracts.errors import ModelfileError
from moe_core.loading.modelfile.schema import build_schema
from moe_core.schemas.grammar import KEYWORDS, check_schema
from moe_core.schemas.plain_json import MisfitError

many = settings(max_examples=200)
S = {"type": "string"}
I = {"type": "integer"}  # noqa: E741

# Left out: what the reference validator resolves or switches drafts by.
keywords = st.sampled_from(sorted(KEYWORDS - {"$schema", "$id", "$dynamicRef", "$recursiveRef", "$vocabulary"}))


def closed(properties, required=None):
    names = list(properties) if required is None else required
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ({"result": "string"}, closed({"result": S})),
        ({"param1": "str"}, closed({"param1": S})),
        ({"a?": "string", "b": "int"}, closed({"a": S, "b": I}, ["b"])),
        ({"a": {"type": "string", "required": False}}, closed({"a": S}, [])),
        ({"a?": {"type": "string", "required": True}}, closed({"a": S})),
        ({"a": {"description": "Anything", "required": True}}, closed({"a": {"description": "Anything"}})),
        ({"a": {"b": "int", "required": False}}, closed({"a": closed({"b": I})}, [])),
        ({"a": ["string"]}, closed({"a": {"type": "array", "items": S}})),
        ({"a": [{"b": "int"}]}, closed({"a": {"type": "array", "items": closed({"b": I})}})),
        ({"a": ["x", "y", "x"]}, closed({"a": {**S, "enum": ["x", "y"]}})),
        ({"a": [1, True, 1.0]}, closed({"a": {"enum": [1, True, 1.0]}})),
        ({"a": []}, closed({"a": {"type": "array"}})),
        ({"a": 3, "b": None}, closed({"a": {"const": 3}, "b": {"type": "null"}})),
        ({"title": "string", "description": "string"}, closed({"title": S, "description": S})),
        ({"type": "kind of animal", "title": "its name"},
         closed({"type": {**S, "description": "kind of animal"}, "title": {**S, "description": "its name"}})),
        ({"items": ["string"]}, closed({"items": {"type": "array", "items": S}})),
        ({"type": "object", "properties": {"a": "string"}}, closed({"a": S})),
        ({"properties": {"a": "int"}, "additionalProperties": "string"},
         {"type": "object", "properties": {"a": I}, "required": ["a"], "additionalProperties": S}),
        ({"type": "object", "properties": {"a": "int", "b": "int"}, "required": ["a"], "additionalProperties": True},
         {"type": "object", "properties": {"a": I, "b": I}, "required": ["a"], "additionalProperties": True}),
        ({"required": ["a"], "properties": {"a": "int", "b": {"type": "int", "required": True}}},
         {"type": "object", "properties": {"a": I, "b": I}, "required": ["a", "b"], "additionalProperties": False}),
        ({"type": "list", "items": "int(0..5)", "maxItems": 3},
         {"type": "array", "items": {**I, "minimum": 0, "maximum": 5}, "maxItems": 3}),
        ({"type": ["str", "null"], "description": "x"}, {"type": ["string", "null"], "description": "x"}),
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"anyOf": ["string", {"a": "int"}]}, {"anyOf": [S, closed({"a": I})]}),
        ({"allOf": [{"properties": {"a": "int"}}]}, {"allOf": [{"properties": {"a": I}}]}),
        ({"$ref": "#/$defs/n", "$defs": {"n": "int"}}, {"$ref": "#/$defs/n", "$defs": {"n": I}}),
        ({"type": "object", "properties": {"a": {"type": "number", "minimum": 0, "default": 1}}},
         closed({"a": {"type": "number", "minimum": 0, "default": 1}})),
        ("string", S),
        (["int"], {"type": "array", "items": I}),
    ],
)  # fmt: skip
def test_shorthand_becomes_json_schema(value, schema):
    built = build_schema(value, "here")
    assert built == schema
    Draft202012Validator.check_schema(built)


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        ({"a": {"b": "strng"}}, "here.a.b: unknown type 'strng'", "did you mean string?"),
        ({"a": "int", "a?": "int"}, "here.a?: field 'a' is given twice", None),
        ({"a": [{"b": "int"}, {"c": "int"}]}, "here.a: a list of several maps", "anyOf"),
        ({"type": "object", "properties": {"a": "int"}, "required": ["b"]}, "here.required: required names 'b'", None),
        ({"type": "string", "minLength": -1}, "here.minLength: minLength takes a whole number", None),
        ({"type": "string", "pattern": "("}, "here.pattern: pattern takes a regular expression", None),
        ({"type": "string", "nullable": "yes"}, "here.nullable: nullable takes true or false", None),
        ({"$ref": "#/$defs/x"}, "here.$ref: reference '#/$defs/x' leads nowhere", None),
        ({"type": "object", "$ref": "other.json"}, "here.$ref: reference 'other.json' leads outside", "$defs"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}, "here.$defs.a.$ref: reference", None),
        ({"anyOf": []}, "here.anyOf: anyOf takes a list of schemas", None),
        ({1: "string"}, "here: key 1 is not text", "quotes"),
        ({"a": float("inf")}, "here.a: the number is no JSON number", None),
        ({"a": {"b"}}, "here.a: a set is no JSON value", None),
    ],
)
def test_what_describes_no_schema_is_refused_by_name(value, message, hint):
    with pytest.raises(ModelfileError) as caught:
        build_schema(value, "here")
    assert caught.value.message.startswith(message)
    assert (caught.value.error_code, caught.value.path) == ("MOE024", "here")
    assert hint is None or hint in caught.value.hint


def _schemas():
    """Maps that look like JSON Schema, about half of them wrong."""
    words = st.sampled_from(["string", "integer", "object", "strng", "a", "#", "[a-z]+", "(", "date"])
    numbers = st.integers(-2, 3) | st.sampled_from([0.5, 2.0, -1.5])
    leaves = words | numbers | st.booleans() | st.none() | st.lists(words | numbers, max_size=2)
    return st.recursive(
        leaves,
        lambda inner: st.dictionaries(keywords, inner, max_size=3) | st.lists(inner, max_size=2),
        max_leaves=8,
    )


def _is_accepted_by_jsonschema(schema):
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError:
        return False
    return True


@many
@given(
    schema=st.dictionaries(
        st.sampled_from(sorted(KEYWORDS - {"$schema", "$id", "$vocabulary"})), _schemas(), max_size=3
    )
)
def test_the_check_agrees_with_the_reference_validator(schema):
    problem = ""
    try:
        check_schema(schema)
    except MisfitError as error:
        problem = str(error)
    if not problem.startswith("reference"):
        assert _is_accepted_by_jsonschema(schema) is not bool(problem)


@many
@given(data=st.data())
def test_whatever_is_built_is_a_valid_schema(data, json_values):
    field = st.sampled_from(
        ["a", "b?", "type", "properties", "items", "required", "enum", "anyOf", "minimum", "nullable"]
    )
    types = st.sampled_from(["string", "int(1..2)?", "list[int]", '"a" | "b"', "some words", "object", "array"])
    fields = st.recursive(
        types | json_values,
        lambda inner: st.dictionaries(field, inner, max_size=4) | st.lists(inner, max_size=2),
        max_leaves=8,
    )
    value = data.draw(fields)
    try:
        schema = build_schema(value)
    except ModelfileError:
        return
    assert _is_accepted_by_jsonschema(schema)
    assert build_schema(value) == schema


def test_a_built_schema_accepts_and_refuses_what_the_shorthand_says():
    book = {"title": "string(1..)", "year": "int(1450..2100)?", "tags?": "string[]"}
    validator = Draft202012Validator(build_schema({"books": [book], "kind": ["a", "b"]}))
    assert validator.is_valid({"books": [{"title": "x", "year": None}], "kind": "a"})
    assert not validator.is_valid({"books": [{"title": "", "year": 1999}], "kind": "a"})
    assert not validator.is_valid({"books": [{"title": "x", "year": 1200}], "kind": "a"})
    assert not validator.is_valid({"books": [], "kind": "c"})
    assert not validator.is_valid({"books": [], "kind": "a", "more": 1})
