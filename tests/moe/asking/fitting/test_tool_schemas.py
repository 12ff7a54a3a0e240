"""Tools' parameters as part of the format of a choice of tools."""

import pytest

from moe.asking.fitting.tool_schemas import MOST_BYTES, goes_into_format, trim, write_calls_schema
from moe.running.formats import calls_format
from moe_core.contracts.messages import Choice
from moe_core.schemas.validator import get_validator

LOOKUP = {
    "type": "object",
    "title": "LookupParams",
    "properties": {
        "query": {"type": "string", "title": "Query", "minLength": 1},
        "year": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None, "title": "Year"},
    },
    "required": ["query"],
    "additionalProperties": False,
}
LISTED = {
    "type": "object",
    "properties": {"items": {"type": "array", "items": {"$ref": "#/$defs/Item"}}},
    "$defs": {"Item": {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}},
    "required": ["items"],
}
LARGE = {"type": "object", "properties": {f"field_{n}": {"type": "string"} for n in range(MOST_BYTES // 20)}}


def find_errors(*choices: Choice, calls: list[dict]) -> tuple[str, ...]:
    return get_validator(write_calls_schema(choices)).find_errors({"calls": calls})


def test_a_call_is_held_to_the_parameters_of_its_own_tool():
    lookup, listed = Choice(name="lookup", schema=LOOKUP), Choice(name="listed", schema=LISTED)
    good = [{"tool": "lookup", "params": {"query": "mill"}}, {"tool": "listed", "params": {"items": [{"title": "a"}]}}]
    assert find_errors(lookup, listed, calls=good) == ()
    assert find_errors(lookup, listed, calls=[]) == ()
    (missing,) = find_errors(lookup, listed, calls=[{"tool": "lookup", "params": {}}])
    assert "'query' is a required property" in missing
    assert find_errors(lookup, listed, calls=[{"tool": "listed", "params": {"items": [{}]}}])
    assert find_errors(lookup, listed, calls=[{"tool": "other", "params": {"query": "mill"}}])
    assert find_errors(lookup, calls=[{"tool": "lookup", "params": {"query": "mill", "colour": "red"}}])
    assert find_errors(listed, calls=[{"tool": "listed", "params": {"items": [{"title": "a"}]}}]) == ()
    assert find_errors(listed, calls=[{"tool": "listed", "params": {"items": [{}]}}])


def test_a_tool_of_many_parameters_stays_open_in_the_format():
    assert goes_into_format(LOOKUP)
    assert not goes_into_format(LARGE)
    assert not goes_into_format({})
    assert find_errors(Choice(name="large", schema=LARGE), calls=[{"tool": "large", "params": {"any": 1}}]) == ()


def test_what_says_nothing_is_left_out_and_what_is_named_alike_stays():
    assert trim(LOOKUP)["properties"]["year"] == {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    assert "title" not in trim(LOOKUP)
    assert trim(LISTED)["$defs"]["Item"]["properties"] == {"title": {"type": "string"}}


def test_the_format_says_more_to_language_models_than_to_rules():
    wanted = calls_format([Choice(name="lookup", schema=LOOKUP)])
    loose = {"calls": [{"tool": "lookup", "params": {}}]}
    assert get_validator(wanted.schema).is_valid(loose)
    assert wanted.strict is not None
    assert not get_validator(wanted.strict).is_valid(loose)
    assert wanted.read(loose)[0].tool == "lookup"
    with pytest.raises(ValueError, match="none of lookup"):
        wanted.read({"calls": [{"tool": "other", "params": {}}]})


def test_a_tool_that_is_off_is_not_asked_for_and_not_asked_about_again():
    wanted = calls_format([Choice(name="lookup", schema=LOOKUP)], off=["search"])
    off = {"calls": [{"tool": "search", "params": {"any": 1}}]}
    assert "search" not in wanted.written_strict + wanted.written
    assert wanted.accepted is not None
    assert get_validator(wanted.accepted).is_valid(off)
    assert not get_validator(wanted.accepted).is_valid({"calls": [{"tool": "lookup", "params": {}}]})
    assert wanted.read(off)[0].tool == "search"
