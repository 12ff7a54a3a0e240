"""Tests compiled from plain schemas: as strict as the whole draft, and at a fraction of its cost."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from moe_core.contracts.wire import JsonObject
from moe_core.schemas.references import find_target

Check: TypeAlias = Callable[[Any], bool]

_SAYS_NOTHING = frozenset("$comment $defs $schema default definitions deprecated description examples title".split())
_NUMBERS = {
    "minimum": lambda limit: lambda value: not _is_number(value) or value >= limit,
    "maximum": lambda limit: lambda value: not _is_number(value) or value <= limit,
    "exclusiveMinimum": lambda limit: lambda value: not _is_number(value) or value > limit,
    "exclusiveMaximum": lambda limit: lambda value: not _is_number(value) or value < limit,
}
_SIZES = {
    "minLength": lambda limit: lambda value: not isinstance(value, str) or len(value) >= limit,
    "maxLength": lambda limit: lambda value: not isinstance(value, str) or len(value) <= limit,
    "minItems": lambda limit: lambda value: not isinstance(value, list) or len(value) >= limit,
    "maxItems": lambda limit: lambda value: not isinstance(value, list) or len(value) <= limit,
}
_LIMITS: Mapping[str, Callable[[Any], Check]] = {**_NUMBERS, **_SIZES}
_OBJECT = ("properties", "required", "additionalProperties")
# What the tests of other keywords hold as they go, where a schema has one of them.
_HELD_BY = {"object": frozenset(_OBJECT), "array": frozenset(("items",))}


class _NotPlainError(Exception):
    """A keyword that no test is compiled for."""


def compile_check(schema: JsonObject, root: JsonObject) -> Check | None:
    """A test that is true for the values that match the schema, and for no others.

    Args:
        schema: Known to be sound.
        root: Where its references lead into.

    Returns:
        None for a schema with keywords beyond the plainest ones. The test may meet a RecursionError where the schema
        refers to itself.
    """
    try:
        return _Compiler(root).compile(schema)
    except _NotPlainError:
        return None


class _Compiler:
    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self._by_reference: dict[str, Check] = {}

    def compile(self, schema: Any) -> Check:
        if isinstance(schema, bool):
            return lambda value: schema
        return _join_all(tuple(self._list_checks(schema)))

    def _list_checks(self, schema: Mapping[str, Any]) -> Iterator[Check]:
        for keyword, content in schema.items():
            if keyword in _LIMITS:
                yield _LIMITS[keyword](content)
            elif keyword == "type":
                names = [content] if isinstance(content, str) else content
                if len(names) > 1 or _HELD_BY.get(names[0], frozenset()).isdisjoint(schema):
                    yield _compile_types(names)
            elif keyword in ("enum", "const"):
                yield _compile_values(content if keyword == "enum" else [content])
            elif keyword == "pattern":
                yield _compile_pattern(content)
            elif keyword == "items":
                yield self._compile_items(content, is_list=_is_only(schema, "array"))
            elif keyword in ("anyOf", "allOf"):
                parts = [self.compile(part) for part in content]
                yield _join_any(parts) if keyword == "anyOf" else _join_all(parts)
            elif keyword == "$ref":
                yield self._compile_target(content)
            elif keyword not in _SAYS_NOTHING and keyword not in _OBJECT:
                raise _NotPlainError
        if any(keyword in schema for keyword in _OBJECT):
            yield self._compile_object(schema)

    def _compile_target(self, reference: str) -> Check:
        known = self._by_reference
        if reference not in known:
            known[reference] = lambda value: known[reference](value)  # for a schema that refers to itself
            known[reference] = self.compile(find_target(reference, self._root))
        return known[reference]

    def _compile_items(self, schema: Any, *, is_list: bool) -> Check:
        check = self.compile(schema)
        if is_list:
            return lambda value: isinstance(value, list) and all(map(check, value))
        return lambda value: not isinstance(value, list) or all(map(check, value))

    def _compile_object(self, schema: Mapping[str, Any]) -> Check:
        checks = {name: self.compile(part) for name, part in schema.get("properties", {}).items()}
        required = frozenset(schema.get("required", ()))
        is_other_fine = not _is_only(schema, "object")
        other = self.compile(schema.get("additionalProperties", True))

        def fits(value: Any) -> bool:
            if not isinstance(value, dict):
                return is_other_fine
            if not required <= value.keys():
                return False
            for name, item in value.items():  # noqa: SIM110 - a generator takes twice as long
                if not checks.get(name, other)(item):
                    return False
            return True

        return fits


def _is_only(schema: Mapping[str, Any], kind: str) -> bool:
    return schema.get("type") in (kind, [kind])


def _join_all(checks: Sequence[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]
    if len(checks) == 2:
        first, second = checks
        return lambda value: first(value) and second(value)

    def fits(value: Any) -> bool:
        for check in checks:  # noqa: SIM110 - a generator takes twice as long
            if not check(value):
                return False
        return True

    return fits


def _join_any(checks: Sequence[Check]) -> Check:
    return lambda value: any(check(value) for check in checks)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: Mapping[str, Check] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: _is_number(value) and (isinstance(value, int) or value.is_integer()),
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def _compile_types(names: Sequence[str]) -> Check:
    return _TYPES[names[0]] if len(names) == 1 else _join_any([_TYPES[name] for name in names])


def _compile_values(values: Sequence[Any]) -> Check:
    """One of these; 1 and true are different, 1 and 1.0 are not."""
    if not all(value is None or isinstance(value, str | int | float) for value in values):
        raise _NotPlainError
    allowed = frozenset((isinstance(value, bool), value) for value in values)
    return lambda value: (
        (value is None or isinstance(value, str | int | float)) and (isinstance(value, bool), value) in allowed
    )


def _compile_pattern(pattern: str) -> Check:
    search = re.compile(pattern).search
    return lambda value: not isinstance(value, str) or search(value) is not None
