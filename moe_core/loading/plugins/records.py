"""What one plugin brings as JSON, and back: without its code, which is imported when a thing of it is used."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from moe_core.contracts.agent import Role
from moe_core.contracts.effect import Effect
from moe_core.contracts.errors import PluginError
from moe_core.contracts.persona import Persona
from moe_core.contracts.plugin import Entry, Kind, Later, PluginSource, Problem
from moe_core.contracts.wire import from_wire, to_wire
from moe_core.loading.plugins.intake import Intake, LoadedPlugin
from moe_core.loading.plugins.stamps import Stamp, is_same

_FAR = 1e11  # seconds: nobody's present
_FAULTY_SECONDS = 24 * 3600  # what is wrong may lie outside of the plugin's files, so it is tried again the next day

Load = Callable[[], LoadedPlugin]
Record = Mapping[str, Any]


def make_record(loaded: LoadedPlugin, stamps: Iterable[Stamp] | None, *, seconds: float | None) -> dict[str, Any]:
    """What was found of a plugin, with the files that decide it; without any it can't be known again.

    What is wrong with modelfiles is left out, for those are read each time.
    """
    return {
        "stamps": None if stamps is None else list(stamps),
        "entries": [_describe(entry) for entry in loaded.entries if isinstance(entry.kind, Kind)],
        "modelfiles": [str(folder) for folder in loaded.modelfiles],
        "problems": [to_wire(one) for one in loaded.info.problems if one.reason != "modelfile"],
        "output": loaded.info.output,
        "seconds": seconds,
        "at": time.time(),
    }


def is_valid(record: Record) -> bool:
    """Whether the plugin is what it was, and what was wrong with it was seen not long ago."""
    is_old = bool(record["problems"]) and not 0 <= time.time() - record["at"] < _FAULTY_SECONDS
    return not is_old and bool(record["stamps"]) and all(is_same(Stamp(*stamp)) for stamp in record["stamps"])


def find_expiry(records: Iterable[Record]) -> float:
    """When the first of them is no longer valid although its files are what they were, in seconds since 1970."""
    return min((record["at"] + _FAULTY_SECONDS for record in records if record["problems"]), default=_FAR)


def revive(record: Record, source: PluginSource, load: Load) -> LoadedPlugin:
    """The plugin as it was found; agents are read from their modelfiles, which are no code.

    Raises:
        KeyError, TypeError, ValueError: The record is damaged.
    """
    intake = Intake(source)
    load = cache(load)  # one import, however many things it brings and however often they are asked for
    for kept in record["entries"]:
        intake.take(_revive_entry(kept, source, load))
    for folder in record["modelfiles"]:
        intake.accept_modelfiles_below(Path(folder))
    for problem in record["problems"]:
        intake.note(from_wire(Problem, problem))
    intake.note_output(record["output"])
    return intake.finish(state="indexed", seconds=record["seconds"])


def _describe(entry: Entry[Any]) -> dict[str, Any]:
    return {
        "kind": str(entry.kind),
        "name": entry.name,
        "summary": entry.summary,
        "category": entry.category,
        "capabilities": entry.capabilities,
        "effects": [str(effect) for effect in entry.effects],
        "asks_first": entry.asks_first,
        "schema": entry.schema,
        "location": entry.source.location,
        "persona": to_wire(entry.value) if entry.kind is Kind.PERSONA else None,
    }


def _revive_entry(kept: Record, source: PluginSource, load: Load) -> Entry[Any]:
    kind, name = Kind(kept["kind"]), kept["name"]
    later = Later(partial(_load_one, load, kind, name, source))
    return Entry(
        kind=kind,
        name=name,
        offered=from_wire(Persona, kept["persona"]) if kind is Kind.PERSONA else later,
        source=replace(source, location=kept["location"]),
        summary=kept["summary"],
        category=kept["category"],
        capabilities=tuple(kept["capabilities"]),
        effects=tuple(Effect(effect) for effect in kept["effects"]),
        asks_first=kept["asks_first"],
        schema=kept["schema"],
    )


def _load_one(load: Load, kind: Kind | Role, name: str, source: PluginSource) -> Any:
    loaded = load()
    for entry in loaded.entries:
        if entry.kind is kind and entry.name == name:
            return entry.value
    first = next(iter(loaded.info.problems), None)
    raise PluginError(
        f"{source.plugin} {first.message if first else f'does not bring {name} any more'}",
        plugin=source.plugin,
        reason=first.reason if first else "import",
        hint=first.hint if first else "say the command once more",
    )
