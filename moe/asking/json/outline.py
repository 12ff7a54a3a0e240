"""A schema in few words, for a model whose server holds it to the schema anyway."""

from collections.abc import Mapping
from typing import Any

from moe.asking.json.conjunction import get_types
from moe_core.contracts.wire import encode_json
from moe_core.schemas.references import follow

DEPTH_MAX = 6  # deeper forms are told to no model in a readable way
_LISTED = 3  # of an enum's values, in full; of more the first and the last


def write_outline(schema: Mapping[str, Any]) -> str:
    """The form of a matching value: keys, kinds of values, and what a description says of them.

    It is no JSON, so that none of it passes for a value.
    """
    return _write(schema, schema, DEPTH_MAX)


def _write(schema: Any, root: Mapping[str, Any], depth: int) -> str:
    if not isinstance(schema, Mapping) or depth == 0:
        return "any"
    if "$ref" in schema:
        return _write(follow(schema, root), root, depth - 1)
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(values, list):
        return _write_values(values)
    options = schema.get("anyOf") or schema.get("oneOf")
    if isinstance(options, list):
        return " | ".join(dict.fromkeys(_write(option, root, depth) for option in options))
    return " | ".join(_write_type(name, schema, root, depth) for name in get_types(schema)) or "any"


def _write_type(name: str, schema: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> str:
    if name == "array":
        return f"[{_write(schema.get('items'), root, depth - 1)}, ...]"
    properties = schema.get("properties")
    if name != "object" or not isinstance(properties, Mapping):
        return name
    required = schema.get("required", ())
    parts = [
        f"{key}{'' if key in required else '?'}: {_write(part, root, depth - 1)}{_describe(part)}"
        for key, part in properties.items()
    ]
    return f"{{{', '.join(parts)}}}"


def _write_values(values: list[Any]) -> str:
    written = [encode_json(value).decode() for value in values]
    return " | ".join(written if len(written) <= _LISTED + 1 else [*written[: _LISTED - 1], "...", written[-1]])


def _describe(schema: Any) -> str:
    said = schema.get("description") if isinstance(schema, Mapping) else None
    return f" ({' '.join(said.split())})" if isinstance(said, str) and said else ""
