"""A tool's parameters as they are typed: key=value words and JSON."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

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
    properties = schema.get("properties", {})
    for word in words:
        key, equals, text = word.partition("=")
        if not equals or not key:
            known = ", ".join(f"{name}=..." for name in properties)
            raise RequestError(f"{word!r} is no key=value", hint=f"this tool takes {known}" if known else None)
        params[key] = read_value(text, properties.get(key, {}), schema)
    return params


def read_value(text: str, wanted: JsonObject, schema: JsonObject) -> Any:
    """One value: text where the schema wants only text, else JSON where it is that, else text."""
    types = _find_types(wanted, schema)
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


def _find_types(wanted: JsonObject, schema: JsonObject) -> set[str]:
    """The JSON types a schema names, through references and alternatives."""
    if "$ref" in wanted:
        found: Any = schema
        for part in str(wanted["$ref"]).removeprefix("#/").split("/"):
            found = found.get(part, {}) if isinstance(found, Mapping) else {}
        return _find_types(found, {}) if found else set()
    for key in ("anyOf", "oneOf"):
        if key in wanted:
            return set().union(*(_find_types(option, schema) for option in wanted[key]))
    named = wanted.get("type", ())
    return {named} if isinstance(named, str) else set(named)


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
