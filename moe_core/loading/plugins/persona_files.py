"""Reading personas from JSON: one object, or a list of them."""

import json
from pathlib import Path

from moe_core.contracts.errors import PluginError
from moe_core.contracts.persona import Persona
from moe_core.files.regular import read_regular
from moe_core.loading.persona_forms import PersonaError, read_persona

MAX_BYTES = 16 << 20  # thousands of personas
_FORM = 'write {"name": ..., "traits": {...}} or a list of such objects'


def load_personas(path: Path, *, plugin: str) -> list[object]:
    """The personas of a file as plain JSON values, not yet checked; one object stands for a list of one.

    Raises:
        PluginError: The file holds no JSON text, or neither an object nor a list; says which, without the file's name.
        OSError: It cannot be read, is no regular file, or is larger than 16 MB.
        UnicodeDecodeError: It is not UTF-8.
    """
    try:
        data = json.loads(read_regular(path, max_bytes=MAX_BYTES).decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        message = f"is no JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise PluginError(message, plugin=plugin, reason="json", hint="mend it there") from error
    except RecursionError:
        raise PluginError("is nested too deep", plugin=plugin, reason="json", hint=_FORM) from None
    if not isinstance(data, dict | list):
        raise PluginError("holds neither a persona nor a list of them", plugin=plugin, reason="json", hint=_FORM)
    return data if isinstance(data, list) else [data]


def parse_persona(data: object, *, plugin: str) -> Persona:
    """One persona, in the stored form or the short one.

    Raises:
        PluginError: Fields are missing, of the wrong type or out of range, or keys look misspelt; all are told.
    """
    try:
        return read_persona(data)
    except PersonaError as error:
        raise PluginError(error.message, plugin=plugin, reason="persona", hint=error.hint) from error
