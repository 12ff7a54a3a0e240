"""Whether the process that began something still lives."""

import os
import socket
from functools import lru_cache
from pathlib import Path


def read_process_start(pid: int) -> str:
    """A mark that tells a process from a later one of the same number; "" where the system shows none."""
    return _read_own_start(pid) if pid == os.getpid() else _read_start(pid)


@lru_cache(1)  # it does not change as long as the process lives; one that was forked has another number
def _read_own_start(pid: int) -> str:
    return _read_start(pid)


def _read_start(pid: int) -> str:
    fields = _read_stat(pid)
    return fields[19] if len(fields) > 19 else ""


def read_host() -> str:
    """The name of this machine, or container: process numbers mean something only within it."""
    return socket.gethostname()


def find_current_folder() -> str:
    """The folder that this process works in; "" when somebody has deleted it."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def is_alive(pid: int, *, start: str, host: str) -> bool:
    """Whether a process runs; true when that cannot be known (another machine, or no POSIX).

    Args:
        start: What `read_process_start` said when it began, or "".
        host: What `read_host` said.
    """
    if host != read_host() or os.name != "posix":
        return True
    fields = _read_stat(pid)
    if fields:
        is_zombie = fields[0] == "Z"
        return not is_zombie and (not start or fields[19] == start)
    return _answers(pid)


def _read_stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the program's name, which may hold anything; [] without one."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _answers(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
