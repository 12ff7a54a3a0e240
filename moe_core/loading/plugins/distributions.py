"""Loading the plugins of installed distributions, through their entry points."""

import re
from collections import defaultdict

from importlib_metadata import EntryPoint, entry_points

from moe_core.contracts.hookspecs import ENTRY_POINT_GROUP
from moe_core.contracts.plugin import PluginSource
from moe_core.loading.plugins.hooks import read_plugin
from moe_core.loading.plugins.intake import Intake, LoadedPlugin


def load_distribution_plugins() -> list[LoadedPlugin]:
    """Load every installed distribution with entry points in the group `moe.plugins`, by name.

    An entry point's value is a module, an object with hooks, or a class such as a tool. All entry points of
    a distribution are one plugin. Whatever is wrong with it is in the answer, never raised.
    """
    by_name: dict[str, list[EntryPoint]] = defaultdict(list)
    for point in entry_points(group=ENTRY_POINT_GROUP):
        by_name[_normalise(point.dist.name if point.dist else point.module)].append(point)
    return [_load(name, sorted(by_name[name], key=lambda point: (point.name, point.value))) for name in sorted(by_name)]


def _load(name: str, points: list[EntryPoint]) -> LoadedPlugin:
    version = points[0].dist.version if points[0].dist else ""
    location = ", ".join(point.value for point in points)
    intake = Intake(PluginSource(plugin=name, origin="distribution", location=location, version=version))
    for point in points:
        plugin = intake.run(point.load, doing=f"while {point.value} was imported", reason="import")
        if plugin is not None:
            read_plugin(plugin, intake)
    return intake.finish()


def _normalise(name: str) -> str:
    """The name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
