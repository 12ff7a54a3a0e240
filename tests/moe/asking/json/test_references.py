"""References lead to the same place wherever their schema stands."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moe.asking.json.lowering import lower_schema
from moe.asking.json.references import find_lost_reference, find_target, move_references
from moe.asking.json.validating import SchemaValidator
from moe_core.contracts.model import SchemaSupport

SHAPE = SchemaSupport(keywords=frozenset("type properties required items".split()))


def test_pointers_are_followed_with_their_escapes_and_into_lists() -> None:
    schema = {"$defs": {"a/b": {"anyOf": [{"type": "string"}, True]}}, "const": {"$ref": "#/nowhere"}}
    assert find_target("#", schema) is schema
    assert find_target("#/$defs/a~1b/anyOf/0", schema) == {"type": "string"}
    assert find_target("#/$defs/a~1b/anyOf/1", schema) is True
    assert find_target("#/$defs/a~1b/anyOf/9", schema) is None
    assert find_target("other.json", schema) is None
    assert find_lost_reference(schema) is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
@given(st.data())
def test_a_schema_that_moved_into_another_means_the_same(
    schemas: st.SearchStrategy[Any], make_values: Callable[..., Any], data: st.DataObject
) -> None:
    schema = data.draw(schemas)
    whole = {"type": "object", "properties": {"data": move_references(schema, "#/properties/data")}}
    value = data.draw(make_values(lower_schema(schema, SHAPE)))
    assert SchemaValidator(whole).is_valid({"data": value}) == SchemaValidator(schema).is_valid(value)
