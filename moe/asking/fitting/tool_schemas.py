"""Tools' parameter schemas as models see them: short, and part of the format of their answer where that is worth it."""

from collections.abc import Mapping, Sequence
from typing import Any

from moe_core.contracts.messages import Choice
from moe_core.contracts.wire import JsonObject, encode_json
from moe_core.schemas.references import move_references

MOST_BYTES = 2500
"""Of a schema that goes into the format. Of a larger one, grammars get slow and prompts long."""

_SAYS_NOTHING = ("title", "examples")


def write_calls_schema(choices: Sequence[Choice]) -> JsonObject:
    """The schema of a choice of tools in which each tool's parameters are held to its own schema.

    A server that enforces it lets a model write no call that the tool would refuse.
    """
    branches = []
    for place, choice in enumerate(choices):
        params: JsonObject = {"type": "object"}
        if goes_into_format(choice.schema):
            branch = f"/anyOf/{place}" if len(choices) > 1 else ""
            params = move_references(trim(choice.schema), f"#/properties/calls/items{branch}/properties/params")
        properties = {"tool": {"type": "string", "enum": [choice.name]}, "params": params}
        branches.append(_close({"type": "object", "properties": properties, "required": ["tool", "params"]}))
    items = branches[0] if len(branches) == 1 else {"anyOf": branches}
    return _close({"type": "object", "properties": {"calls": {"type": "array", "items": items}}, "required": ["calls"]})


def goes_into_format(schema: JsonObject) -> bool:
    """Whether a tool's schema is part of the format, so that the prompt need not show it again."""
    return bool(schema) and len(encode_json(schema)) <= MOST_BYTES


def trim(schema: JsonObject) -> dict[str, Any]:
    """A schema without what says nothing to a model: titles that repeat names, defaults of null."""
    return {name: _trim_value(name, value) for name, value in schema.items() if not _is_idle(name, value)}


def _trim_value(name: str, value: object) -> object:
    if name in ("properties", "$defs") and isinstance(value, Mapping):
        return {key: trim(part) if isinstance(part, Mapping) else part for key, part in value.items()}
    if isinstance(value, Mapping):
        return trim(value)
    if isinstance(value, list):
        return [trim(part) if isinstance(part, Mapping) else part for part in value]
    return value


def _is_idle(name: str, value: object) -> bool:
    return (name in _SAYS_NOTHING and not isinstance(value, Mapping)) or (name == "default" and value is None)


def _close(schema: JsonObject) -> dict[str, Any]:
    return {**schema, "additionalProperties": False}
