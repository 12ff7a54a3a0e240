"""Every place on disk that decides whether plugins are as the locks name them."""

from collections.abc import Iterator
from pathlib import Path

from moe_core.loading.locations import Locations
from moe_core.loading.plugins.files import find_plugin_files
from moe_core.loading.plugins.installed import find_installed
from moe_core.loading.plugins.locking.contents import list_places


def list_lock_places(locations: Locations) -> Iterator[Path]:
    """The locks, whether or not they are there, with the files and folders that they are held against."""
    if not locations.locks:
        return
    yield from locations.locks
    for file in find_plugin_files(locations).files:
        if file.source.origin != "bundled":
            yield from list_places(file)
    for installed in find_installed():
        yield from list_places(installed)
