"""Finding every plugin there is, in a fixed order: bundled, user, project, MOE_PLUGIN_PATH, distributions."""

from dataclasses import dataclass
from functools import partial

from moe_core.contracts.plugin import PluginInfo, Problem
from moe_core.loading.locations import Locations
from moe_core.loading.plugins.distributions import load_distribution_plugins
from moe_core.loading.plugins.files import PluginFile, find_plugin_files
from moe_core.loading.plugins.folders import load_plugin_file
from moe_core.loading.plugins.installed import find_installed
from moe_core.loading.plugins.intake import LoadedPlugin
from moe_core.loading.plugins.plugin_index import PluginIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was found.

    Attributes:
        plugins: Those in use, broken ones too, in order.
        replaced: Those that a later root's file stands in for.
        problems: Of the roots themselves; a plugin's own are in its info.
    """

    plugins: tuple[LoadedPlugin, ...]
    replaced: tuple[PluginInfo, ...]
    problems: tuple[Problem, ...]


def discover_plugins(locations: Locations, *, with_distributions: bool = True) -> Discovery:
    """Load everything below the roots and, unless told otherwise, from installed distributions.

    A plugin that the index knows is not imported. Others run in this process and this thread: nothing they raise or
    print gets out, but one that never returns is waited for.
    """
    files = find_plugin_files(locations)
    installed = find_installed() if with_distributions else []
    index = PluginIndex(locations.index, site=dict.fromkeys(str(one.folder.parent) for one in installed))
    loaded = [_load_file(file, index) for file in files.files]
    loaded += load_distribution_plugins(installed, index)
    index.save()
    return Discovery(
        plugins=tuple(loaded),
        replaced=tuple(_describe_replaced(*pair) for pair in files.replaced),
        problems=files.problems,
    )


def _load_file(file: PluginFile, index: PluginIndex) -> LoadedPlugin:
    if file.path.suffix != ".py":  # data, which is read as quickly as an index
        return load_plugin_file(file)
    return index.find(file.source, partial(load_plugin_file, file), lambda: [str(file.path)])


def _describe_replaced(file: PluginFile, by: PluginFile) -> PluginInfo:
    note = Problem(
        plugin=file.source.plugin,
        reason="replaced",
        message=f"is replaced by {by.path}",
        hint="to have both, move or rename that file",
        location=str(file.path),
    )
    return PluginInfo(source=file.source, status="replaced", problems=(note,))
