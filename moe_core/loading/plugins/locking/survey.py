"""The plugins that are there: held against a lock, or taken into one."""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec.structs import replace

from moe_core.contracts.definition import ToolDefinition, define_tool
from moe_core.contracts.plugin import Kind, PluginInfo
from moe_core.loading.locations import Locations
from moe_core.loading.plugins.discovery import discover_plugins
from moe_core.loading.plugins.files import PluginFile, find_plugin_files
from moe_core.loading.plugins.installed import Installed, find_installed
from moe_core.loading.plugins.intake import LoadedPlugin
from moe_core.loading.plugins.locking.comparison import LockDifference, compare_files, compare_tools
from moe_core.loading.plugins.locking.contents import read_digests
from moe_core.loading.plugins.locking.lock_file import LockedPlugin, PluginLock
from moe_core.loading.plugins.selection import Selection
from moe_core.loading.plugins.targets import Target


class PluginSurvey(msgspec.Struct, frozen=True, kw_only=True):
    """All plugins but moe's own.

    Attributes:
        targets: Those that are there, by id.
        digests: What their files hold; of those whose files can all be read.
        loaded: Those that were asked for what they bring.
        unused: Those that were not, and why.
    """

    targets: Mapping[str, Target]
    digests: Mapping[str, Mapping[str, str]]
    loaded: Mapping[str, LoadedPlugin]
    unused: Mapping[str, PluginInfo] = msgspec.field(default_factory=dict)

    def take_lock(self) -> PluginLock:
        """A lock of those that can be used, as they are now."""
        plugins = {
            name: LockedPlugin(
                version=self.targets[name].source.version, files=self.digests[name], tools=_define_tools(loaded)
            )
            for name, loaded in self.loaded.items()
            if loaded.info.is_used and name in self.digests
        }
        return PluginLock(plugins=dict(sorted(plugins.items())))

    def list_left_out(self) -> list[PluginInfo]:
        """Those that cannot be taken into a lock, by id."""
        infos = [*self.unused.values(), *(one.info for one in self.loaded.values())]
        left = [one for one in infos if not one.is_used or one.source.plugin not in self.digests]
        return sorted(left, key=lambda info: info.source.plugin)

    def compare(self, lock: PluginLock) -> list[LockDifference]:
        """How they differ from a lock, by id."""
        names = sorted({*self.targets, *lock.plugins})
        return [difference for name in names for difference in self._compare_one(name, lock.plugins.get(name))]

    def _compare_one(self, name: str, locked: LockedPlugin | None) -> Iterator[LockDifference]:
        version = "" if locked is None else locked.version
        if name not in self.targets:
            message = f"is not there; the lock names {f'version {version}' if version else 'it'}"
            yield LockDifference(plugin=name, kind="missing", message=message, version=version)
            return
        if name not in self.digests:
            message = "has a file that cannot be read"
            yield LockDifference(plugin=name, kind="unreadable", message=message, version=version)
            return
        source = self.targets[name].source
        yield from compare_files(name, locked, version=source.version, digests=self.digests[name])
        loaded = self.loaded.get(name)
        if locked is not None and loaded is not None:
            yield from compare_tools(name, locked, _define_tools(loaded))


def survey_plugins(locations: Locations, selection: Selection, *, is_tried: bool) -> PluginSurvey:
    """Look at every plugin but moe's own.

    Args:
        locations: Where to look.
        selection: The user's word on plugins.
        is_tried: Whether plugins that are locked out are asked too, in a process of their own.
    """
    found: list[PluginFile | Installed] = [*find_plugin_files(locations).files, *find_installed()]
    targets = {one.source.plugin: one for one in map(Target, found) if one.source.origin != "bundled"}
    digests = dict(_read_all(targets))
    if is_tried:
        locations = replace(locations, locks=())
    discovery = discover_plugins(locations, selection=selection)
    loaded = [*discovery.plugins, *discovery.withheld]
    return PluginSurvey(
        targets=targets,
        digests=digests,
        loaded={one.info.source.plugin: one for one in loaded if one.info.source.plugin in targets},
        unused={one.source.plugin: one for one in discovery.unused if one.source.plugin in targets},
    )


def _read_all(targets: Mapping[str, Target]) -> Iterator[tuple[str, Mapping[str, str]]]:
    for name, target in targets.items():
        try:
            yield name, read_digests(target.found)
        except OSError:  # the comparison says so
            continue


def _define_tools(loaded: LoadedPlugin) -> tuple[ToolDefinition, ...]:
    tools = [define_tool(entry) for entry in loaded.entries if entry.kind is Kind.TOOL]
    return tuple(sorted(tools, key=lambda tool: tool.name))
