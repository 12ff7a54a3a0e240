"""Finding every file and folder that decides which settings hold."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from moe.contracts.trust import FOLDERS, WORKSPACE
from moe.contracts.watched import Watched
from moe.project import PROJECT_VARIABLE
from moe_core.loading.locations import Locations

GROUPS = ("/etc/passwd", "/etc/group")
"""Whose they are decides whether a folder is the user's alone."""

_PATHS_MAX = 20_000  # looking at more is no gain over reading what is there
_FAR = 1e11  # seconds since 1970: settings do not grow old


def find_watched_settings(project: Path, locations: Locations) -> Watched | None:
    """What decides which settings hold: their files, and whether the project is trusted, which all that it brings does.

    Args:
        project: Its folder, whether or not it counts.
        locations: The roots.

    Returns:
        None when there is far too much of it.
    """
    trees = [*list_trees(project, locations, ("config",)), *(project / name for name in FOLDERS)]
    return watch([*GROUPS, *(path for tree in trees for path in walk(tree))], project, until=_FAR)


def list_trees(project: Path, locations: Locations, folders: Iterable[str]) -> list[Path]:
    """The user's folder, and folders of these names in every other root."""
    roots = [locations.bundled, project, *locations.extra]
    return [locations.user, *(root / name for root in roots for name in folders)]


def watch(paths: Iterable[str], project: Path, *, until: float) -> Watched | None:
    """These paths, and the folders that may be the project's; None when there are far too many."""
    whole = tuple(dict.fromkeys(paths))
    if len(whole) > _PATHS_MAX:
        return None
    return Watched(whole=whole, owned=tuple(_list_projects(project)), until=until)


def walk(tree: Path) -> Iterator[str]:
    """The folder with all that is in it; bytecode apart, which importing makes."""
    yield str(tree)
    for current, folders, files in os.walk(tree):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (os.path.join(current, name) for name in (*folders, *files))


def _list_projects(project: Path) -> Iterator[str]:
    """The folders that may be the project's."""
    yield from (os.path.expanduser(name) for name in (os.environ.get(PROJECT_VARIABLE),) if name)
    here, home = Path.cwd(), Path(os.path.expanduser("~"))
    yield from (str(project), str(project / WORKSPACE))
    for folder in (here, *here.parents):
        yield from (str(folder), str(folder / WORKSPACE))
        if folder == home:
            break
