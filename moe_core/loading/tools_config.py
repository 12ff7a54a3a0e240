"""What config/tools.yaml makes of the tools: parameters, registrations, aliases, choices, removals."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from moe_core.contracts.errors import MoeError
from moe_core.contracts.plugin import Entry, Kind, PluginSource, Problem
from moe_core.loading.choices import choose_plugin
from moe_core.loading.config.layers import overlay_settings
from moe_core.loading.modelfile.schema import build_schema
from moe_core.loading.plugins.offers import make_entry
from moe_core.loading.plugins.references import resolve_reference
from moe_core.loading.registry import Catalog
from moe_core.loading.settings import ToolSettings

TOOLS_CONFIG = "config/tools.yaml"


class ToolOverlay:
    """The tools while the settings are applied to them, and what did not work."""

    def __init__(self, entries: Iterable[Entry[Any]], settings: Mapping[str, ToolSettings]) -> None:
        self._settings = settings
        self.entries = list(entries)
        self.problems: list[Problem] = []

    def __repr__(self) -> str:
        return f"<ToolOverlay of {len(self._settings)} settings on {len(self.entries)} tools>"

    def apply(self) -> None:
        """Apply everything: registrations first, then choices, values, aliases, and removals last.

        So an alias inherits its target's settings, and a tool may be disabled under its own name
        while an alias of it stays.
        """
        direct = {name: settings for name, settings in self._settings.items() if settings.alias is None}
        aliases = {name: settings for name, settings in self._settings.items() if settings.alias is not None}
        for name, settings in direct.items():
            self._register(name, settings)
            self._choose(name, settings)
            self._adjust(name, settings)
        pending = dict(aliases)
        for name in aliases:
            self._add_alias(name, pending, ())
        for name, settings in aliases.items():
            self._choose(name, settings)
        disabled = {name for name, settings in self._settings.items() if not settings.enabled}
        self.entries = [entry for entry in self.entries if not disabled & {entry.name, entry.full_id}]

    def _register(self, name: str, settings: ToolSettings) -> None:
        if settings.mcp is not None:  # a server's: its tools are among the entries already
            return
        if settings.reference is None:
            if not self._matching(name):
                near = Catalog(Kind.TOOL, self.entries).nearest(name)
                hint = f"did you mean {' or '.join(near)}? " if near else ""
                hint += "A new tool needs class: module:Name or alias: other"
                self._report(name, "name_unknown", f"there is no tool {name} to configure", hint)
        elif settings.enabled:
            source = PluginSource(plugin=TOOLS_CONFIG, origin="config", location=settings.reference)
            try:
                self.entries.append(make_entry(Kind.TOOL, resolve_reference(settings.reference), source, name=name))
            except MoeError as error:
                self._report(name, getattr(error, "reason", error.code), f"class: {error.message}", error.hint or "")

    def _choose(self, name: str, settings: ToolSettings) -> None:
        if settings.use is not None:
            self.entries, problem = choose_plugin(self.entries, name, settings.use, config=TOOLS_CONFIG)
            self.problems += [problem] if problem else []

    def _adjust(self, name: str, settings: ToolSettings) -> None:
        matching = self._matching(name)
        if matching:
            values = self._read_values(name, settings)
            adjusted = {id(entry): _adjust_entry(entry, values, settings) for entry in matching}
            self.entries = [adjusted.get(id(entry), entry) for entry in self.entries]

    def _read_values(self, name: str, settings: ToolSettings) -> dict[str, Any]:
        given = {
            "category": settings.category,
            "summary": settings.description,
            "capabilities": settings.capabilities,
            "asks_first": settings.asks_first,
        }
        values: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
        if settings.parameters is not None:
            try:
                values["schema"] = build_schema(settings.parameters, f"{TOOLS_CONFIG}: {name}.parameters")
            except MoeError as error:
                self._report(name, error.code, f"parameters: {error.message}", error.hint or "")
        return values

    def _add_alias(self, name: str, pending: dict[str, ToolSettings], path: tuple[str, ...]) -> None:
        """Add the alias after whatever alias it stands for."""
        settings = pending.pop(name, None)
        if settings is None or settings.alias is None:
            return
        if settings.reference is not None:
            self._report(name, "config", f"tool {name} has both class and alias", "keep one of them")
            return
        if settings.alias in (*path, name):
            circle = " -> ".join((*path, name, settings.alias))
            self._report(name, "config", f"the aliases go round in a circle: {circle}", "let one of them name a tool")
            return
        self._add_alias(settings.alias, pending, (*path, name))
        try:
            target = Catalog(Kind.TOOL, self.entries).get(settings.alias)
        except MoeError as error:
            self._report(name, error.code, f"alias: {error.message}", error.hint or "")
            return
        if settings.enabled:
            source = PluginSource(plugin=TOOLS_CONFIG, origin="config", location=target.source.location)
            alias = replace(target, name=name, alias_of=settings.alias, source=source)
            self.entries.append(_adjust_entry(alias, self._read_values(name, settings), settings))

    def _matching(self, name: str) -> list[Entry[Any]]:
        return [entry for entry in self.entries if name in (entry.name, entry.full_id)]

    def _report(self, name: str, reason: str, message: str, hint: str) -> None:
        where = f"{TOOLS_CONFIG}: {name}"
        self.problems.append(Problem(plugin=where, reason=reason, message=message, hint=hint, location=TOOLS_CONFIG))


def _adjust_entry(entry: Entry[Any], values: Mapping[str, Any], settings: ToolSettings) -> Entry[Any]:
    return replace(entry, **values, settings=overlay_settings(entry.settings, settings.settings))
