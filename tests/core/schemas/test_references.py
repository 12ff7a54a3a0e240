"""References lead to the same place wherever their schema stands."""

from moe_core.schemas.references import find_lost_reference, find_target, follow, move_references
from moe_core.schemas.validator import get_validator


def test_pointers_are_followed_with_their_escapes_and_into_lists() -> None:
    schema = {"$defs": {"a/b": {"anyOf": [{"type": "string"}, True]}}, "const": {"$ref": "#/nowhere"}}
    assert find_target("#", schema) is schema
    assert find_target("#/$defs/a~1b/anyOf/0", schema) == {"type": "string"}
    assert find_target("#/$defs/a~1b/anyOf/1", schema) is True
    assert find_target("#/$defs/a~1b/anyOf/9", schema) is None
    assert find_target("other.json", schema) is None
    assert find_lost_reference(schema, schema) is None


def test_what_a_reference_stands_for_is_followed_and_what_is_none_stays() -> None:
    schema = {"$defs": {"a": {"type": "string"}}}
    assert follow({"$ref": "#/$defs/a"}, schema) == {"type": "string"}
    assert follow({"type": "null"}, schema) == {"type": "null"}
    assert follow({"$ref": "#/$defs/lost"}, schema) == {}


def test_properties_that_are_named_like_keywords_hold_schemas() -> None:
    schema = {"properties": {"default": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"type": "string"}}}
    assert find_lost_reference(schema, {}) == "#/$defs/a"
    moved = get_validator({"properties": {"data": move_references(schema, "#/properties/data")}})
    assert moved.is_valid({"data": {"default": "text"}})
    assert not moved.is_valid({"data": {"default": 1}})
