"""Waiting until something happens to the files and folders that an index comes from."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from moe.knowledge.index.format.records import SourceTable
from moe.knowledge.index.roots import find_base
from moe.knowledge.index.store import IndexStore

_WATCH = "watchfiles:watch"  # by name: only who watches needs it
# The system tells of what happens below folders. Files that were named by themselves are looked at this often:
# editors replace a file on saving, and what the system tells of it ends with the old one.
_LOOK_MILLISECONDS = 2_000
_SETTLING_MILLISECONDS = 800  # several files that are copied at once are one change
_Looks = dict[str, tuple[int, int] | None]


def watch_sources(store: IndexStore) -> Iterator[None]:
    """Wait for changes, without end.

    Whoever iterates brings the index up to date each time; the folders and files watched are those that it then has.
    On file systems that tell nothing, as of other machines, WATCHFILES_FORCE_POLLING=1 has all files looked at.

    Yields:
        At once, and whenever something may have changed.
    """
    watch = resolve_name(_WATCH)
    while True:
        yield
        table = store.load_table()
        folders, files = _list_folders(table, store.project), _list_files(table, store.project)
        if folders:
            yield from _follow(watch, store, folders, files)
        else:
            _wait_for_files(files)


def _follow(watch: Any, store: IndexStore, folders: list[str], files: list[str]) -> Iterator[None]:
    """What happens below folders, and to files, until there are others to watch."""
    looks = _look_at(files)
    hidden_from = str(store.workspace.folder.resolve())
    events = watch(
        *folders,
        watch_filter=lambda _change, path: _counts(path, folders, hidden_from),
        debounce=_SETTLING_MILLISECONDS,
        rust_timeout=_LOOK_MILLISECONDS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    is_first = True  # what happened before the system was told to tell is found by looking once it is
    for changes in events:
        seen = _look_at(files)
        if not changes and seen == looks and not is_first:
            continue
        looks, is_first = seen, False
        yield
        table = store.load_table()
        if (folders, files) != (_list_folders(table, store.project), _list_files(table, store.project)):
            return


def _counts(path: str, folders: list[str], hidden_from: str) -> bool:
    """Whether a file below the folders may belong to the index: it is not hidden, and not of the workspace itself."""
    if path == hidden_from or path.startswith(hidden_from + os.sep):
        return False
    below = next((path[len(folder) :] for folder in folders if path.startswith(folder)), path)
    return not any(part.startswith((".", "~$")) for part in Path(below).parts)


def _list_folders(table: SourceTable, project: Path) -> list[str]:
    """The folders that exist, without those below others."""
    found = sorted({os.path.realpath(find_base(root, project)) for root in table.roots})
    there = [folder for folder in found if os.path.isdir(folder)]
    return [folder for folder in there if not any(folder.startswith(other.rstrip(os.sep) + os.sep) for other in there)]


def _list_files(table: SourceTable, project: Path) -> list[str]:
    return [str(record.locate(project)) for record in table.files if record.is_named]


def _look_at(files: list[str]) -> _Looks:
    looks: _Looks = {}
    for file in files:
        try:
            state = os.stat(file)
            looks[file] = (state.st_size, state.st_mtime_ns)
        except OSError:
            looks[file] = None
    return looks


def _wait_for_files(files: list[str]) -> None:
    looks = _look_at(files)
    while _look_at(files) == looks:
        time.sleep(_LOOK_MILLISECONDS / 1000)
