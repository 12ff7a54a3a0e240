"""A tree of roots to put plugins into."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest
from msgspec.structs import replace

from moe_core.contracts.plugin import PluginInfo
from moe_core.loading.assembly import build_registry
from moe_core.loading.locations import Locations, find_bundled_root
from moe_core.loading.registry import Registry
from moe_core.loading.settings import KernelConfig


@dataclass
class Tree:
    """Roots below one temporary folder."""

    locations: Locations

    def write(self, relative: str, text: str | bytes, *, root: str = "project") -> Path:
        """Put a file below a root."""
        path = getattr(self.locations, root) / relative
        return self.write_at(path, text)

    def write_at(self, path: Path, text: str | bytes) -> Path:
        """Put a file anywhere."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return path

    def add_extra(self, *paths: Path) -> None:
        """Put entries on the plugin path."""
        self.locations = replace(self.locations, extra=(*self.locations.extra, *paths))

    def with_real_bundle(self) -> None:
        """Use what moe ships as the bundled root."""
        self.locations = replace(self.locations, bundled=find_bundled_root())

    def build(self, config: dict | None = None, *, with_distributions: bool = False) -> Registry:
        """The registry of this tree."""
        settings = KernelConfig.model_validate(config or {})
        return build_registry(settings, self.locations, with_distributions=with_distributions)

    def info(self, plugin: str, config: dict | None = None) -> PluginInfo:
        """What became of one plugin."""
        found = [info for info in self.build(config).plugins if info.source.plugin == plugin]
        assert len(found) == 1, f"{plugin} was found {len(found)} times"
        return found[0]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    roots = {name: tmp_path / name for name in ("bundled", "user", "project")}
    for root in roots.values():
        root.mkdir()
    return Tree(Locations(**roots))
