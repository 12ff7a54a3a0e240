"""What is wrong with a value, in sentences that its writer can act on."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError

from moe_core.contracts.errors import ConfigError
from moe_core.contracts.wire import encode_json
from moe_core.schemas.references import find_lost_reference

_VALUE_MAX = 60
_SENTENCE_MAX = 240
# What tells forms apart: a value that breaks one of these was not meant to have that form.
_TELLING = ("type", "enum", "const")
_HINT = "a response format is one JSON Schema (draft 2020-12) that refers only to itself"


class DraftValidator:
    """Holds values against every keyword of a schema, and says what is wrong with those that do not fit.

    Importing this module takes longer than most runs need for everything else; `moe_core.schemas.validator` does so
    when a value does not fit, or a schema is not plain.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        """Check the schema.

        Raises:
            ConfigError: It is no JSON Schema, or refers to what is not in it.
        """
        try:
            Draft202012Validator.check_schema(schema)
            lost = find_lost_reference(schema, schema)
        except SchemaError as error:
            told = f"the schema is broken at {error.json_path}: {_clip(error.message)}"
            raise ConfigError(told, hint=_HINT) from None
        except RecursionError:
            raise ConfigError("the schema is nested too deep", hint=_HINT) from None
        if lost is not None:
            raise ConfigError(f"the schema refers to {lost!r}, which is not in it", hint=_HINT)
        self._validator = Draft202012Validator(schema)

    def is_valid(self, value: object, part: object) -> bool:
        """Whether a value fits a part of the schema.

        Raises:
            ConfigError: The schema refers to itself without end, or cannot be applied for another reason.
        """
        return self.count_errors(value, part, 1) == 0

    def count_errors(self, value: object, part: object, most: int) -> int:
        """How many things are wrong with a value by a part of the schema, counted up to `most`.

        Raises:
            ConfigError: As for `is_valid`.
        """
        with _applying():
            return sum(1 for _ in islice(self._validator.evolve(schema=part).iter_errors(value), most))

    def find_first(self, value: object, part: object) -> str | None:
        """The first thing that is wrong, as "$.place: what", or None.

        Raises:
            ConfigError: As for `is_valid`.
        """
        with _applying():
            error = next(self._validator.evolve(schema=part).iter_errors(value), None)
        return None if error is None else f"{error.json_path}: {error.message}"

    def find_errors(self, value: object, part: object, most: int | None) -> tuple[str, ...]:
        """Everything that is wrong, in the order of the places: the first `most` with the number of the others, or all.

        Raises:
            ConfigError: As for `is_valid`.
        """
        with _applying():
            found = sorted(self._validator.evolve(schema=part).iter_errors(value), key=_find_place)
        told = list(dict.fromkeys(sentence for error in found for sentence in _word(error)))
        more = 0 if most is None else len(told) - most
        return (*told[:most], *([f"and {more} more"] if more > 0 else []))


@contextmanager
def _applying() -> Iterator[None]:
    try:
        yield
    except RecursionError:
        raise ConfigError("the schema refers to itself without end", hint=_HINT) from None
    except (ValueError, LookupError, re.error) as error:
        raise ConfigError(f"the schema cannot be applied: {_clip(str(error))}", hint=_HINT) from error


def _find_place(error: ValidationError) -> tuple[tuple[int, int, str], ...]:
    return tuple((0, part, "") if isinstance(part, int) else (1, 0, str(part)) for part in error.absolute_path)


def _word(error: ValidationError) -> Iterator[str]:
    """What is wrong; of several forms that the value may have, by the one it was meant to have."""
    branch = _find_meant_branch(error)
    if branch:
        for part in branch:
            yield from _word(part)
    else:
        yield f"at {error.json_path}: {_clip(_describe(error))}"


def _find_meant_branch(error: ValidationError) -> list[ValidationError]:
    branches: dict[object, list[ValidationError]] = {}
    for part in error.context or ():
        branches.setdefault(part.relative_schema_path[0], []).append(part)
    meant = [
        parts
        for parts in branches.values()
        if not any(part.validator in _TELLING and not part.relative_path for part in parts)
    ]
    return min(meant, key=len, default=[])


def _describe(error: ValidationError) -> str:
    wanted: Any = error.validator_value
    instance: Any = error.instance
    shown = _show(instance)
    match error.validator:
        case "type":
            return f"{shown} is not of type {_join(wanted if isinstance(wanted, list) else [wanted])}"
        case "enum":
            return f"{shown} is none of {_join(wanted)}"
        case "const":
            return f"{shown} is not {_show(wanted)}"
        case "anyOf" | "oneOf" if error.context:
            return f"{shown} fits none of the forms allowed here"
        case "minLength" | "maxLength":
            amount = "at least" if error.validator == "minLength" else "at most"
            return f"{len(instance)} characters, must be {amount} {wanted}"
        case "minItems" | "maxItems":
            amount = "at least" if error.validator == "minItems" else "at most"
            return f"{len(instance)} items, must be {amount} {wanted}"
        case "pattern":
            return f"{shown} does not match the pattern {wanted}"
        case "uniqueItems":
            return "the same item stands there twice"
    if error.validator in ("required", "additionalProperties"):
        return str(error.message)  # names the property, not the value
    return str(error.message).replace(repr(instance), shown)


def _join(values: Iterable[object]) -> str:
    return ", ".join(f"'{value}'" if isinstance(value, str) else _show(value) for value in values)


def _show(value: object) -> str:
    """The value as the JSON its writer knows, shortened."""
    try:
        return _clip(encode_json(value).decode(), _VALUE_MAX)
    except (TypeError, ValueError, RecursionError):
        return f"this {type(value).__name__}"


def _clip(text: str, size: int = _SENTENCE_MAX) -> str:
    return text if len(text) <= size else f"{text[: size - 1]}…"
