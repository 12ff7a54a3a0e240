"""What each step of a run asks a model for, as JSON Schema."""

from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator

from moe_core.contracts.wire import JsonObject, decode_json, encode_json

_STRING = {"type": "string"}
_STRINGS = {"type": "array", "items": _STRING}


def _object(properties: JsonObject, *, required: list[str] | None = None) -> dict[str, object]:
    names = list(properties) if required is None else required
    return {"type": "object", "properties": dict(properties), "required": names, "additionalProperties": False}


def plan_schema(belters: list[str]) -> JsonObject:
    """Camina's plan: tasks for Belters, a DAG by `depends_on`."""
    task = _object(
        {
            "id": _STRING,
            "belter": {"type": "string", "enum": belters},
            "capability": _STRING,
            "instruction": _STRING,
            "depends_on": _STRINGS,
        }
    )
    return _object({"tasks": {"type": "array", "items": task, "maxItems": 8}})


def decompose_schema(drummers: list[str]) -> JsonObject:
    """A Belter's tasks for Drummers."""
    task = _object(
        {
            "id": _STRING,
            "drummer": {"type": "string", "enum": drummers},
            "instruction": _STRING,
            "depends_on": _STRINGS,
        }
    )
    return _object({"tasks": {"type": "array", "items": task, "maxItems": 8}})


def tool_calls_schema(tools: list[str]) -> JsonObject:
    """A Drummer's choice of tools."""
    call = _object({"tool": {"type": "string", "enum": tools}, "params": {"type": "object"}})
    return _object({"calls": {"type": "array", "items": call, "maxItems": 8}})


def statements_schema(response_schema: JsonObject | None) -> JsonObject:
    """Statements with their support, and the agent's own response format when it has one."""
    span = _object({"evidence_id": _STRING, "start": {"type": "integer"}, "end": {"type": "integer"}})
    statement = _object(
        {"text": _STRING, "evidence": _STRINGS, "spans": {"type": "array", "items": span}},
        required=["text", "evidence"],
    )
    properties: dict[str, object] = {
        "statements": {"type": "array", "items": statement, "maxItems": 24},
        "notes": _STRINGS,
    }
    required = ["statements", "notes"]
    if response_schema is not None:
        properties["data"] = response_schema
        required.append("data")
    return _object(properties, required=required)


def find_violation(schema: JsonObject, data: object) -> str | None:
    """The first thing in `data` that breaks the schema, in words, or None."""
    error = next(_validator(encode_json(schema)).iter_errors(data), None)
    if error is None:
        return None
    return f"{error.json_path}: {error.message}"[:400]


@lru_cache(128)
def _validator(schema: bytes) -> Draft202012Validator:
    return Draft202012Validator(decode_json(dict[str, Any], schema))
