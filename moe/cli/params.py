"""A tool's parameters as they are typed: key=value words and JSON."""

import json
from collections.abc import Sequence
from typing import Any

from moe.cli.render.schemas import find_property, find_types, list_variants
from moe.cli.streams import read_input
from moe_core.contracts.errors import RequestError
from moe_core.contracts.wire import JsonObject


def read_params(words: Sequence[str], document: str | None, schema: JsonObject) -> dict[str, Any]:
    """Join a JSON object with key=value words, which win.

    Args:
        words: "key=value"; a value is read by the schema's type for its key, so that text stays text.
        document: A JSON object, "-" for standard input, or None.
        schema: The tool's parameter schema.

    Raises:
        RequestError: A word has no "=", or the document is no JSON object.
    """
    params = {} if document is None else _read_document(document)
    for word in words:
        key, equals, text = word.partition("=")
        if not equals or not key:
            known = dict.fromkeys(name for variant in list_variants(schema) for name in variant["properties"])
            hint = f"this tool takes {', '.join(f'{name}=...' for name in known)}" if known else None
            raise RequestError(f"{word!r} is no key=value", hint=hint)
        params[key] = read_value(text, find_property(key, schema), schema)
    return params


def read_value(text: str, wanted: JsonObject, schema: JsonObject) -> Any:
    """One value: text where the schema wants only text, else JSON where it is that, else text."""
    types = find_types(wanted, schema)
    if types == {"string"} or ("string" in types and not types & {"array", "object"}):
        return text
    try:
        return json.loads(text)
    except ValueError:
        if types and types <= {"array", "null"}:
            return [part.strip() for part in text.split(",")]
        lowered = text.strip().lower()
        if "boolean" in types and lowered in ("yes", "no", "on", "off", "true", "false"):
            return lowered in ("yes", "on", "true")
        return text


def _read_document(document: str) -> dict[str, Any]:
    text = read_input() if document == "-" else document
    try:
        params = json.loads(text)
    except ValueError as error:
        hint = """write it as '{"key": "value"}', or give key=value words"""
        raise RequestError(f"--params is no JSON: {error}", hint=hint) from error
    if not isinstance(params, dict):
        raise RequestError("--params is JSON, but no object", hint="""write it as '{"key": "value"}'""")
    return params
