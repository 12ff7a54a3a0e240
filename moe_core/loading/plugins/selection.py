"""Which plugins are switched off, decided before anything of them is imported."""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

import msgspec

from moe_core.contracts.plugin import PluginInfo, PluginSource, Problem
from moe_core.loading.locations import PLUGINS_VARIABLE

ALL, NONE = "all", "none"


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """The user's word on plugins.

    Attributes:
        choice: For this call: "all", "none" (but moe's own), names parted by commas (only those, and moe's own), or
            names with a minus in front (all but those).
        switches: From the configuration, by name: whether it counts.
    """

    choice: str = ALL
    switches: Mapping[str, bool]

    def find_switch(self, source: PluginSource) -> Problem | None:
        """What switches a plugin off, with the way back; None when nothing does."""
        by_choice = self._find_choice(source)
        if by_choice:
            return _note(source, f"is switched off by {by_choice}", f"leave out --no-plugins and {PLUGINS_VARIABLE}")
        for name, is_enabled in self.switches.items():
            if not is_enabled and is_named(source, name):
                return _note(source, "is switched off by config/plugins.yaml", f"moe plugins enable {source.plugin}")
        return None

    def list_unknown(self, infos: Iterable[PluginInfo]) -> Iterator[Problem]:
        """Names that no plugin has."""
        sources = [info.source for info in infos]
        for name, where in self._iterate_names():
            if any(is_named(source, name) for source in sources):
                continue
            known = [name for source in sources for name in (source.plugin, Path(source.location).stem)]
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "moe plugins list shows their names"
            yield Problem(plugin=where, reason="switch", message=f"names {name}, which is no plugin", hint=hint)

    def _find_choice(self, source: PluginSource) -> str:
        names = _split(self.choice)
        if source.origin == "bundled" and not any(is_named(source, name.removeprefix("-")) for name in names):
            return ""
        without = [name[1:] for name in names if name.startswith("-")]
        only = [name for name in names if not name.startswith("-") and name not in (ALL, NONE)]
        if any(is_named(source, name) for name in without):
            return f"{PLUGINS_VARIABLE}={self.choice}"
        is_wanted = any(is_named(source, name) for name in only) if only else NONE not in names
        return "" if is_wanted else f"{PLUGINS_VARIABLE}={self.choice}"

    def _iterate_names(self) -> Iterator[tuple[str, str]]:
        for name in _split(self.choice):
            if name not in (ALL, NONE):
                yield name.removeprefix("-"), PLUGINS_VARIABLE
        for name in self.switches:
            yield name, "config/plugins.yaml"


def is_named(source: PluginSource, name: str) -> bool:
    """Whether the name means that plugin: its id, a distribution's name however written, or a file's without ending."""
    if name == source.plugin:
        return True
    if source.origin == "distribution":
        return re.sub(r"[-_.]+", "-", name).lower() == source.plugin
    return source.origin != "bundled" and name in (Path(source.location).name, Path(source.location).stem)


def _split(choice: str) -> list[str]:
    return [name.strip() for name in choice.split(",") if name.strip()] or [NONE]


def _note(source: PluginSource, message: str, hint: str) -> Problem:
    return Problem(plugin=source.plugin, reason="disabled", message=message, hint=hint, location=source.location)
