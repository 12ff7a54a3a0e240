"""Errors are sentences that the writer of the value can act on."""

import subprocess
import sys
from typing import Any

import pytest

from moe_core.contracts.errors import ConfigError
from moe_core.schemas.validator import ERRORS_MAX, get_validator

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
    assert len(get_validator(SCHEMA).find_errors(value, most=None)) > ERRORS_MAX + 1
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


def test_a_part_is_held_to_what_its_references_mean_in_the_whole() -> None:
    part = {"type": "array", "items": {"$ref": "#/$defs/name"}}
    whole = {"properties": {"names": part}, "$defs": {"name": {"type": "string"}}}
    assert get_validator(part, whole).is_valid(["a"])
    assert not get_validator(part, whole).is_valid([1])
    assert get_validator({**part, "uniqueItems": True}, whole).count_errors([1, 1, 2], 9) == 4
    with pytest.raises(ConfigError, match="not in it"):
        get_validator({"$ref": "#/$defs/lost"}, whole)


def test_the_first_error_is_told_by_its_place() -> None:
    assert get_validator(SCHEMA).find_first({"statements": 3}) == "$.statements: 3 is not of type 'array'"
    assert get_validator(SCHEMA).find_first({"statements": []}) is None


def test_plain_schemas_and_what_fits_them_wait_for_no_import_of_the_whole_draft() -> None:
    code = (
        "import sys; from moe_core.schemas.validator import ERRORS_MAX, get_validator as get;"
        "assert get({'type': 'object', 'required': ['a']}).find_errors({'a': 1}) == ();"
        "assert not get({'$ref': '#/$defs/a', '$defs': {'a': {'enum': ['x']}}}).is_valid('y');"
        "assert 'jsonschema' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
