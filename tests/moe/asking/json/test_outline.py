"""Outlines of schemas: keys and kinds in few words, never JSON that could be copied."""

import json

import pytest

from moe.asking.json.outline import write_outline


@pytest.mark.parametrize(
    ("schema", "outline"),
    [
        ({"type": "string"}, "string"),
        ({"type": ["string", "null"]}, "string | null"),
        ({"enum": ["a", "b"]}, '"a" | "b"'),
        ({"enum": [f"E{n}" for n in range(1, 9)]}, '"E1" | "E2" | ... | "E8"'),
        ({"type": "array", "items": {"type": "integer"}}, "[integer, ...]"),
        ({"const": 7}, "7"),
        ({}, "any"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string | null"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "boolean"}}}, "boolean"),
        (
            {
                "type": "object",
                "required": ["a"],
                "properties": {"a": {"type": "number"}, "b": {"type": "string", "description": "What\n it is"}},
            },
            "{a: number, b?: string (What it is)}",
        ),
    ],
)
def test_an_outline_says_keys_and_kinds(schema: dict, outline: str) -> None:
    assert write_outline(schema) == outline


def test_an_outline_of_a_schema_that_refers_to_itself_ends() -> None:
    schema = {"type": "object", "properties": {"next": {"$ref": "#"}}}
    assert write_outline(schema).count("next") < 10


def test_an_outline_is_shorter_and_no_value() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}, "required": ["a"]}
    assert len(write_outline(schema)) < len(json.dumps(schema)) / 4
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(write_outline(schema))
