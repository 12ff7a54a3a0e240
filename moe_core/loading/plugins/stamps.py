"""Whether files are still what they were: by size and time, and by content where times cannot tell."""

import os
import stat
import time
from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

# A file that changed within this time of being read may change once more without its time telling: coarse clocks of
# file systems (FAT: 2 seconds), and several writes within one tick.
_RACY_NANOSECONDS = 3_000_000_000
_MISSING = -1


class Stamp(NamedTuple):
    """A file as it was.

    Attributes:
        size: -1 for one that is not there, or cannot be reached.
        digest: Of its content, "" where size and time are enough to know it again.
    """

    path: str
    size: int
    modified: int
    inode: int
    digest: str = ""


def take_stamps(paths: Iterable[str]) -> list[Stamp] | None:
    """How the files are now; None when one is there and cannot be read."""
    try:
        return [_take(path) for path in dict.fromkeys(paths)]
    except OSError:
        return None


def is_same(stamp: Stamp) -> bool:
    """Whether the file is what it was."""
    try:
        now = os.stat(stamp.path)
        if (now.st_size, now.st_mtime_ns, now.st_ino) != (stamp.size, stamp.modified, stamp.inode):
            return False
        return not stamp.digest or _digest(stamp.path) == stamp.digest
    except OSError:
        return stamp.size == _MISSING


def is_recent(path: str | os.PathLike[str]) -> bool:
    """Whether the file may change once more without the second of its time telling; so may one of the future."""
    try:
        return time.time_ns() - os.stat(path).st_mtime_ns < _RACY_NANOSECONDS
    except OSError:
        return False


def _take(path: str) -> Stamp:
    try:
        found = os.stat(path)
    except OSError:
        return Stamp(path, _MISSING, 0, 0)
    is_racy = stat.S_ISREG(found.st_mode) and abs(time.time_ns() - found.st_mtime_ns) < _RACY_NANOSECONDS
    digest = _digest(path) if is_racy else ""
    return Stamp(path, found.st_size, found.st_mtime_ns, found.st_ino, digest)


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return blake2b(file.read(), digest_size=16).hexdigest()
