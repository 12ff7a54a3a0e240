"""Loading the plugins of installed distributions, through their entry points."""

import importlib
from functools import partial, reduce

from moe_core.contracts.plugin import PluginSource
from moe_core.loading.plugins.descriptors import divert_output
from moe_core.loading.plugins.hooks import read_distribution
from moe_core.loading.plugins.installed import EntryPoint, Installed, find_installed
from moe_core.loading.plugins.intake import Intake, LoadedPlugin


def load_distribution_plugins() -> list[LoadedPlugin]:
    """Load every installed distribution with entry points in the group `moe.plugins`, by name.

    An entry point's value is a module, an object with hooks, or a class such as a tool. All entry points of
    a distribution are one plugin. Whatever is wrong with it is in the answer, never raised.
    """
    return [load_distribution_plugin(installed) for installed in find_installed()]


def load_distribution_plugin(installed: Installed) -> LoadedPlugin:
    """Load one distribution's plugin."""
    location = ", ".join(point.value for point in installed.points) or str(installed.folder)
    source = PluginSource(plugin=installed.name, origin="distribution", location=location, version=installed.version)
    intake = Intake(source)
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
    module: object = importlib.import_module(point.module)
    return reduce(getattr, point.attribute.split(".") if point.attribute else (), module)
