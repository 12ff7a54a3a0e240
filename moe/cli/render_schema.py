"""A parameter schema as a table a person can read."""

import json
from typing import Any

from moe.cli.screen import Table
from moe_core.contracts.wire import JsonObject


def build_parameter_table(schema: JsonObject) -> Table:
    """One row a parameter: name, type, default, meaning."""
    required = set(schema.get("required", ()))
    rows = []
    for name, wanted in schema.get("properties", {}).items():
        default = "required" if name in required else _show_default(wanted)
        rows.append((name, describe_type(wanted, schema), default, str(wanted.get("description", ""))))
    return Table(columns=("parameter", "type", "default", "meaning"), rows=rows)


def describe_type(wanted: JsonObject, schema: JsonObject) -> str:
    """A JSON Schema's type in few words."""
    if "$ref" in wanted:
        return describe_type(_resolve(str(wanted["$ref"]), schema), schema)
    if "enum" in wanted:
        return " or ".join(json.dumps(value, ensure_ascii=False) for value in wanted["enum"])
    if "const" in wanted:
        return json.dumps(wanted["const"], ensure_ascii=False)
    for key in ("anyOf", "oneOf"):
        if key in wanted:
            return " or ".join(dict.fromkeys(describe_type(option, schema) for option in wanted[key]))
    kind = wanted.get("type", "any")
    if kind == "array":
        return f"list of {describe_type(wanted.get('items', {}), schema)}"
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _show_default(wanted: JsonObject) -> str:
    return json.dumps(wanted["default"], ensure_ascii=False) if "default" in wanted else ""


def _resolve(reference: str, schema: JsonObject) -> JsonObject:
    found: Any = schema
    for part in reference.removeprefix("#/").split("/"):
        found = found.get(part, {}) if isinstance(found, dict) else {}
    return found if isinstance(found, dict) else {}
