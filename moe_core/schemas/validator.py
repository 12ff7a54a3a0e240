"""Holding values against a schema: at once where it is plain, by the whole draft where it is not."""

from functools import cached_property, lru_cache
from pkgutil import resolve_name
from typing import Any

from moe_core.contracts.errors import ConfigError
from moe_core.contracts.wire import JsonObject, decode_json, encode_json
from moe_core.schemas.grammar import check_schema
from moe_core.schemas.plain_json import MisfitError
from moe_core.schemas.quick import compile_check
from moe_core.schemas.references import find_lost_reference

ERRORS_MAX = 8
_DRAFT = "moe_core.schemas.draft:DraftValidator"  # by name: it is needed for few values, and long to import


class SchemaValidator:
    """Holds values against one schema, or a part of it; made once by `get_validator`.

    Nothing is ever fetched: references lead into the schema itself.
    """

    def __init__(self, part: Any, root: dict[str, Any]) -> None:
        """Check the schema.

        Args:
            part: What values are held against; the root itself for the whole.
            root: The whole schema.

        Raises:
            ConfigError: The whole is no JSON Schema, or refers to what is not in it.
        """
        self._part = part
        self._root = root
        self._fits = None
        try:
            check_schema(root)
        except MisfitError:
            _ = self._draft  # the draft allows more, and says what is wrong
            return
        lost = None if part is root else find_lost_reference(part, root)
        if lost is not None:
            raise ConfigError(f"the schema refers to {lost!r}, which is not in it")
        self._fits = compile_check(part, root)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {encode_json(self._part)[:60].decode(errors='replace')}>"

    def is_valid(self, value: object) -> bool:
        """Whether nothing is wrong.

        Raises:
            ConfigError: The schema refers to itself without end, or cannot be applied for another reason.
        """
        if self._fits is None:
            return bool(self._draft.is_valid(value, self._part))
        try:
            return self._fits(value)
        except RecursionError:
            raise ConfigError("the schema refers to itself without end") from None

    def count_errors(self, value: object, most: int) -> int:
        """How many things are wrong, counted up to `most`.

        Raises:
            ConfigError: As for `is_valid`.
        """
        return 0 if self._is_surely_valid(value) else int(self._draft.count_errors(value, self._part, most))

    def find_first(self, value: object) -> str | None:
        """The first thing that is wrong, as "$.place: what", or None.

        Raises:
            ConfigError: As for `is_valid`.
        """
        if self._is_surely_valid(value):
            return None
        found: str | None = self._draft.find_first(value, self._part)
        return found

    def find_errors(self, value: object, *, most: int | None = ERRORS_MAX) -> tuple[str, ...]:
        """Everything that is wrong, as sentences that the value's writer can act on.

        Args:
            value: What is held against the schema.
            most: Sentences, with the number of the others behind them; None for all.

        Raises:
            ConfigError: As for `is_valid`.
        """
        if self._is_surely_valid(value):
            return ()
        found: tuple[str, ...] = self._draft.find_errors(value, self._part, most)
        return found

    def _is_surely_valid(self, value: object) -> bool:
        return self._fits is not None and self.is_valid(value)

    @cached_property
    def _draft(self) -> Any:
        return _make_draft(encode_json(self._root))


def get_validator(schema: JsonObject, root: JsonObject | None = None) -> SchemaValidator:
    """The schema's validator, made when it is first asked for.

    Args:
        schema: What values are held against.
        root: The whole that it is a part of, where its references lead into.

    Raises:
        ConfigError: The whole is no JSON Schema, or refers to what is not in it.
    """
    return _make_validator(encode_json(schema), None if root is None or root is schema else encode_json(root))


@lru_cache(1024)
def _make_validator(schema: bytes, root: bytes | None) -> SchemaValidator:
    part = decode_json(dict[str, Any], schema)
    return SchemaValidator(part, part if root is None else decode_json(dict[str, Any], root))


@lru_cache(128)
def _make_draft(schema: bytes) -> Any:
    return resolve_name(_DRAFT)(decode_json(dict[str, Any], schema))
