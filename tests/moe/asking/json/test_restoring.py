"""What lowering asked for is taken back, and nothing else is touched."""

from moe.asking.json.restoring import restore_value


def test_the_alternative_that_was_meant_decides() -> None:
    schema = {
        "anyOf": [
            {
                "type": "object",
                "properties": {"kind": {"const": "a"}, "x": {"type": "integer"}},
                "required": ["kind"],
                "additionalProperties": False,
            },
            {
                "type": "object",
                "properties": {"kind": {"const": "b"}, "x": {"type": ["integer", "null"]}},
                "required": ["kind"],
                "additionalProperties": False,
            },
        ]
    }
    assert restore_value({"kind": "a", "x": None}, schema) == {"kind": "a"}
    assert restore_value({"kind": "b", "x": None}, schema) == {"kind": "b", "x": None}


def test_nulls_go_at_any_depth_and_through_references() -> None:
    schema = {
        "type": "object",
        "properties": {"kids": {"type": "array", "items": {"$ref": "#"}}, "name": {"type": "string"}},
    }
    value = {"name": "a", "kids": [{"name": None, "kids": [{"kids": None, "name": "b"}]}]}
    assert restore_value(value, schema) == {"name": "a", "kids": [{"kids": [{"name": "b"}]}]}


def test_a_required_null_stays_for_the_validator_to_name() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    assert restore_value({"a": None}, schema) == {"a": None}


def test_values_of_maps_and_of_first_items_are_reached() -> None:
    part = {"type": "object", "properties": {"a": {"type": "string"}}}
    schema = {
        "type": "object",
        "properties": {"pair": {"type": "array", "prefixItems": [part], "items": {"type": "integer"}}},
        "additionalProperties": part,
    }
    value = {"pair": [{"a": None}, 1], "other": {"a": None}}
    assert restore_value(value, schema) == {"pair": [{}, 1], "other": {}}


def test_a_text_where_a_text_may_stand_is_never_read_as_json() -> None:
    schema = {"type": "object", "properties": {"a": {"type": ["object", "string"]}}}
    assert restore_value({"a": '{"b": 1}'}, schema) == {"a": '{"b": 1}'}


def test_an_object_read_from_a_text_is_restored_as_well() -> None:
    inner = {"type": "object", "properties": {"q": {"type": "string"}}}
    schema = {"type": "object", "properties": {"params": {"allOf": [{"type": "object"}, inner]}}}
    assert restore_value({"params": '{"q": null, "n": 1}'}, schema) == {"params": {"n": 1}}
