"""One plugin whose code can be read: which it is, how it is loaded, which files decide what it brings."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from moe_core.contracts.plugin import PluginSource
from moe_core.contracts.wire import from_wire, to_wire
from moe_core.loading.plugins.distributions import load_distribution_plugin, make_source
from moe_core.loading.plugins.files import PluginFile
from moe_core.loading.plugins.folders import load_plugin_file
from moe_core.loading.plugins.installed import EntryPoint, Installed
from moe_core.loading.plugins.intake import LoadedPlugin
from moe_core.loading.plugins.module_source import find_module_source, list_package_files


class Target(msgspec.Struct, frozen=True):
    """A Python file of a plugin folder, or an installed distribution."""

    found: PluginFile | Installed

    @property
    def source(self) -> PluginSource:
        """Who it is."""
        return self.found.source if isinstance(self.found, PluginFile) else make_source(self.found)

    @property
    def key(self) -> str:
        """What the index keeps it under."""
        return f"{self.source.plugin} {self.source.location} {self.source.version}"

    def load(self) -> LoadedPlugin:
        """Import it here and read what it brings; whatever is wrong with it is in the answer."""
        found = self.found
        return load_plugin_file(found) if isinstance(found, PluginFile) else load_distribution_plugin(found)

    def list_files(self) -> list[str]:
        """The files that decide what it brings, known without importing it."""
        if isinstance(self.found, PluginFile):
            return [str(self.found.path)]
        sources = [find_module_source(point.module) for point in self.found.points]
        return [str(self.found.folder / "entry_points.txt"), *(str(source) for source in sources if source)]

    def list_imported_files(self) -> list[str]:
        """The same, with every module of its packages that this process has imported."""
        if isinstance(self.found, PluginFile):
            return self.list_files()
        tops = {point.module.partition(".")[0] for point in self.found.points}
        modules = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in tops]
        files = [getattr(module, "__file__", None) for module in modules]
        return [*self.list_files(), *(file for file in files if isinstance(file, str))]

    def list_all_files(self) -> list[str]:
        """The same, with every module of its packages: for one that could not be imported."""
        if isinstance(self.found, PluginFile):
            return self.list_files()
        tops = {point.module.partition(".")[0] for point in self.found.points}
        return [*self.list_files(), *(str(file) for top in sorted(tops) for file in list_package_files(top))]

    def to_wire(self) -> Mapping[str, Any]:
        """As JSON, for another process."""
        found = self.found
        if isinstance(found, PluginFile):
            return {
                "source": to_wire(found.source),
                "path": str(found.path),
                "relative": found.relative,
                "category": found.category,
            }
        return {
            "name": found.name,
            "version": found.version,
            "folder": str(found.folder),
            "points": to_wire(found.points),
            "faults": found.faults,
        }


def read_target(data: Mapping[str, Any]) -> Target:
    """The target that was written as JSON."""
    if "path" in data:
        source = from_wire(PluginSource, data["source"])
        return Target(
            PluginFile(source=source, path=Path(data["path"]), relative=data["relative"], category=data["category"])
        )
    points = from_wire(tuple[EntryPoint, ...], data["points"])
    folder, faults = Path(data["folder"]), tuple(data["faults"])
    return Target(Installed(name=data["name"], version=data["version"], folder=folder, points=points, faults=faults))
