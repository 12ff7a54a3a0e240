"""Reading personas from JSON: one object, or a list of them."""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from moe_core.contracts.errors import PluginError
from moe_core.contracts.persona import Persona, Tier, Traits
from moe_core.files.regular import read_regular

MAX_BYTES = 16 << 20  # thousands of personas

_Trait = Annotated[int, Field(ge=1, le=9, strict=True)]


class _TraitsEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    breadth: _Trait = 5
    depth: _Trait = 5
    curiosity: _Trait = 5
    precision: _Trait = 5
    scepticism: _Trait = 5


class _PersonaEntry(BaseModel):
    model_config = ConfigDict(extra="allow")

    name: str = Field(min_length=1)
    description: str = ""
    traits: _TraitsEntry = Field(default_factory=_TraitsEntry)
    expertise: tuple[str, ...] = ()
    activation_cost: float = Field(0.3, ge=0, le=1)
    traversal: str = ""
    tier: Tier = Tier.EXPERIMENTAL
    meta: dict[str, Any] = Field(default_factory=dict)


def load_personas(path: Path, *, plugin: str) -> list[object]:
    """The personas of a file as plain JSON values, not yet checked; one object stands for a list of one.

    Raises:
        PluginError: The file holds no JSON text, or neither an object nor a list.
        OSError: It cannot be read, is no regular file, or is larger than 16 MB.
        UnicodeDecodeError: It is not UTF-8.
    """
    try:
        data = json.loads(read_regular(path, max_bytes=MAX_BYTES).decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        message = f"is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise PluginError(message, plugin=plugin, reason="json", hint="mend it there") from error
    if not isinstance(data, dict | list):
        hint = 'write {"name": ..., "traits": {...}} or a list of such objects'
        raise PluginError("holds neither a persona nor a list of them", plugin=plugin, reason="json", hint=hint)
    return data if isinstance(data, list) else [data]


def parse_persona(data: object, *, plugin: str) -> Persona:
    """One persona. Keys that a persona does not have go into its `meta`, unless they look like slips.

    Raises:
        PluginError: A field is missing, of the wrong type or out of range, or a key looks misspelt.
    """
    try:
        entry = _PersonaEntry.model_validate(data)
    except ValidationError as error:
        raise PluginError(_describe(error, data), plugin=plugin, reason="persona", hint=_remedy(error)) from error
    extra = entry.model_extra or {}
    for key in extra:
        near = get_close_matches(key, _PersonaEntry.model_fields, n=1, cutoff=0.75)
        if near:
            message = f"persona {entry.name} has the unknown key {key!r}"
            hint = f"did you mean {near[0]!r}? What is meant as a remark goes into meta"
            raise PluginError(message, plugin=plugin, reason="persona", hint=hint)
    return Persona(
        name=entry.name,
        description=entry.description,
        traits=Traits(**entry.traits.model_dump()),
        expertise=entry.expertise,
        activation_cost=entry.activation_cost,
        traversal=entry.traversal,
        tier=entry.tier,
        meta={**extra, **entry.meta},
    )


def _describe(error: ValidationError, data: object) -> str:
    name = data.get("name") if isinstance(data, Mapping) else None
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    what = f"persona {name}" if isinstance(name, str) and name else "a persona"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{what}: {where + ': ' if where else ''}{first['msg'][:1].lower()}{first['msg'][1:]}{more}"


def _remedy(error: ValidationError) -> str:
    location = error.errors()[0]["loc"]
    if location[:1] == ("traits",):
        near = get_close_matches(str(location[-1]), _TraitsEntry.model_fields, n=1)
        if near and near[0] != location[-1]:
            return f"did you mean {near[0]!r}?"
        return f"traits are {', '.join(_TraitsEntry.model_fields)}, whole numbers from 1 to 9"
    return f"a persona has {', '.join(_PersonaEntry.model_fields)}"
