"""A lowered schema says what a server enforces, and nothing that the whole one does not."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from moe.asking.json.forms import AS_TEXT
from moe.asking.json.lowering import lower_schema
from moe.asking.json.restoring import restore_value
from moe_core.contracts.model import SchemaSupport
from moe_core.schemas.references import move_references
from moe_core.schemas.validator import get_validator

ALL = frozenset(
    """type properties required additionalProperties items enum const anyOf $ref $defs minimum maximum exclusiveMinimum
    exclusiveMaximum minItems maxItems minLength maxLength pattern description""".split()
)
NO_REFERENCES = ALL - {"$ref", "$defs"}
SHAPE = frozenset(["type", "properties", "required", "additionalProperties"])


def supports(keywords: frozenset[str]) -> st.SearchStrategy[SchemaSupport]:
    return st.builds(
        lambda dropped, strict, bounded: SchemaSupport(
            keywords=keywords - dropped, wants_all_required=strict, wants_bounds=bounded
        ),
        st.sets(st.sampled_from(sorted(keywords - SHAPE))),
        st.booleans(),
        st.booleans(),
    )


SUPPORTS = supports(ALL)
LAWS = settings(max_examples=40)


def parts_of(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema in a schema."""
    if not isinstance(schema, dict):
        return
    yield schema
    for keyword, value in schema.items():
        if keyword in ("properties", "$defs", "patternProperties"):
            for part in value.values():
                yield from parts_of(part)
        elif keyword in ("anyOf", "oneOf", "allOf", "prefixItems"):
            for part in value:
                yield from parts_of(part)
        elif keyword in ("items", "additionalProperties", "not"):
            yield from parts_of(value)


def count_errors(schema: dict[str, Any], value: Any) -> int:
    return sum(1 for _ in Draft202012Validator(schema).iter_errors(value))


def draw_lowered_value(data: st.DataObject, make_values: Callable[..., Any], lowered: dict[str, Any]) -> Any:
    assume(lowered != {})
    strategy = make_values(lowered)
    assume(not strategy.is_empty)
    value = data.draw(strategy)
    assume(count_errors(lowered, value) == 0)
    return value


@LAWS
@given(st.data(), SUPPORTS)
def test_lowering_twice_is_lowering_once(
    schemas: st.SearchStrategy[Any], data: st.DataObject, support: SchemaSupport
) -> None:
    once = lower_schema(data.draw(schemas), support)
    assert lower_schema(once, support) == once


@LAWS
@given(st.data(), SUPPORTS)
def test_only_known_keywords_are_left(
    schemas: st.SearchStrategy[Any], data: st.DataObject, support: SchemaSupport
) -> None:
    lowered = lower_schema(data.draw(schemas), support)
    for part in parts_of(lowered):
        assert part.keys() <= support.keywords
    Draft202012Validator.check_schema(lowered)


@LAWS
@given(st.data(), SUPPORTS)
def test_required_properties_stay_required(
    schemas: st.SearchStrategy[Any], data: st.DataObject, support: SchemaSupport
) -> None:
    schema = data.draw(schemas)
    lowered = lower_schema(schema, support)
    assume(lowered != {})  # no value at all, or any object
    assert set(schema["required"]) <= set(lowered["required"])
    if support.wants_all_required:
        assert set(schema["required"]) <= set(lowered.get("properties", {}))


@LAWS
@given(st.data(), SUPPORTS)
def test_no_enum_gets_a_value_that_was_in_none(
    schemas: st.SearchStrategy[Any], data: st.DataObject, support: SchemaSupport
) -> None:
    schema = data.draw(schemas)
    known = [value for part in parts_of(schema) for value in [*part.get("enum", []), part.get("const")]]
    for part in parts_of(lower_schema(schema, support)):
        assert all(value in known for value in part.get("enum", []))


@LAWS
@given(st.data(), st.booleans(), st.booleans())
def test_a_server_that_knows_every_keyword_gives_what_the_whole_schema_wants(
    schemas: st.SearchStrategy[Any], make_values: Callable[..., Any], data: st.DataObject, strict: bool, bounded: bool
) -> None:
    schema = data.draw(schemas)
    lowered = lower_schema(
        schema, SchemaSupport(keywords=NO_REFERENCES, wants_all_required=strict, wants_bounds=bounded)
    )
    assume(all(part.get("description") != AS_TEXT for part in parts_of(lowered)))  # any text will do for those
    value = draw_lowered_value(data, make_values, lowered)
    restored = restore_value(value, schema)
    assert Draft202012Validator(schema).is_valid(restored)


@LAWS
@given(st.data(), supports(NO_REFERENCES))
def test_taking_back_what_lowering_asked_never_leads_away_from_the_whole_schema(
    schemas: st.SearchStrategy[Any], make_values: Callable[..., Any], data: st.DataObject, support: SchemaSupport
) -> None:
    schema = data.draw(schemas)
    value = draw_lowered_value(data, make_values, lower_schema(schema, support))
    assert count_errors(schema, restore_value(value, schema)) <= count_errors(schema, value)


@LAWS
@given(st.data(), SUPPORTS)
def test_without_wishes_of_its_own_a_server_takes_whatever_the_whole_schema_takes(
    schemas: st.SearchStrategy[Any], make_values: Callable[..., Any], data: st.DataObject, support: SchemaSupport
) -> None:
    schema = data.draw(schemas)
    value = draw_lowered_value(data, make_values, lower_schema(schema, SchemaSupport(keywords=NO_REFERENCES)))
    assume(Draft202012Validator(schema).is_valid(value))
    assert count_errors(lower_schema(schema, SchemaSupport(keywords=support.keywords)), value) == 0
    assert restore_value(value, schema) == value


@LAWS
@given(st.data(), st.booleans())
def test_bounded_schemas_have_an_end_everywhere(
    schemas: st.SearchStrategy[Any], data: st.DataObject, strict: bool
) -> None:
    support = SchemaSupport(keywords=ALL, wants_all_required=strict, wants_bounds=True)
    for part in parts_of(lower_schema(data.draw(schemas), support)):
        types = part.get("type", [])
        fixed = {"enum", "const"} & part.keys()
        assert "$ref" not in part
        assert "string" not in types or fixed or {"maxLength", "pattern"} & part.keys()
        assert "array" not in types or fixed or "maxItems" in part
        assert "integer" not in types or fixed or {"maximum", "exclusiveMaximum"} & part.keys()


@LAWS
@given(st.data(), st.booleans())
def test_strict_schemas_are_closed_and_require_everything(
    schemas: st.SearchStrategy[Any], data: st.DataObject, bounded: bool
) -> None:
    support = SchemaSupport(keywords=ALL, wants_all_required=True, wants_bounds=bounded)
    for part in parts_of(lower_schema(data.draw(schemas), support)):
        assert not part or part.keys() & {"type", "enum", "const", "anyOf", "$ref"}
        if "object" in part.get("type", ()):
            assert part["additionalProperties"] is False
            assert part.get("required", []) == list(part.get("properties", {}))


def test_a_server_that_enforces_nothing_gets_nothing() -> None:
    assert lower_schema({"type": "object"}, SchemaSupport()) == {}


def test_an_optional_property_may_be_null_where_all_are_required() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"enum": ["x"]}}, "required": []}
    lowered = lower_schema(schema, SchemaSupport(keywords=ALL, wants_all_required=True))
    assert lowered["properties"]["a"] == {"type": ["string", "null"]}
    assert lowered["properties"]["b"] == {"anyOf": [{"type": "string", "enum": ["x"]}, {"type": "null"}]}
    assert restore_value({"a": None, "b": "x"}, schema) == {"b": "x"}


def test_a_null_that_is_allowed_stays() -> None:
    schema = {"type": "object", "properties": {"a": {"type": ["string", "null"]}}}
    assert restore_value({"a": None}, schema) == {"a": None}


def test_an_object_of_unknown_keys_is_asked_for_as_text_where_objects_must_be_closed() -> None:
    schema = {"type": "object", "properties": {"params": {"type": "object"}}, "required": ["params"]}
    lowered = lower_schema(schema, SchemaSupport(keywords=ALL, wants_all_required=True))
    assert lowered["properties"]["params"] == {"type": "string", "description": AS_TEXT}
    assert restore_value({"params": '{"q": [1]}'}, schema) == {"params": {"q": [1]}}
    assert restore_value({"params": "no JSON"}, schema) == {"params": "no JSON"}


def test_definitions_are_kept_where_the_server_follows_references() -> None:
    schema = {
        "type": "object",
        "properties": {"next": {"$ref": "#/$defs/node"}},
        "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}, "unused": {}},
    }
    lowered = lower_schema(schema, SchemaSupport(keywords=ALL))
    assert lowered["properties"]["next"] == {"$ref": "#/$defs/node"}
    assert list(lowered["$defs"]) == ["node"]


def test_recursion_is_written_out_twice_and_ends() -> None:
    schema = {
        "type": "object",
        "properties": {"kids": {"type": "array", "items": {"$ref": "#"}}},
        "required": ["kids"],
    }
    lowered = lower_schema(schema, SchemaSupport(keywords=NO_REFERENCES))
    second = lowered["properties"]["kids"]["items"]["properties"]["kids"]["items"]
    assert second["properties"]["kids"] == {"type": "array", "maxItems": 0}


def test_all_parts_of_allof_are_worked_in() -> None:
    schema = {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}, "required": ["a"]},
            {"properties": {"a": {"maximum": 5}, "b": {"type": "string"}}},
        ]
    }
    lowered = lower_schema(schema, SchemaSupport(keywords=ALL))
    assert lowered["properties"] == {"a": {"type": "integer", "minimum": 1, "maximum": 5}, "b": {"type": "string"}}
    assert lowered["required"] == ["a"]


def test_what_stands_beside_alternatives_goes_into_each() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
    }
    lowered = lower_schema(schema, SchemaSupport(keywords=ALL))
    assert [option["required"] for option in lowered["anyOf"]] == [["a"], ["b"]]
    assert all(set(option["properties"]) == {"a", "b"} for option in lowered["anyOf"])


@pytest.mark.parametrize(
    ("pattern", "sent"),
    [
        ("^ab$", "^ab$"),
        ("ab", "^.*ab.*$"),
        ("^ab", "^ab.*$"),
        ("ab\\$", "^.*ab\\$.*$"),
        ("a|b", "^.*(?:a|b).*$"),
        ("^(?:a|b)$", "^(?:a|b)$"),
        ("[|^$]x", "^.*[|^$]x.*$"),
        ("^a|b$", None),
        ("(?=a)b", None),
        ("\\bword", None),
        ("(a)\\1", None),
    ],
)
def test_patterns_are_anchored_or_left_out(pattern: str, sent: str | None) -> None:
    lowered = lower_schema({"type": "string", "pattern": pattern}, SchemaSupport(keywords=ALL))
    assert lowered.get("pattern") == sent


def test_open_ends_of_integers_become_closed_ones() -> None:
    support = SchemaSupport(keywords=ALL - {"exclusiveMinimum", "exclusiveMaximum"})
    schema = {"type": "integer", "exclusiveMinimum": 0.5, "exclusiveMaximum": 4, "minimum": -3}
    assert lower_schema(schema, support) == {"type": "integer", "minimum": 1, "maximum": 3}


def test_a_rating_becomes_one_of_its_steps_where_a_weak_model_must_come_to_an_end() -> None:
    support = SchemaSupport(keywords=ALL, wants_bounds=True)
    lowered = lower_schema({"type": ["number", "null"], "minimum": 0, "maximum": 1}, support)
    assert len(lowered["enum"]) == 22
    assert {0, 0.05, 0.5, 1, None} <= set(lowered["enum"])
    assert "enum" not in lower_schema({"type": "number", "minimum": 0, "maximum": 9}, support)


def test_forms_of_first_items_become_forms_of_all_where_they_are_unknown() -> None:
    schema = {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False}
    lowered = lower_schema(schema, SchemaSupport(keywords=ALL))
    assert lowered == {
        "type": "array",
        "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        "maxItems": 2,
    }


def test_negations_are_sent_whole_or_not_at_all() -> None:
    schema = {"type": "string", "not": {"pattern": "x"}}
    assert "not" not in lower_schema(schema, SchemaSupport(keywords=frozenset(["type", "not"])))
    assert lower_schema(schema, SchemaSupport(keywords=frozenset(["type", "not", "pattern"]))) == schema


def test_schemas_that_grow_without_end_are_cut() -> None:
    definitions = {
        f"d{n}": {"type": "object", "properties": {side: {"$ref": f"#/$defs/d{n + 1}"} for side in "abcd"}}
        for n in range(12)
    }
    schema = {"type": "object", "properties": {"x": {"$ref": "#/$defs/d0"}}, "$defs": {**definitions, "d12": {}}}
    lowered = lower_schema(schema, SchemaSupport(keywords=NO_REFERENCES))
    assert sum(1 for _ in parts_of(lowered)) <= 2_100


@settings(max_examples=60)
@given(st.data())
def test_a_schema_that_moved_into_another_means_the_same(
    schemas: st.SearchStrategy[Any], make_values: Callable[..., Any], data: st.DataObject
) -> None:
    schema = data.draw(schemas)
    whole = {"type": "object", "properties": {"data": move_references(schema, "#/properties/data")}}
    value = data.draw(make_values(lower_schema(schema, SchemaSupport(keywords=SHAPE | {"items"}))))
    assert get_validator(whole).is_valid({"data": value}) == get_validator(schema).is_valid(value)
