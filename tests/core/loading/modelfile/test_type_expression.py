"""Type expressions and the JSON Schema they stand for."""

import pytest

from moe_core.loading.modelfile.type_expression import TypeExpressionError, parse_type

S = {"type": "string"}


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("string", S),
        ("str", S),
        ("Text", S),
        (" int ", {"type": "integer"}),
        ("float", {"type": "number"}),
        ("bool", {"type": "boolean"}),
        ("null", {"type": "null"}),
        ("any", {}),
        ("object", {"type": "object"}),
        ("list", {"type": "array"}),
        ("date", {**S, "format": "date"}),
        ("datetime", {**S, "format": "date-time"}),
        ("url", {**S, "format": "uri"}),
        ("string[]", {"type": "array", "items": S}),
        ("string[][]", {"type": "array", "items": {"type": "array", "items": S}}),
        ("list[string | int]", {"type": "array", "items": {"type": ["string", "integer"]}}),
        ("list[list[int(0..)]](1..3)",
         {"type": "array", "minItems": 1, "maxItems": 3,
          "items": {"type": "array", "items": {"type": "integer", "minimum": 0}}}),
        ("map[number]", {"type": "object", "additionalProperties": {"type": "number"}}),
        ("int(0..10)", {"type": "integer", "minimum": 0, "maximum": 10}),
        ("int (-3..)", {"type": "integer", "minimum": -3}),
        ("number(0.5..1)", {"type": "number", "minimum": 0.5, "maximum": 1}),
        ("string(..40)", {**S, "maxLength": 40}),
        ("string(40)", {**S, "maxLength": 40}),
        ("string(1..)[]", {"type": "array", "items": {**S, "minLength": 1}}),
        ("string?", {"type": ["string", "null"]}),
        ("date?", {"anyOf": [{**S, "format": "date"}, {"type": "null"}]}),
        ("string | int | null", {"type": ["string", "integer", "null"]}),
        ("string | str", S),
        ('"yes" | "no"', {**S, "enum": ["yes", "no"]}),
        ("'yes' | 'no' | int", {"anyOf": [{**S, "enum": ["yes", "no"]}, {"type": "integer"}]}),
        ("string - what - exactly", {**S, "description": "what - exactly"}),
        ('"a" | "b" - one of two', {**S, "enum": ["a", "b"], "description": "one of two"}),
        ("the name of the person", {**S, "description": "the name of the person"}),
        ("price (in euros)", {**S, "description": "price (in euros)"}),
        ("in short - the answer", {**S, "description": "in short - the answer"}),
    ],
)  # fmt: skip
def test_a_type_expression_is_a_schema(text, schema):
    assert parse_type(text) == schema


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("strng", "unknown type 'strng'", "did you mean string?"),
        ("Strng - the name", None, None),
        ("zzz", "unknown type 'zzz'", "types: string, integer"),
        ("strng | int", "unknown type 'strng'", "did you mean string?"),
        ("list[strng]", "unknown type 'strng'", "did you mean string?"),
        ("", "the type is empty", "write a type"),
        ("答案", "'答案' is no type", "string - what it says"),
        ("int[string]", "int holds no other type", "int[]"),
        ("list[string", "'list[string' lacks a closing ']'", None),
        ("bool(1..2)", "bool has no range", "ranges go with"),
        ("date(1..2)", "date has no range", "ranges go with"),
        ("int(a..b)", "'a..b' is no range for int", "int(1..5)"),
        ("string(-1..)", "'-1..' is no range for string", "string(1..5)"),
        ("string(1.5)", "'1.5' is no range for string", "string(1..5)"),
        ("int(..)", "'..' is no range for int", "int(1..5)"),
        ("int(5..1)", "the range of int ends before it starts", "int(1..5)"),
        ("int(1..2)(3..4)", "'int(1..2)(3..4)' is no type", None),
        ("list[" * 40 + "int" + "]" * 40, "the type is nested too deep", None),
    ],
)
def test_text_that_was_meant_as_a_type_and_is_none_is_refused(text, message, hint):
    if message is None:
        assert parse_type(text) == {"type": "string", "description": text}
        return
    with pytest.raises(TypeExpressionError) as caught:
        parse_type(text)
    assert str(caught.value).startswith(message)
    assert hint is None or hint in caught.value.hint
