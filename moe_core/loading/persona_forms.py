"""The two forms in which a persona is written as JSON: the stored one, whole and strict, and a short one."""

import math
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from moe_core.contracts.errors import LoadingError
from moe_core.contracts.persona import MAIN_TRAITS, Persona, Tier, Traits
from moe_core.contracts.wire import JsonObject, decode_json, to_wire
from moe_core.schemas.validator import SchemaValidator, get_validator

SCHEMA_PATH = Path(__file__).parents[1] / "schemas" / "persona.json"

_OWN_METADATA = ("description", "traversal", "tier")
_STORED_ONLY = ("persona_id", "historical_performance", "metadata")
_ALIKE = 0.75  # of keys: "expertize", "describtion"
_TRAITS_ALIKE = 0.8  # of traits, whose names are free: "dept" is depth, "precise" is not precision


class PersonaError(LoadingError):
    """What is written is no persona.

    Attributes:
        who: "persona ann", or "a persona" where the name is wrong too.
        faults: Everything that is wrong, each with its place.
    """

    code = "persona"
    exit_code = 2

    def __init__(self, who: str, faults: tuple[str, ...], *, hint: str) -> None:
        super().__init__(f"{who}: {'; '.join(faults)}", hint=hint)
        self.who = who
        self.faults = faults


def load_schema() -> dict[str, Any]:
    """The JSON Schema of the stored form."""
    return decode_json(dict[str, Any], SCHEMA_PATH.read_bytes())


def read_persona(data: object) -> Persona:
    """The persona of a plain JSON value in either form.

    Args:
        data: With any of `persona_id`, `historical_performance` and `metadata` it has to be the stored form; else it is
            the short one, in which `name` is enough, and keys that a persona does not have count as metadata.

    Raises:
        PersonaError: All that is wrong with it.
    """
    is_stored = isinstance(data, Mapping) and any(key in data for key in _STORED_ONLY)
    faults = tuple(map(_word_name, _get_validator(is_stored).find_errors(data, most=None)))
    slips = () if is_stored or not isinstance(data, Mapping) else _find_slips(data)
    faults += tuple(fault for fault, _ in slips)
    if isinstance(data, Mapping) and _is_endless(data.get("activation_cost")):
        faults += ("at $.activation_cost: a cost is a finite number",)
    if faults or not isinstance(data, Mapping):
        raise PersonaError(_name(data), faults, hint=slips[0][1] if slips else _find_remedy(faults, is_stored))
    return _make_persona(data if is_stored else _complete(data))


def write_persona(persona: Persona) -> JsonObject:
    """The stored form of a persona; its tier goes into the metadata."""
    return {
        "persona_id": persona.name,
        "traits": persona.traits.as_mapping(),
        "expertise": list(persona.expertise),
        "activation_cost": persona.activation_cost,
        "historical_performance": to_wire(persona.historical_performance),
        "metadata": {
            **to_wire(persona.metadata),
            "description": persona.description,
            "traversal": persona.traversal,
            "tier": str(persona.tier),
        },
    }


@cache
def _get_validator(is_stored: bool) -> SchemaValidator:
    return get_validator(_stored_schema() if is_stored else _short_schema())


@cache
def _stored_schema() -> dict[str, Any]:
    return load_schema()


@cache
def _short_schema() -> dict[str, Any]:
    """What the short form must hold to, by the same rules: one level instead of two, and a name is enough."""
    stored = _stored_schema()["properties"]
    metadata = stored["metadata"]["properties"]
    shared = {key: stored[key] for key in ("traits", "expertise", "activation_cost")}
    own = {key: metadata[key] for key in _OWN_METADATA}
    properties = {"name": stored["persona_id"], **shared, **own, "meta": {"type": "object"}}
    return {"type": "object", "required": ["name"], "properties": properties}


def _complete(short: Mapping[str, Any]) -> dict[str, Any]:
    """The stored form of what is written in the short one."""
    known = _short_schema()["properties"]
    extra = {key: value for key, value in short.items() if key not in known}
    own = {key: short[key] for key in _OWN_METADATA if key in short}
    return {
        "persona_id": short["name"],
        "traits": short.get("traits", {}),
        "expertise": short.get("expertise", []),
        "activation_cost": short.get("activation_cost", 0.3),
        "historical_performance": {},
        "metadata": {**extra, **short.get("meta", {}), **own},
    }


def _make_persona(stored: Mapping[str, Any]) -> Persona:
    traits = {name: int(value) for name, value in stored["traits"].items()}
    metadata = stored["metadata"]
    return Persona(
        name=stored["persona_id"],
        description=metadata.get("description", ""),
        traits=Traits(
            **{name: traits.pop(name) for name in MAIN_TRAITS if name in traits},
            further=traits,
        ),
        expertise=tuple(stored["expertise"]),
        activation_cost=float(stored["activation_cost"]),
        traversal=metadata.get("traversal", ""),
        tier=Tier(metadata.get("tier", Tier.EXPERIMENTAL)),
        historical_performance=stored["historical_performance"],
        metadata={key: value for key, value in metadata.items() if key not in _OWN_METADATA},
    )


def _find_slips(short: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Names that look misspelt, each as a fault and its remedy."""
    known = list(_short_schema()["properties"])
    traits = short.get("traits")
    written = [(str(key), f"$.{key}", known, _ALIKE, "key") for key in short]
    if isinstance(traits, Mapping):
        written += [(str(key), f"$.traits.{key}", list(MAIN_TRAITS), _TRAITS_ALIKE, "trait") for key in traits]
    found = []
    for key, place, names, alike, what in written:
        near = [] if key in names else get_close_matches(key, names, n=1, cutoff=alike)
        if near:
            remedy = f"did you mean {near[0]!r}? What is meant as a remark goes into meta"
            found.append((f"at {place}: the unknown {what} {key!r}", remedy))
    return tuple(found)


def _word_name(fault: str) -> str:
    """The only pattern there is, in words."""
    what, pattern, _ = fault.partition(" does not match the pattern ")
    return f"{what} is no name: a letter, then letters, digits, '_', '.' or '-'" if pattern else fault


def _find_remedy(faults: tuple[str, ...], is_stored: bool) -> str:
    if any("$.traits" in fault for fault in faults):
        return f"traits are whole numbers from 1 to 9: {', '.join(MAIN_TRAITS)}, and any others"
    names = _stored_schema()["required"] if is_stored else _short_schema()["properties"]
    return f"a persona has {', '.join(names)}"


def _is_endless(cost: object) -> bool:
    return isinstance(cost, float) and not math.isfinite(cost)


def _name(data: object) -> str:
    name = (data.get("persona_id") or data.get("name")) if isinstance(data, Mapping) else None
    return f"persona {name}" if isinstance(name, str) and name else "a persona"
