"""Errors are sentences that the writer of the value can act on."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from moe.asking.json.checking import compile_check
from moe.asking.json.lowering import lower_schema
from moe.asking.json.validating import ERRORS_MAX, get_validator
from moe_core.contracts.errors import ConfigError
from moe_core.contracts.model import SchemaSupport

STATEMENT = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "maxLength": 5},
        "evidence": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
        "kind": {"enum": ["a", "b"]},
        "link": {"anyOf": [{"type": "object", "properties": {"to": {"type": "integer"}}}, {"type": "null"}]},
        "code": {"pattern": "^[a-z]+$"},
    },
    "required": ["text", "evidence"],
    "additionalProperties": False,
}
SCHEMA = {"type": "object", "properties": {"statements": {"type": "array", "items": STATEMENT}}}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"evidence": 3}, "at $.statements[0].evidence: 3 is not of type 'array'"),
        ({"evidence": [3]}, "at $.statements[0].evidence[0]: 3 is not of type 'string'"),
        ({"evidence": []}, "at $.statements[0].evidence: 0 items, must be at least 1"),
        ({"evidence": ["x", "x"]}, "at $.statements[0].evidence: the same item stands there twice"),
        ({"text": "too long"}, "at $.statements[0].text: 8 characters, must be at most 5"),
        ({"kind": "c"}, "at $.statements[0].kind: \"c\" is none of 'a', 'b'"),
        ({"link": {"to": "x"}}, "at $.statements[0].link.to: \"x\" is not of type 'integer'"),
        ({"link": 1}, "at $.statements[0].link: 1 fits none of the forms allowed here"),
        ({"code": "A"}, 'at $.statements[0].code: "A" does not match the pattern ^[a-z]+$'),
        ({"zeal": 1}, "at $.statements[0]: Additional properties are not allowed ('zeal' was unexpected)"),
    ],
)
def test_each_error_says_where_and_what(change: dict[str, Any], sentence: str) -> None:
    value = {"statements": [{"text": "fine", "evidence": ["e1"], **change}]}
    assert get_validator(SCHEMA).find_errors(value) == (sentence,)


def test_a_missing_property_is_named() -> None:
    (sentence,) = get_validator(SCHEMA).find_errors({"statements": [{"text": "fine"}]})
    assert sentence == "at $.statements[0]: 'evidence' is a required property"


def test_all_errors_are_told_in_the_order_of_their_places_up_to_a_limit() -> None:
    value = {"statements": [{"text": number, "evidence": ["e"]} for number in range(12)]}
    errors = get_validator(SCHEMA).find_errors(value)
    assert len(errors) == ERRORS_MAX + 1
    assert [error.split(".text")[0] for error in errors[:-1]] == [f"at $.statements[{n}]" for n in range(ERRORS_MAX)]
    assert errors[-1] == "and 4 more"


def test_values_are_shown_as_short_json() -> None:
    (sentence,) = get_validator(SCHEMA).find_errors({"statements": {"a": None, "b": "x" * 5_000}})
    assert '{"a":null,"b":"xxx' in sentence
    assert len(sentence) < 150


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "strin"}, "broken at $.type"),
        ({"pattern": "("}, "broken at $.pattern"),
        ({"$ref": "#/$defs/lost"}, "'#/$defs/lost'"),
        ({"properties": {"a": {"$ref": "http://127.0.0.1:9/schema"}}}, "http://127.0.0.1:9/schema"),
    ],
)
def test_a_broken_schema_is_told_as_such_and_nothing_is_fetched(schema: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match="schema") as caught:
        get_validator(schema)
    assert words in caught.value.message


def test_a_schema_that_refers_to_itself_without_end_is_told_as_such() -> None:
    with pytest.raises(ConfigError, match="without end"):
        get_validator({"$ref": "#"}).find_errors({})


def test_anchors_and_pointers_are_followed() -> None:
    schema = {"allOf": [{"$ref": "#name"}, {"$ref": "#/$defs/b~1c"}], "$defs": {"a": {"$anchor": "name"}, "b/c": {}}}
    assert get_validator(schema).is_valid(1)


def test_equal_schemas_share_a_validator() -> None:
    assert get_validator({"type": "object"}) is get_validator({"type": "object"})


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
@given(st.data())
def test_the_quick_look_never_passes_what_the_validator_refuses(
    schemas: st.SearchStrategy[Any], make_values: Callable[..., Any], data: st.DataObject
) -> None:
    schema = data.draw(schemas)
    plain = lower_schema(schema, SchemaSupport(keywords=frozenset("type properties required items enum".split())))
    for shape in (schema, plain):
        value = data.draw(make_values(plain))
        if compile_check(shape)(value):
            assert Draft202012Validator(shape).is_valid(value)


@pytest.mark.parametrize("value", [True, 1.5, "1", None, 11])
def test_the_quick_look_knows_the_types_apart(value: object) -> None:
    assert not compile_check({"type": "integer", "maximum": 10})(value)


def test_the_quick_look_passes_what_the_formats_of_a_run_ask_for() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "array", "items": {"enum": ["x"], "type": "string"}}}}
    assert compile_check(schema)({"a": ["x"]})
    assert not compile_check(schema)({"a": ["y"]})
