"""Type expressions such as `int(0..10)`, `list[string]`, `"yes" | "no"` or `date? - when it ended`."""

import re
from collections.abc import Mapping
from typing import Any

from moe_core.loading.modelfile.lexer import suggest

Schema = dict[str, Any]

_FORMATS = {"date": "date", "datetime": "date-time", "time": "time", "uuid": "uuid", "email": "email", "uri": "uri"}
_ALIASES = {"str": "string", "text": "string", "int": "integer", "float": "number", "bool": "boolean"}
_ALIASES |= {"map": "object", "list": "array", "url": "uri"}
_PLAIN = ("string", "integer", "number", "boolean", "object", "array", "null")
TYPES: Mapping[str, Schema] = {
    **{name: {"type": name} for name in _PLAIN},
    **{name: {"type": "string", "format": form} for name, form in _FORMATS.items()},
    "any": {},
}
"""What each type's name means, aliases aside."""
_NAMES = (*TYPES, *_ALIASES)

_TOKEN = re.compile(
    r"""\s*(?:(?P<literal>"[^"]*"|'[^']*')|(?P<word>[A-Za-z_]\w*)|(?P<mark>\[\]|[\[\]|?])"""
    r"""|\((?P<range>[^()]*)\))"""
)
_WORDS_WITH_BARS = re.compile(r"\w+(?:\s*\|\s*\w+)+")
_INTEGER = re.compile(r"-?[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_LIMITS = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
}
_MAX_DEPTH = 32


class TypeExpressionError(ValueError):
    """Text that was meant as a type and is none.

    Attributes:
        hint: The remedy, or None.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def parse_type(text: str) -> Schema:
    """Turn a field's type, or its description in words, into JSON Schema.

    Several words that are no type describe a string; one word that is no type is an error.

    Raises:
        TypeExpressionError: The text looks like a type and is none.
    """
    expression, dash, description = text.partition(" - ")
    try:
        schema = _TypeReader(expression).parse()
    except TypeExpressionError:
        words = text.strip()
        if len(words.split()) < 2 or _WORDS_WITH_BARS.fullmatch(expression.strip()):
            raise
        return {"type": "string", "description": words}
    if dash and description.strip():
        return {**schema, "description": description.strip()}
    return schema


class _TypeReader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._offset = 0
        self._depth = 0

    def parse(self) -> Schema:
        if not self._text.strip():
            raise TypeExpressionError("the type is empty", "write a type, such as string")
        schema = self._union()
        if self._text[self._offset :].strip():
            raise self._no_type()
        return schema

    def _no_type(self) -> TypeExpressionError:
        return TypeExpressionError(f"{_short(self._text)!r} is no type", 'to describe a text: "string - what it says"')

    def _token(self, kind: str, text: str | None = None) -> str | None:
        """Consume the next token if it is of this kind, and return its text."""
        match = _TOKEN.match(self._text, self._offset)
        if not match or match[kind] is None or (text is not None and match[kind] != text):
            return None
        self._offset = match.end()
        return match[kind]

    def _union(self) -> Schema:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise TypeExpressionError("the type is nested too deep")
        literals: list[str] = []
        schemas: list[Schema] = []
        while True:
            literal = self._token("literal")
            if literal is not None:
                literals.append(literal[1:-1])
            else:
                schemas.extend(self._alternative())
            if self._token("mark", "|") is None:
                break
        self._depth -= 1
        if literals:
            schemas.insert(0, {"type": "string", "enum": list(dict.fromkeys(literals))})
        return join_schemas(schemas)

    def _alternative(self) -> list[Schema]:
        word = self._token("word")
        if word is None:
            raise self._no_type()
        name = word.lower()
        kind = _ALIASES.get(name, name)
        if kind not in TYPES:
            hint = suggest(word, _NAMES) or "types: " + ", ".join(TYPES)
            raise TypeExpressionError(f"unknown type {_short(word)!r}", hint)
        schema: Schema = dict(TYPES[kind])
        self._argument(name, schema)
        limits = self._token("range")
        if limits is not None:
            _limit(schema, name, limits)
        while self._token("mark", "[]") is not None:
            schema = {"type": "array", "items": schema}
        return [schema] if self._token("mark", "?") is None else [schema, {"type": "null"}]

    def _argument(self, name: str, schema: Schema) -> None:
        if self._token("mark", "[") is None:
            return
        if schema.get("type") not in ("array", "object"):
            raise TypeExpressionError(f"{name} holds no other type", f"an array of it: {name}[]")
        schema["items" if schema["type"] == "array" else "additionalProperties"] = self._union()
        if self._token("mark", "]") is None:
            raise TypeExpressionError(f"{_short(self._text)!r} lacks a closing ']'")


def join_schemas(schemas: list[Schema]) -> Schema:
    """One schema that allows what any of these allow."""
    unique = [schema for index, schema in enumerate(schemas) if schema not in schemas[:index]]
    if len(unique) == 1:
        return unique[0]
    if all(schema.keys() == {"type"} and isinstance(schema["type"], str) for schema in unique):
        return {"type": [schema["type"] for schema in unique]}
    return {"anyOf": unique}


def _limit(schema: Schema, name: str, text: str) -> None:
    kind = schema.get("type", "")
    if kind not in _LIMITS or "format" in schema:
        raise TypeExpressionError(f"{name} has no range", "ranges go with string, int, number, list and map")
    low, dots, high = text.partition("..")
    if not dots:
        low, high = "", low
    bounds = [_read_bound(end.strip(), kind) for end in (low, high) if end.strip()]
    if not bounds or None in bounds:
        hint = f"{name}(1..5), {name}(1..) or {name}(..5)"
        raise TypeExpressionError(f"{_short(text)!r} is no range for {name}", hint)
    if len(bounds) == 2 and float(bounds[0] or 0) > float(bounds[1] or 0):
        raise TypeExpressionError(f"the range of {name} ends before it starts", f"{name}({bounds[1]}..{bounds[0]})")
    keys = _LIMITS[kind] if len(bounds) == 2 else _LIMITS[kind][:1] if low.strip() else _LIMITS[kind][1:]
    schema.update(zip(keys, bounds, strict=True))


def _read_bound(digits: str, kind: str) -> int | float | None:
    if kind == "number" and _NUMBER.fullmatch(digits):
        return float(digits) if "." in digits else int(digits)
    if not _INTEGER.fullmatch(digits) or (digits.startswith("-") and kind != "integer"):
        return None
    return int(digits)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
