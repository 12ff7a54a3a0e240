"""A project's App, replaced by a new one when what it is made of has changed."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from moe.app import App
from moe.contracts.reload import PartChange, Reload
from moe.contracts.trust import TrustState
from moe.facades.part_changes import compare_registries, compare_settings
from moe_core.contracts.errors import ConfigError, PluginError
from moe_core.contracts.plugin import Kind, PluginInfo, Problem
from moe_core.loading.registry import Registry

_Digests = Mapping[str, str]
_FOLDERS = ("user", "project", "path")
_LEFT_ASIDE = (TrustState.NEW, TrustState.CHANGED, TrustState.FOREIGN)


class AppReloader:
    """Holds the App that counts now. What works with an earlier one goes on with it, unchanged.

    Attributes:
        app: The App that counts now.
    """

    def __init__(self, open_app: Callable[[], App]) -> None:
        """Open the first App.

        Args:
            open_app: Opens the App of the same project, as everything is then.

        Raises:
            ConfigError: A setting is wrong.
        """
        self._open = open_app
        self.app = open_app()
        _hold_code(self.app.registry)
        self._code = _digest_code(self.app.registry.plugins)
        self._faults: tuple[Problem, ...] = ()

    def reload(self) -> Reload:
        """Look at everything anew, and have it count unless something is wrong that was not wrong before.

        The same faults are told once.
        """
        try:
            fresh = self._open()
            faults = self._find_faults(fresh)
        except ConfigError as error:
            fault = Problem(plugin="config", reason="config", message=error.message, hint=error.hint or "")
            faults = (fault,)
        if faults:
            told, self._faults = self._faults, faults
            return Reload(is_taken=False, faults=() if faults == told else faults)
        _hold_code(fresh.registry)
        code = _digest_code(fresh.registry.plugins)
        changes = [
            *compare_registries(self.app.registry, fresh.registry),
            *compare_settings(self.app.config, fresh.config),
        ]
        changes += _compare_code(self._code, code, known={change.plugin for change in changes})
        is_mended = bool(self._faults)
        self.app, self._code, self._faults = fresh, code, ()
        return Reload(is_taken=True, is_mended=is_mended, changes=tuple(changes))

    def _find_faults(self, fresh: App) -> tuple[Problem, ...]:
        trust = fresh.trust
        if trust.state in _LEFT_ASIDE and trust != self.app.trust:
            message = "; ".join(trust.list_lines()) or trust.reason
            return (Problem(plugin=str(fresh.project), reason="untrusted", message=message, hint="moe trust"),)
        return tuple(problem for problem in fresh.registry.problems if problem not in self.app.registry.problems)


def _hold_code(registry: Registry) -> None:
    """Import the code of folders now, or it would be imported as it is when it is first used."""
    for entry in (entry for kind in Kind for entry in registry.catalog(kind)):
        if entry.source.origin in _FOLDERS:
            with suppress(PluginError):  # it has changed since: the next look finds out
                entry.load()


def _digest_code(plugins: Iterable[PluginInfo]) -> _Digests:
    """By plugin: its file's content, where it is a file of a folder of the user's or the project's."""
    files = {
        info.source.plugin: Path(info.source.location)
        for info in plugins
        if info.is_used and info.source.origin in _FOLDERS
    }
    return {plugin: _digest(path) for plugin, path in files.items()}


def _digest(path: Path) -> str:
    try:
        return blake2b(path.read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return ""


def _compare_code(old: _Digests, new: _Digests, *, known: set[str]) -> list[PartChange]:
    return [
        PartChange(what="changed", kind="code", name=plugin)
        for plugin in sorted({*old} & {*new} - known)
        if old[plugin] != new[plugin]
    ]
