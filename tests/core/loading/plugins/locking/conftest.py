"""An installed distribution that brings a tool, and says when it is imported."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from moe_core.loading.plugins.installed import Installed, find_installed

_CODE = """
import pathlib
pathlib.Path({marker!r}).write_text("imported")
from moe_core import BaseTool, hookimpl


class {name}Forecast(BaseTool):
    '''Tell the weather.'''

    name = "{name}_forecast"
    effects = ()

    async def execute(self, town: str) -> dict:
        return {{"town": town}}


@hookimpl
def moe_tools():
    return [{name}Forecast]
"""


@dataclass(frozen=True)
class Shelf:
    """Distributions in a folder on the import path."""

    site: Path
    marker: Path

    def install(self, name: str, *, version: str = "1.0") -> Path:
        """Put a distribution there, in the place of an older one; its package."""
        for old in self.site.glob(f"{name}-*.dist-info"):
            old.rename(self.site / f"{name}-{version}.dist-info")
        info = self.site / f"{name}-{version}.dist-info"
        package = self.site / name
        for folder in (info, package):
            folder.mkdir(parents=True, exist_ok=True)
        (info / "entry_points.txt").write_text(f"[moe.plugins]\nit = {name}\n")
        (package / "__init__.py").write_text(_CODE.format(name=name, marker=str(self.marker)))
        (package / "words.txt").write_text("sun\nrain\n")
        names = [f"{name}/__init__.py", f"{name}/words.txt", f"{info.name}/entry_points.txt", "../../bin/run"]
        (info / "RECORD").write_text("".join(f"{one},,\n" for one in names))
        return package

    def find(self, name: str) -> Installed:
        """The distribution as it is found."""
        (found,) = [one for one in find_installed([str(self.site)]) if one.name == name]
        return found


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)
    yield Shelf(site=site, marker=tmp_path / "imported")
    for folder in site.iterdir():
        sys.modules.pop(folder.name, None)
