"""Whether a class has settings of its own, pydantic imported for those only that have."""

import inspect
from pkgutil import resolve_name

from moe_core.contracts.wire import JsonObject

_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


class SettingsShapeError(Exception):
    """The constructor gives no settings; the message says why, in one line that begins with `__init__`."""


def list_settings(cls: type) -> list[inspect.Parameter]:
    """What the constructor takes by name.

    Raises:
        SettingsShapeError: Its signature cannot be read.
    """
    try:
        parameters = inspect.signature(cls, eval_str=True).parameters.values()
    except (NameError, SyntaxError, AttributeError) as error:  # what an annotation in quotes may say
        raise SettingsShapeError(f"__init__ is annotated with what its module does not know: {error}") from error
    except (TypeError, ValueError):  # no signature to read, such as that of a class written in C: no settings
        return []
    return [one for one in parameters if one.kind in _NAMED]


def get_settings_schema(cls: type) -> JsonObject:
    """JSON Schema of a class's settings, which are what its constructor takes; {} when it takes nothing.

    Raises:
        SettingsShapeError: The signature cannot be read, or gives no schema.
    """
    if not list_settings(cls):
        return {}
    schema: JsonObject = resolve_name("moe_core.schemas.constructor:build_schema_of")(cls)
    return schema
