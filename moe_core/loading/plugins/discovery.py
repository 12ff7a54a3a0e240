"""Finding every plugin there is, in a fixed order: bundled, user, project, MOE_PLUGIN_PATH, distributions."""

from dataclasses import dataclass

from moe_core.contracts.plugin import PluginInfo, Problem
from moe_core.loading.locations import Locations
from moe_core.loading.plugins.distributions import load_distribution_plugins
from moe_core.loading.plugins.files import PluginFile, find_plugin_files
from moe_core.loading.plugins.folders import load_plugin_file
from moe_core.loading.plugins.intake import LoadedPlugin


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

    Runs plugin code in this process and this thread: nothing it raises or prints gets out, but a plugin
    that never returns is waited for.
    """
    files = find_plugin_files(locations)
    loaded = [load_plugin_file(file) for file in files.files]
    if with_distributions:
        loaded += load_distribution_plugins()
    return Discovery(
        plugins=tuple(loaded),
        replaced=tuple(_describe_replaced(*pair) for pair in files.replaced),
        problems=files.problems,
    )


def _describe_replaced(file: PluginFile, by: PluginFile) -> PluginInfo:
    note = Problem(
        plugin=file.source.plugin,
        reason="replaced",
        message=f"is replaced by {by.path}",
        hint="to have both, move or rename that file",
        location=str(file.path),
    )
    return PluginInfo(source=file.source, status="replaced", problems=(note,))
