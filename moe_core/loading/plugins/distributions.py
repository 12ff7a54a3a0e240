"""Loading the plugin of an installed distribution, through its entry points."""

from functools import partial
from pkgutil import resolve_name

from moe_core.contracts.hookspecs import ENTRY_POINT_GROUP
from moe_core.contracts.plugin import PluginSource
from moe_core.loading.plugins.bytecode import hold_back_bytecode
from moe_core.loading.plugins.declared_version import check_declared
from moe_core.loading.plugins.descriptors import divert_output
from moe_core.loading.plugins.hooks import read_distribution
from moe_core.loading.plugins.installed import EntryPoint, Installed
from moe_core.loading.plugins.intake import Intake, LoadedPlugin
from moe_core.loading.plugins.module_source import find_module_source, list_package_files


def make_source(installed: Installed) -> PluginSource:
    """Who a distribution's plugin is."""
    location = ", ".join(point.value for point in installed.points) or str(installed.folder)
    return PluginSource(plugin=installed.name, origin="distribution", location=location, version=installed.version)


def load_distribution_plugin(installed: Installed) -> LoadedPlugin:
    """Load one distribution's plugin.

    An entry point's value is a module, an object with hooks, or a class such as a tool. All entry points of
    a distribution are one plugin. Whatever is wrong with it is in the answer, never raised.
    """
    intake = Intake(make_source(installed))
    for fault in installed.faults:
        hint = f"reinstall it: pip install --force-reinstall {installed.name}"
        intake.report("metadata", fault, hint, location=str(installed.folder))
    sources = [
        file for top in sorted({_find_top(point) for point in installed.points}) for file in list_package_files(top)
    ]
    with divert_output() as read_output, hold_back_bytecode(sources):
        for point in installed.points:
            if not check_declared(find_module_source(point.module), intake):
                continue
            plugin = intake.run(
                partial(_load, point),
                doing=f"while {point.value} was imported",
                reason="import",
            )
            if plugin is not None:
                read_distribution(plugin, intake)
    intake.note_output(read_output())
    return intake.finish()


def _find_top(point: EntryPoint) -> str:
    return point.module.partition(".")[0]


def _load(point: EntryPoint) -> object:
    entry_point = resolve_name("importlib_metadata:EntryPoint")  # by name: most starts load no distribution's plugin
    loaded: object = entry_point(name=point.name, value=point.value, group=ENTRY_POINT_GROUP).load()
    return loaded
