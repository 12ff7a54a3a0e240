"""Letting only those plugins run that the locks name."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from moe_core.contracts.definition import define_tool
from moe_core.contracts.errors import ConfigError
from moe_core.contracts.plugin import Kind, PluginInfo, PluginSource, Problem
from moe_core.loading.plugins.intake import LoadedPlugin
from moe_core.loading.plugins.locking.comparison import compare_files, compare_tools
from moe_core.loading.plugins.locking.contents import read_digests
from moe_core.loading.plugins.locking.lock_file import REMEDY, PluginLock, read_lock
from moe_core.loading.plugins.targets import Target
from moe_core.text.amounts import count

_NAMES_MAX = 5  # in one line


class PluginGate(msgspec.Struct, frozen=True, kw_only=True):
    """The locks that a plugin has to be named by, every one of them.

    Attributes:
        locks: Those that are there.
        closed: Why nothing of others runs; "" where the locks decide.
        place: Of the lock that closes the gate.
        remedy: What to do about one that is not let through.
    """

    locks: tuple[PluginLock, ...] = ()
    closed: str = ""
    place: str = ""
    remedy: str = REMEDY

    def find_refusal(self, target: Target) -> Problem | None:
        """What keeps a plugin from being imported; None for moe's own, and for one that is what the locks name."""
        if target.source.origin == "bundled" or not (self.closed or self.locks):
            return None
        if self.closed:
            return self._note(target.source, f"is not run: {self.closed}")
        try:
            digests = read_digests(target.found)
        except OSError as error:
            return self._note(target.source, f"has a file that cannot be read: {error.filename}: {error.strerror}")
        for lock in self.locks:
            locked = lock.plugins.get(target.source.plugin)
            for difference in compare_files(
                target.source.plugin, locked, version=target.source.version, digests=digests
            ):
                return self._note(target.source, difference.message)
        return None

    def find_changed_tools(self, loaded: LoadedPlugin) -> Problem | None:
        """What keeps a plugin out after it was asked: its tools are no longer defined as the locks say."""
        source = loaded.info.source
        definitions = [define_tool(entry) for entry in loaded.entries if entry.kind is Kind.TOOL]
        for lock in self.locks:
            locked = lock.plugins.get(source.plugin)
            if locked is not None and source.origin != "bundled":
                for difference in compare_tools(source.plugin, locked, definitions):
                    return self._note(source, difference.message)
        return None

    def describe(self, refused: Iterable[PluginInfo]) -> list[Problem]:
        """One line on all that is locked out."""
        if self.closed:
            message = f"{self.closed}: no plugin but moe's own runs"
            return [Problem(plugin=self.place, reason="lock", message=message, hint=self.remedy, location=self.place)]
        names = sorted(info.source.plugin for info in refused)
        if not names:
            return []
        more = f" and {len(names) - _NAMES_MAX} more" if len(names) > _NAMES_MAX else ""
        listed = f"{', '.join(names[:_NAMES_MAX])}{more}"
        message = f"{count(len(names), 'plugin')} not run, for moe.lock names no such files or tools: {listed}"
        return [Problem(plugin="policy: locked", reason="lock", message=message, hint=self.remedy)]

    def _note(self, source: PluginSource, message: str) -> Problem:
        location, hint = source.location, self.remedy
        return Problem(plugin=source.plugin, reason="locked", message=message, hint=hint, location=location)


def open_gate(paths: tuple[Path, ...]) -> PluginGate:
    """The gate of a policy.

    Args:
        paths: Where locks may lie; () when every plugin may run.
    """
    if not paths:
        return PluginGate()
    try:
        locks = tuple(lock for path in paths if (lock := read_lock(path)) is not None)
    except ConfigError as error:
        return PluginGate(closed=error.message, place=error.source, remedy=error.hint or "")
    if not locks:
        remedy = "`moe plugins freeze` writes it from what is installed"
        return PluginGate(closed=f"there is no {paths[0]}", place=str(paths[0]), remedy=remedy)
    return PluginGate(locks=locks)
