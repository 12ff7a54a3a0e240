"""What plugins brought when they were last imported, kept on disk so that listing them imports none."""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from moe_core.contracts.agent import Role
from moe_core.contracts.effect import Effect
from moe_core.contracts.errors import PluginError
from moe_core.contracts.hookspecs import API_VERSION
from moe_core.contracts.persona import Persona
from moe_core.contracts.plugin import Entry, Kind, Later, PluginSource
from moe_core.contracts.wire import from_wire, to_wire
from moe_core.loading.plugins.intake import Intake, LoadedPlugin
from moe_core.loading.plugins.stamps import Stamp, is_same, take_stamps

_FORMAT = 1  # of this file; and of what `offers` reads from a plugin

Load = Callable[[], LoadedPlugin]


class PluginIndex:
    """The index as it was read; `save` writes it when something in it has changed.

    Only plugins without any fault are kept, so that nothing broken is remembered. What was kept counts as long as the
    plugin's files are what they were, for the same Python, and until anything is installed or uninstalled.
    """

    def __init__(self, file: Path | None, *, site: Iterable[str] = ()) -> None:
        """Read the index; one that cannot be read is empty.

        Args:
            file: Where it is kept; None for nowhere.
            site: The folders of installed distributions: any change of one ends the index.
        """
        self._file = file
        self._header = _make_header(site)
        self._kept: dict[str, Any] = _read(file, self._header) if file is not None else {}
        self._used: dict[str, Any] = {}
        self._is_changed = False

    def __repr__(self) -> str:
        return f"<PluginIndex of {len(self._kept)} plugins in {self._file}>"

    def find(self, source: PluginSource, load: Load, list_files: Callable[[], Iterable[str]]) -> LoadedPlugin:
        """What a plugin brings: as it was kept, else by importing it.

        Args:
            source: The plugin.
            load: Imports it.
            list_files: The files that decide what it brings; asked after it was imported.
        """
        if self._file is None:
            return load()
        key = f"{source.plugin} {source.location} {source.version}"
        record = self._kept.get(key)
        if record is not None:
            with suppress(KeyError, TypeError, ValueError):
                if all(is_same(Stamp(*stamp)) for stamp in record["stamps"]):
                    found = _revive(record, source, load)
                    self._used[key] = record
                    return found
        loaded = load()
        stamps = take_stamps(list_files()) if loaded.info.status == "loaded" else None
        if stamps:
            self._used[key] = {"stamps": stamps, "entries": [_describe(entry) for entry in loaded.entries]}
            self._is_changed = True
        return loaded

    def save(self) -> None:
        """Keep what was found, in one step; where nothing can be written, nothing is."""
        if self._file is None or not (self._is_changed or self._used.keys() != self._kept.keys()):
            return
        with suppress(OSError, TypeError, ValueError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            text = json.dumps({"header": self._header, "plugins": self._used}, separators=(",", ":"))
            handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=f"{self._file.name}.")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                os.replace(name, self._file)
            except BaseException:
                os.unlink(name)
                raise


def _make_header(site: Iterable[str]) -> list[Any]:
    return [_FORMAT, API_VERSION, sys.version, [[place, os.stat(place).st_mtime_ns] for place in site]]


def _read(file: Path, header: list[Any]) -> dict[str, Any]:
    try:
        data = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    plugins = data.get("plugins") if isinstance(data, dict) and data.get("header") == header else None
    return plugins if isinstance(plugins, dict) else {}


def _describe(entry: Entry[Any]) -> dict[str, Any]:
    return {
        "kind": str(entry.kind),
        "name": entry.name,
        "summary": entry.summary,
        "category": entry.category,
        "capabilities": entry.capabilities,
        "effects": [str(effect) for effect in entry.effects],
        "schema": entry.schema if isinstance(entry.kind, Kind) else {},
        "location": entry.source.location,
        "persona": to_wire(entry.value) if entry.kind is Kind.PERSONA else None,
    }


def _revive(record: Mapping[str, Any], source: PluginSource, load: Load) -> LoadedPlugin:
    """The plugin as it was kept; agents are read from their modelfiles, which are no code."""
    intake = Intake(source)
    load = cache(load)  # one import, however many things it brings and however often they are asked for
    for kept in record["entries"]:
        if kept["kind"] in [*Role]:
            intake.accept_modelfile(Path(kept["location"]))
            continue
        kind, name = Kind(kept["kind"]), kept["name"]
        later = Later(partial(_load_one, load, kind, name, source))
        intake.take(
            Entry(
                kind=kind,
                name=name,
                offered=from_wire(Persona, kept["persona"]) if kind is Kind.PERSONA else later,
                source=replace(source, location=kept["location"]),
                summary=kept["summary"],
                category=kept["category"],
                capabilities=tuple(kept["capabilities"]),
                effects=tuple(Effect(effect) for effect in kept["effects"]),
                schema=kept["schema"],
            )
        )
    return intake.finish()


def _load_one(load: Load, kind: Kind, name: str, source: PluginSource) -> Any:
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
