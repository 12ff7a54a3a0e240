"""What config/system.yaml sets of retrievers, traversals and scorers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from pkgutil import resolve_name
from typing import Any

from moe_core.contracts.errors import ConfigError
from moe_core.contracts.plugin import SETTINGS_KEYS, Entry, Kind, Later, Problem
from moe_core.loading.settings import RoutingSettings

SYSTEM_CONFIG = "config/system.yaml"


def apply_part_settings(
    entries: Iterable[Entry[Any]], system: RoutingSettings
) -> tuple[list[Entry[Any]], list[Problem]]:
    """The entries with their settings, and what is wrong with those.

    An entry whose settings do not fit stays, and says so when it is loaded: its usual values are not what was asked.
    """
    entries = list(entries)
    problems: list[Problem] = []
    for kind, field in SETTINGS_KEYS.items():
        settings: Mapping[str, Mapping[str, Any]] = getattr(system, field)
        for name, values in settings.items():
            meant = [entry for entry in entries if entry.kind is kind and name in (entry.name, entry.full_id)]
            error = _find_fault(meant[0], field, name, values) if meant else _name_unknown(entries, kind, field, name)
            if error is not None:
                problems.append(_make_problem(f"{field}.{name}", error))
            changed = {id(entry): _set(entry, values, error) for entry in meant}
            entries = [changed.get(id(entry), entry) for entry in entries]
    return entries, problems


def _set(entry: Entry[Any], values: Mapping[str, Any], error: ConfigError | None) -> Entry[Any]:
    return replace(entry, settings=values, offered=Later(partial(_load, entry, values, error)))


def _load(entry: Entry[Any], values: Mapping[str, Any], error: ConfigError | None) -> Any:
    if error is not None:
        raise error
    try:
        return resolve_name("moe_core.schemas.constructor:set_up")(entry.load(), values)
    except ValueError as wrong:  # what a schema cannot say, such as a check that the type makes
        where = f"{SETTINGS_KEYS[Kind(entry.kind)]}.{entry.name}"
        raise ConfigError(
            f"{SYSTEM_CONFIG}: {where}.{wrong}", source=SYSTEM_CONFIG, key=f"system.{where}", hint=_hint_for(entry)
        ) from wrong


def _find_fault(entry: Entry[Any], field: str, name: str, values: Mapping[str, Any]) -> ConfigError | None:
    known = list(entry.schema.get("properties", {}))
    where = f"{field}.{name}"
    for key in values:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else _hint_for(entry)
            message = f"{SYSTEM_CONFIG}: {where} has no setting {key!r}"
            return ConfigError(message, source=SYSTEM_CONFIG, key=f"system.{where}.{key}", hint=hint)
    wrong = resolve_name("moe_core.schemas.validator:get_validator")(entry.schema).find_first(dict(values))
    if wrong is None:
        return None
    message = f"{SYSTEM_CONFIG}: {where}{wrong.removeprefix('$')}"
    return ConfigError(message, source=SYSTEM_CONFIG, key=f"system.{where}", hint=_hint_for(entry))


def _hint_for(entry: Entry[Any]) -> str:
    known = ", ".join(entry.schema.get("properties", {}))
    return f"there is: {known}" if known else f"the {entry.kind} {entry.name} has nothing to set"


def _name_unknown(entries: Iterable[Entry[Any]], kind: Kind, field: str, name: str) -> ConfigError:
    known = sorted({entry.name for entry in entries if entry.kind is kind})
    near = get_close_matches(name, known, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(known)}"
    message = f"{SYSTEM_CONFIG}: there is no {kind} {name} to set"
    return ConfigError(message, source=SYSTEM_CONFIG, key=f"system.{field}.{name}", hint=hint)


def _make_problem(where: str, error: ConfigError) -> Problem:
    return Problem(
        plugin=f"{SYSTEM_CONFIG}: {where}",
        reason="config",
        message=error.message.removeprefix(f"{SYSTEM_CONFIG}: "),
        hint=error.hint or "",
        location=SYSTEM_CONFIG,
    )
