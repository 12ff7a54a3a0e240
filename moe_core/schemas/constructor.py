"""The settings of a retriever, traversal or scorer: what its constructor takes, by name."""

import inspect
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from moe_core.contracts.wire import JsonObject
from moe_core.schemas.own_settings import SettingsShapeError, list_settings
from moe_core.schemas.signature_fields import make_field, read_descriptions

T = TypeVar("T")


def build_schema_of(cls: type) -> JsonObject:
    """JSON Schema of what the constructor takes.

    Raises:
        SettingsShapeError: Its signature gives no schema.
    """
    try:
        return _build_model(cls).model_json_schema()
    except SettingsShapeError:
        raise
    except Exception as error:
        raise SettingsShapeError(f"__init__ takes what gives no JSON schema: {type(error).__name__}") from error


def set_up(cls: type[T], settings: Mapping[str, Any]) -> type[T]:
    """The class, with settings in place of its constructor's usual values.

    Raises:
        ValueError: A setting is unknown or does not fit; the message names it.
    """
    plain: Any = cls
    names = [one.name for one in list_settings(cls)]
    try:
        checked = _build_model(plain).model_validate(dict(settings))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg'].lower()}") from error
    given = {name: getattr(checked, name) for name in names if name in settings}

    def make(self: Any, **others: Any) -> None:
        plain.__init__(self, **{**given, **others})

    return type(cls.__name__, (cls,), {"__init__": make, "__module__": cls.__module__, "__doc__": cls.__doc__})


@lru_cache(maxsize=64)  # bounded: a class that was loaded anew leaves its old one here
def _build_model(cls: Any) -> type[BaseModel]:
    words = read_descriptions(inspect.getdoc(cls.__init__) or "") | read_descriptions(inspect.getdoc(cls) or "")
    fields: dict[str, Any] = {one.name: make_field(one, words.get(one.name)) for one in list_settings(cls)}
    config = ConfigDict(extra="forbid", protected_namespaces=(), arbitrary_types_allowed=False)
    return create_model(f"{cls.__name__}Settings", __config__=config, **fields)
