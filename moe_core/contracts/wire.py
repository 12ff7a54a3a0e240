"""JSON for the values that cross a boundary: one encoder, one validating decoder."""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

import msgspec

JsonObject: TypeAlias = Mapping[str, Any]
"""An object of JSON: keys are text; values are text, numbers, truth values, null, lists and objects."""

T = TypeVar("T")

_HALF = re.compile("[\ud800-\udfff]")
_encoder = msgspec.json.Encoder(decimal_format="number", order=None)


def encode_json(value: object) -> bytes:
    """Encode a contract value (or anything JSON-like) as compact UTF-8 JSON.

    Halves of surrogate pairs, which models and documents made by programs may hold and UTF-8 has no bytes for, are
    replaced.

    Raises:
        TypeError: The value holds something JSON cannot carry.
    """
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return _encoder.encode(_replace_halves(msgspec.to_builtins(value)))


def format_json(value: object) -> str:
    """Encode like `encode_json`, laid out for reading."""
    return msgspec.json.format(encode_json(value), indent=2).decode()


def decode_json(kind: type[T], data: bytes | str) -> T:
    """Decode JSON text into a contract value, checking every field.

    Raises:
        ValueError: The text is no JSON, or does not describe a `kind`.
    """
    return msgspec.json.decode(data, type=kind)


def to_wire(value: object) -> Any:
    """Turn a contract value into plain dicts, lists, strings and numbers."""
    return msgspec.to_builtins(value)


def from_wire(kind: type[T], data: object) -> T:
    """Build a contract value from plain JSON data, checking every field.

    Raises:
        ValueError: The data does not describe a `kind`; the message names the path.
    """
    return msgspec.convert(data, type=kind)


def _replace_halves(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_replace_halves(key): _replace_halves(item) for key, item in value.items()}
    return [_replace_halves(item) for item in value] if isinstance(value, list | tuple) else value
