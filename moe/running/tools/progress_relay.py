"""What a tool reports while it works, handed on from whatever thread it comes."""

import asyncio
import threading
import time
from collections.abc import Callable

_INTERVAL_SECONDS = 0.5  # a tool may report each of a million rows; nobody reads more than this


class ProgressRelay:
    """Tells one listener of a call's progress, in the event loop, and no more often than it can be read."""

    def __init__(self, tell: Callable[[str], None], *, interval_seconds: float = _INTERVAL_SECONDS) -> None:
        self._tell = tell
        self._interval_seconds = interval_seconds
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._told_at = float("-inf")
        self._is_open = True

    def __call__(self, progress: str) -> None:
        """Hand one report on, unless another has just been."""
        now = time.monotonic()
        if not self._is_open or now - self._told_at < self._interval_seconds:
            return
        self._told_at = now
        if threading.get_ident() == self._thread:
            self._tell(progress)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell_open, progress)

    def close(self) -> None:
        """The call is over: what a thread that was left to itself still reports is for nobody."""
        self._is_open = False

    def _tell_open(self, progress: str) -> None:
        if self._is_open:
            self._tell(progress)
