"""What keeps a process that reads files within its memory and time, from inside."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pkgutil import resolve_name
from threading import Thread

from moe_kit.processes.address_space import limit_address_space

MEMORY_EXIT = 77  # the process needed more memory than it may
_LOOKS_PER_SECOND = 10  # a look costs microseconds; so none is long beyond its wall
_SYSTEM: str = sys.platform


class MemoryWall:
    """The memory that a process may take beside what it has now.

    On Linux the system holds it. Where a system only knows how much memory a process had at most, as macOS does, a
    thread looks at that, and ends the process. On Windows there is none.
    """

    def __init__(self, megabytes: int) -> None:
        """Raise it.

        Args:
            megabytes: What may come on top of what the process has now.
        """
        self._base = read_memory()
        self._room = megabytes << 20
        if _SYSTEM == "linux":
            limit_address_space(self._base + self._room)
        elif _SYSTEM != "win32":
            Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        """End the process once it has taken more."""
        while True:
            if read_memory() > self._base + self._room:
                os._exit(MEMORY_EXIT)
            time.sleep(1 / _LOOKS_PER_SECOND)

    @property
    def is_worn(self) -> bool:
        """Whether so much was taken that the next file had better find a fresh process."""
        return read_memory() > self._base + self._room // 2

    @property
    def was_near(self) -> bool:
        """Whether so much was taken that more was probably asked for in vain: libraries name other reasons then."""
        return read_memory() > self._base + self._room * 3 // 4


def read_memory() -> int:
    """The most bytes that this process has had so far: of addresses on Linux, in use elsewhere; 0 on Windows."""
    if _SYSTEM == "linux":
        with open("/proc/self/status", "rb") as file:
            return next(int(line.split()[1]) << 10 for line in file if line.startswith(b"VmPeak:"))
    if _SYSTEM == "win32":
        return 0
    usage = resolve_name("resource:getrusage")(resolve_name("resource:RUSAGE_SELF"))
    return int(usage.ru_maxrss) * (1 if _SYSTEM == "darwin" else 1024)


def set_alarm(seconds: float) -> None:
    """Have the system end this process after so many seconds; 0 takes that back. Windows has no such thing."""
    set_timer: Callable[[int, float], object] | None = getattr(signal, "setitimer", None)
    if set_timer is not None:
        set_timer(signal.ITIMER_REAL, seconds)
