"""What moe knows of a project's plugins after its first command there, without that command."""

import json
import tempfile
from functools import cache
from pathlib import Path

from moe_core.loading.locations import Locations, find_bundled_root, find_locations
from moe_core.loading.plugins.discovery import discover_plugins
from moe_core.loading.plugins.stamps import take_stamps

_PROJECT = "{PROJECT}"


def know_plugins(project: Path, caches: Path) -> None:
    """Leave the index of moe's own plugins and the project's, which would be tried one by one in each new folder.

    Args:
        project: With its plugins.
        caches: The user's folder for what can be made anew.
    """
    index = caches / "moe" / "plugins" / find_locations(project, {}).index.name
    files = {
        str(path.relative_to(project)): path.read_text(encoding="utf-8") for path in project.glob("plugins/**/*.py")
    }
    kept = json.loads(_learn(tuple(sorted(files.items()))).replace(_PROJECT, str(project)))
    for record in kept["plugins"].values():
        paths = [stamp[0] for stamp in record["stamps"] or ()]
        if any(path.startswith(str(project)) for path in paths):
            record["stamps"] = take_stamps(paths)
    index.parent.mkdir(parents=True, exist_ok=True)
    index.write_text(json.dumps(kept), encoding="utf-8")


@cache
def _learn(files: tuple[tuple[str, str], ...]) -> str:
    """The index of a project with these files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        folder.mkdir()
        for path, text in files:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        index = Path(name) / "index.json"
        discover_plugins(
            Locations(bundled=find_bundled_root(), user=Path(name) / "nobody", project=folder, index=index)
        )
        return index.read_text(encoding="utf-8").replace(str(folder), _PROJECT)
