"""Which file system a folder lies on, as far as it decides what may be kept there."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
# Their locks hold on one machine only, or come late: two machines that write one SQLite file damage it.
_NETWORK_TYPES = re.compile(
    r"nfs\d?|cifs|smb\w*|afs|ncpfs|ceph|glusterfs|lustre|gpfs|fuse\.(?:sshfs|glusterfs|s3fs|rclone)"
)
_OCTAL = re.compile(r"\\([0-7]{3})")


def find_network_type(folder: Path, mounts: str | None = None) -> str:
    """The kind of the network file system that a folder lies on; "" when it lies on none, or the system does not tell.

    Args:
        folder: It need not exist.
        mounts: What is mounted where, as /proc/self/mountinfo has it; by default that of this machine.
    """
    return _find_network_type(folder.resolve(), _read_own() if mounts is None else mounts)


@lru_cache(64)  # a run that goes on looks twice a second whether somebody has cancelled it
def _find_network_type(real: Path, mounts: str) -> str:
    listed = _read_mounts(mounts)
    over = [(len(point.parts), kind) for point, kind in listed if real.is_relative_to(point)]
    kind = max(over, key=lambda one: one[0])[1] if over else ""  # of two at one place, the later would hide the first
    return kind if _NETWORK_TYPES.fullmatch(kind) else ""


@cache
def _read_own() -> str:
    try:
        return _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def _read_mounts(mounts: str) -> Iterator[tuple[Path, str]]:
    """Where something is mounted, and of what kind; the last mounted first."""
    for line in reversed(mounts.splitlines()):
        place, _, source = line.partition(" - ")
        fields = place.split(" ")
        if len(fields) > 4 and source:
            yield Path(_OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[4])), source.split(" ")[0]
