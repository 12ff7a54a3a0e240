"""Processes whose parent is gone, or has left them: ended all the same, as far as the system knows of them (Linux)."""

import ctypes
import os
import signal
import sys
from collections.abc import Container, Iterator
from contextlib import suppress

_SET_PARENT_DEATH_SIGNAL, _SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
_ROUNDS = 100  # what starts others as fast as they are ended is left to the system's own limits
_SYSTEM: str = sys.platform


def adopt_orphans() -> None:
    """From now on, processes below this one whose parent ends become its own children, whatever their group."""
    _control(_SET_CHILD_SUBREAPER, 1)


def end_with_parent(number: signal.Signals, parent: int) -> None:
    """Have the system send this process a signal when its parent ends; at once where it is gone already.

    Args:
        number: What is sent.
        parent: The id of the process that started this one.
    """
    _control(_SET_PARENT_DEATH_SIGNAL, int(number))
    if _SYSTEM == "linux" and os.getppid() != parent:
        signal.raise_signal(number)


def kill_others(known: Container[int]) -> None:
    """End all children of this process but those that are known, and what they leave behind."""
    for _ in range(_ROUNDS):
        strangers = [pid for pid in _list_children() if pid not in known]
        if not strangers:
            return
        for pid in strangers:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pid in strangers:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _list_children() -> Iterator[int]:
    """The children of this process; none where the system does not list them."""
    with suppress(OSError), open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
        yield from map(int, file.read().split())


def _control(option: int, value: int) -> None:
    if _SYSTEM == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
