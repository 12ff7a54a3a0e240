"""Waiting until something happens to what decides which plugins, modelfiles and settings there are."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from pkgutil import resolve_name

from moe.app import App
from moe.cli.outcome import tell
from moe.cli.problems import tell_problems
from moe.cli.remembered.file_times import is_whole, look_whole
from moe.contracts.reload import Reload
from moe.contracts.trust import FOLDERS
from moe.reloading import AppReloader
from moe_core.text.lines import join_line

_WATCH = "watchfiles:watch"  # by name: only who watches needs it
# The system tells at once of what happens below folders that are there. Everything else (folders that come, installed
# distributions, trust) is looked at this often.
_LOOK_MILLISECONDS = 1_000
_SETTLING_MILLISECONDS = 200  # editors write a file in several steps


def follow_changes(reloader: AppReloader) -> Iterator[Reload]:
    """Each look at what has changed, without end; the first one at once."""
    while True:
        watch = ProjectWatch(reloader.app)
        found = reloader.reload()
        yield found
        if not found.changes:  # else what came with them is not watched yet
            watch.wait()


def tell_reload(found: Reload, show: Callable[[str], object]) -> None:
    """Say what came of a look: changes in the lines that are shown, faults on standard error."""
    for change in found.changes:
        show(join_line(change.describe()))
    if found.is_mended:
        tell("mended")
    tell_problems(found.faults)
    if found.faults:
        tell("what was there before stays until this is mended")


class ProjectWatch:
    """Tells changes by how files and folders were when they were last looked at."""

    def __init__(self, app: App) -> None:
        """Look at the files before anything of them is read again."""
        self._look = look_whole(_list_paths(app))
        self._folders = _list_folders(app)

    def wait(self) -> None:
        """Return once something is not what it was."""
        if not is_whole(self._look):
            return
        for told in self._listen():
            if told or not is_whole(self._look):
                return

    def _listen(self) -> Iterator[object]:
        """What the system tells, or nothing after a while."""
        while not self._folders:
            yield None
            time.sleep(_LOOK_MILLISECONDS / 1000)
        yield from resolve_name(_WATCH)(
            *self._folders,
            watch_filter=lambda _change, path: "__pycache__" not in path,
            debounce=_SETTLING_MILLISECONDS,
            rust_timeout=_LOOK_MILLISECONDS,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )


def _list_paths(app: App) -> list[str]:
    """The index of plugins apart, which every command may write."""
    watched = app.find_watched()
    return [path for path in (watched.whole if watched else ()) if path != str(app.locations.index)]


def _list_folders(app: App) -> list[Path]:
    locations = app.locations
    roots = [app.project / name for name in FOLDERS]
    return [path for path in (locations.user, *locations.extra, *roots) if path.is_dir()]
