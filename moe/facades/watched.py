"""Finding every file and folder that decides what is registered."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from moe.contracts.trust import FOLDERS
from moe.contracts.watched import Watched
from moe.facades.watched_settings import GROUPS, list_trees, walk, watch
from moe_core.contracts.persona import Tier
from moe_core.contracts.plugin import PluginInfo
from moe_core.loading.locations import Locations
from moe_core.loading.plugins.installed import list_metadata
from moe_core.loading.plugins.locking.places import list_lock_places
from moe_core.loading.plugins.plugin_index import read_records
from moe_core.loading.plugins.records import Record, find_expiry


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
    trees = list_trees(project, locations, FOLDERS)
    trees += [Path(folder) for record in records.values() for folder in record["modelfiles"]]
    paths = [*GROUPS, str(locations.index), *map(str, locations.extra)]
    paths += [stamp[0] for record in records.values() for stamp in record["stamps"]]
    paths += [path for tree in trees for path in walk(tree)]
    paths += [str(personas), *(str(personas / tier) for tier in Tier)]
    paths += _list_sites()
    paths += map(str, list_lock_places(locations))
    return watch(paths, project, until=find_expiry(records.values()))


def _is_known(plugin: PluginInfo, records: dict[str, Record]) -> bool:
    """Whether the index holds what a plugin brings, or nothing of it was imported."""
    source = plugin.source
    is_code = source.origin == "distribution" or source.location.endswith(".py")
    is_read = is_code and plugin.state not in ("disabled", "untrusted", "replaced")
    return not is_read or f"{source.plugin} {source.location} {source.version}" in records


def _list_sites() -> Iterator[str]:
    """The folders of installed distributions, and what each of those may declare plugins in."""
    for place in sys.path:
        place = place or os.curdir
        yield place
        yield from (os.path.join(folder, "entry_points.txt") for folder in list_metadata(place))
