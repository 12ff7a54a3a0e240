"""The wall behind a deadline: a process that is still at work then is ended, whatever it is busy with."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Self

from moe.cli.exit_codes import EXIT_FAILED
from moe.cli.outcome import fail, fail_interrupted
from moe.cli.stop_signals import find_stop_code
from moe_core.contracts.log_context import stay_about

# After the deadline, for what ends by itself: more than `moe.running.last_resort.GRACE_SECONDS`.
WALL_SECONDS = 2.2
# Before the run begins: the time of imports, which no deadline counts.
_START_SECONDS = 15.0
# For what is told and recorded at the wall; then the system ends the process.
_LAST_WORDS_SECONDS = 2.0


class TimeWall:
    """Ends the process at its deadline, as long as the block lasts; at once after a signal that asked it to stop.

    The work may keep the interpreter busy, so that nothing else has a turn: an alarm interrupts it all the same. Where
    there is none (Windows, or outside of the main thread) a timer does what it can.
    """

    def __init__(self, seconds: float, on_reached: Callable[[bool], str]) -> None:
        """Prepare.

        Args:
            seconds: From when the work begins (`begin`); the wall stands a little behind.
            on_reached: Records how it ended and clears the screen; whether it was told to stop, which run it was.
        """
        self._seconds = seconds + WALL_SECONDS
        self._on_reached = on_reached
        self._until = 0.0
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        """Put it up, with time for what comes before the work."""
        if sys.platform != "win32" and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGALRM, self._end)
        self._put(_START_SECONDS)
        return self

    def begin(self) -> None:
        """The work begins now."""
        self._put(0.0)

    def _put(self, more_seconds: float) -> None:
        seconds = self._seconds + more_seconds
        self._until = time.monotonic() + seconds
        if self._timer is not None:
            self._timer.cancel()
        if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
            self._timer = threading.Timer(seconds, self._end)
            self._timer.daemon = True
            self._timer.start()
        else:
            signal.setitimer(signal.ITIMER_REAL, seconds)

    def __exit__(self, *_: object) -> None:
        """Take it away."""
        if self._timer is not None:
            self._timer.cancel()
        elif sys.platform != "win32":
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def _end(self, number: int = 0, frame: FrameType | None = None) -> None:
        if self._timer is None and sys.platform != "win32":
            signal.signal(signal.SIGALRM, signal.SIG_DFL)  # should the last words hang, too
            signal.setitimer(signal.ITIMER_REAL, _LAST_WORDS_SECONDS)
        is_stopped = time.monotonic() < self._until
        run_id = ""
        try:
            run_id = self._on_reached(is_stopped)
            stay_about(run_id=run_id)
        finally:
            os._exit(_tell_end(run_id, is_stopped=is_stopped))


def _tell_end(run_id: str, *, is_stopped: bool) -> int:
    if is_stopped:
        return find_stop_code(fail_interrupted(run_id))
    hint = f"moe runs show {run_id} tells how far it got" if run_id else "give it more: --deadline SECONDS"
    return fail("it was not over when its time was, and was broken off", hint, EXIT_FAILED)
