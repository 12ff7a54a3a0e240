"""Loading the plugins of installed distributions, through their entry points."""

import sys
from collections.abc import Iterable
from functools import partial
from typing import cast

import importlib_metadata

from moe_core.contracts.hookspecs import ENTRY_POINT_GROUP
from moe_core.contracts.plugin import PluginSource
from moe_core.loading.plugins.descriptors import divert_output
from moe_core.loading.plugins.hooks import read_distribution
from moe_core.loading.plugins.installed import EntryPoint, Installed
from moe_core.loading.plugins.intake import Intake, LoadedPlugin
from moe_core.loading.plugins.plugin_index import PluginIndex


def load_distribution_plugins(installed: Iterable[Installed], index: PluginIndex) -> list[LoadedPlugin]:
    """Load every installed distribution with entry points in the group `moe.plugins`, by name.

    An entry point's value is a module, an object with hooks, or a class such as a tool. All entry points of
    a distribution are one plugin. Whatever is wrong with it is in the answer, never raised.
    """
    return [
        index.find(_make_source(one), partial(load_distribution_plugin, one), partial(_list_files, one))
        for one in installed
    ]


def _make_source(installed: Installed) -> PluginSource:
    location = ", ".join(point.value for point in installed.points) or str(installed.folder)
    return PluginSource(plugin=installed.name, origin="distribution", location=location, version=installed.version)


def _list_files(installed: Installed) -> list[str]:
    """The metadata, and every module of its packages that is imported."""
    tops = {point.module.partition(".")[0] for point in installed.points}
    modules = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in tops]
    found = [getattr(module, "__file__", None) for module in modules]
    return [str(installed.folder / "entry_points.txt"), *(file for file in found if isinstance(file, str))]


def load_distribution_plugin(installed: Installed) -> LoadedPlugin:
    """Load one distribution's plugin."""
    intake = Intake(_make_source(installed))
    for fault in installed.faults:
        hint = f"reinstall it: pip install --force-reinstall {installed.name}"
        intake.report("metadata", fault, hint, location=str(installed.folder))
    with divert_output() as read_output:
        for point in installed.points:
            plugin = intake.run(
                partial(_load, point),
                doing=f"while {point.value} was imported",
                reason="import",
            )
            if plugin is not None:
                read_distribution(plugin, intake)
    intake.note_output(read_output())
    return intake.finish()


def _load(point: EntryPoint) -> object:
    made = importlib_metadata.EntryPoint(name=point.name, value=point.value, group=ENTRY_POINT_GROUP)
    return cast(object, made.load())
