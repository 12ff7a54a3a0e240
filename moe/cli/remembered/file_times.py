"""Whether files and folders are what they were, told by what the system says of them without reading any."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

Look = Mapping[str, Any]
"""By path: numbers that change when what lies there does; 0 where nothing does."""

# The clocks of file systems are coarse (FAT: 2 seconds): what changed so shortly before it was read may change once
# more without its time telling.
RACY_NANOSECONDS = 3_000_000_000
_CHANGED, _MODIFIED = 6, 5  # where these times stand in what `_look` tells


def look_whole(paths: Iterable[str]) -> dict[str, Any]:
    """How each path is, down to the time of its last change; a folder tells of what comes to it and goes from it."""
    return {path: _look(path) for path in paths}


def look_owned(paths: Iterable[str]) -> dict[str, Any]:
    """Which file or folder each path is, and whose, whatever is in it."""
    return {path: _look_owned(path) for path in paths}


def is_whole(look: Look) -> bool:
    """Whether `look_whole` would say the same now."""
    return all(_look(path) == then for path, then in look.items())


def is_owned(look: Look) -> bool:
    """Whether `look_owned` would say the same now."""
    return all(_look_owned(path) == then for path, then in look.items())


def is_settled(look: Look, *, began: int, now: int) -> bool:
    """Whether every later change of the files would be seen in `look`.

    Args:
        look: What `look_whole` said, after the files were read.
        began: When the first of them was read, in nanoseconds.
        now: The present.
    """
    racy = range(began - RACY_NANOSECONDS, now + RACY_NANOSECONDS)
    return not any(then and (then[_CHANGED] in racy or then[_MODIFIED] in racy) for then in look.values())


def _look(path: str) -> list[int] | int:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return 0
    owned = [found.st_mode, found.st_uid, found.st_gid, found.st_ino]
    return [*owned, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def _look_owned(path: str) -> list[int] | int:
    found = _look(path)
    return found if isinstance(found, int) else found[:4]
