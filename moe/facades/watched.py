"""Finding every file and folder that decides what is registered."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from moe.contracts.trust import FOLDERS, WORKSPACE
from moe.contracts.watched import Watched
from moe.project import PROJECT_VARIABLE
from moe_core.contracts.persona import Tier
from moe_core.contracts.plugin import PluginInfo
from moe_core.loading.locations import Locations
from moe_core.loading.plugins.installed import list_metadata
from moe_core.loading.plugins.locking.places import list_lock_places
from moe_core.loading.plugins.plugin_index import read_records
from moe_core.loading.plugins.records import Record, find_expiry

_PATHS_MAX = 20_000  # looking at more is no gain over reading what is there
_FAR = 1e12  # seconds since 1970: what settings say never expires
_GROUPS = ("/etc/passwd", "/etc/group")  # whose they are decides whether a folder is the user's alone


def find_watched(
    project: Path, locations: Locations, plugins: Iterable[PluginInfo], *, personas: Path
) -> Watched | None:
    """What decides which plugins, modelfiles, settings and personas there are, once they were found.

    Args:
        project: Its folder, whether or not it counts.
        locations: The roots.
        plugins: All that were found.
        personas: The folder of the workspace's own.

    Returns:
        None when something of it cannot be known: a plugin is tried each time, or there is far too much.
    """
    if locations.index is None:
        return None
    records = read_records(locations.index)
    if not all(_is_known(one, records) for one in plugins):
        return None
    trees = _list_trees(project, locations, FOLDERS)
    trees += [Path(folder) for record in records.values() for folder in record["modelfiles"]]
    paths = [*_GROUPS, str(locations.index), *map(str, locations.extra)]
    paths += [stamp[0] for record in records.values() for stamp in record["stamps"]]
    paths += [path for tree in trees for path in _walk(tree)]
    paths += [str(personas), *(str(personas / tier) for tier in Tier)]
    paths += _list_sites()
    paths += map(str, list_lock_places(locations))
    return _watch(paths, project, until=find_expiry(records.values()))


def find_watched_settings(project: Path, locations: Locations) -> Watched | None:
    """What decides which settings hold: their files, and whether the project is trusted, which all that it brings does.

    Args:
        project: Its folder, whether or not it counts.
        locations: The roots.

    Returns:
        None when there is far too much of it.
    """
    trees = [*_list_trees(project, locations, ("config",)), *(project / name for name in FOLDERS)]
    return _watch([*_GROUPS, *(path for tree in trees for path in _walk(tree))], project, until=_FAR)


def _list_trees(project: Path, locations: Locations, folders: Iterable[str]) -> list[Path]:
    roots = [locations.bundled, project, *locations.extra]
    return [locations.user, *(root / name for root in roots for name in folders)]


def _watch(paths: Iterable[str], project: Path, *, until: float) -> Watched | None:
    whole = tuple(dict.fromkeys(paths))
    if len(whole) > _PATHS_MAX:
        return None
    return Watched(whole=whole, owned=tuple(_list_projects(project)), until=until)


def _is_known(plugin: PluginInfo, records: dict[str, Record]) -> bool:
    """Whether the index holds what a plugin brings, or nothing of it was imported."""
    source = plugin.source
    is_code = source.origin == "distribution" or source.location.endswith(".py")
    is_read = is_code and plugin.state not in ("disabled", "untrusted", "replaced")
    return not is_read or f"{source.plugin} {source.location} {source.version}" in records


def _walk(tree: Path) -> Iterator[str]:
    """The folder with all that is in it; bytecode apart, which importing makes."""
    yield str(tree)
    for current, folders, files in os.walk(tree):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (os.path.join(current, name) for name in (*folders, *files))


def _list_sites() -> Iterator[str]:
    """The folders of installed distributions, and what each of those may declare plugins in."""
    for place in sys.path:
        place = place or os.curdir
        yield place
        yield from (os.path.join(folder, "entry_points.txt") for folder in list_metadata(place))


def _list_projects(project: Path) -> Iterator[str]:
    """The folders that may be the project's."""
    yield from (os.path.expanduser(name) for name in (os.environ.get(PROJECT_VARIABLE),) if name)
    here, home = Path.cwd(), Path(os.path.expanduser("~"))
    yield from (str(project), str(project / WORKSPACE))
    for folder in (here, *here.parents):
        yield from (str(folder), str(folder / WORKSPACE))
        if folder == home:
            break
