"""Whose program listens at a port of this machine, where the system tells."""

from collections.abc import Iterator
from pathlib import Path

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))  # Linux
_LISTENS = "0A"
# As Linux writes addresses: four bytes of each group in the machine's own order.
_NEAR = frozenset({"0100007F", "00000000", "0" * 32, f"{'0' * 24}01000000", "0000000000000000FFFF00000100007F"})


def find_listeners(port: int, *, tables: tuple[Path, ...] = TABLES) -> tuple[int, ...] | None:
    """The system's numbers of the users who listen at a port for connections from this machine, sorted.

    Several when different addresses of the machine lead to different programs. None where the system does not tell.
    """
    found: set[int] = set()
    has_table = False
    for table in tables:
        try:
            lines = table.read_text("ascii").splitlines()[1:]
        except (OSError, ValueError):
            continue
        has_table = True
        found.update(_read_users(lines, port))
    return tuple(sorted(found)) if has_table else None


def _read_users(lines: list[str], port: int) -> Iterator[int]:
    for line in lines:
        parts = line.split()
        if len(parts) < 8 or parts[3] != _LISTENS:
            continue
        address, _, at = parts[1].partition(":")
        if (address in _NEAR or address.endswith("7F")) and int(at, 16) == port:
            yield int(parts[7])
