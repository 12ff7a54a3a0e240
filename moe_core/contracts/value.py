"""Values that are made in every call: a struct's cost, a dataclass's manners."""

from dataclasses import MISSING, Field, field, make_dataclass
from functools import lru_cache, partial
from pkgutil import resolve_name
from typing import Any, ClassVar

import msgspec


class _FieldsOfStruct:
    """The fields of whichever struct they are asked of, as those of a dataclass."""

    def __get__(self, value: object, owner: type[msgspec.Struct]) -> dict[str, Field[Any]]:
        return _describe(owner)


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A value that never changes; `dataclasses.replace`, `fields` and `asdict` take it as one of their own.

    To make a frozen dataclass of six fields takes eight times as long, and a run makes some hundred of these.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]] = _FieldsOfStruct()  # type: ignore[assignment]

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> Any:
        """How a pydantic model takes one as a field: a value, or its fields, which msgspec checks."""
        made_by = resolve_name("pydantic_core:core_schema")
        return made_by.no_info_plain_validator_function(
            partial(msgspec.convert, type=cls),
            serialization=made_by.plain_serializer_function_ser_schema(msgspec.to_builtins),
        )


@lru_cache(None)  # few: classes
def _describe(kind: type[msgspec.Struct]) -> dict[str, Field[Any]]:
    known = [(one.name, one.type, _describe_default(one)) for one in msgspec.structs.fields(kind)]
    fields: dict[str, Field[Any]] = vars(make_dataclass(kind.__name__, known, kw_only=True))["__dataclass_fields__"]
    return fields


def _describe_default(one: msgspec.structs.FieldInfo) -> Any:
    if one.default_factory is not msgspec.NODEFAULT:
        return field(default_factory=one.default_factory)
    return field(default=MISSING if one.default is msgspec.NODEFAULT else one.default)
