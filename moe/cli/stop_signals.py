"""SIGTERM and SIGHUP stop a command as Ctrl-C does; the exit code tells which signal it was."""

import signal
import sys
import threading
from types import FrameType

from moe.cli.exit_codes import EXIT_INTERRUPTED

_NAMES = ("SIGTERM", "SIGHUP")
# How long a command may take to end once it is told to; then its wall ends it. See `moe.cli.time_wall`.
STOP_SECONDS = 2.5


class StopSignals:
    """Hears the signals that end a process.

    Attributes:
        received: The first of them; 0 before.
    """

    def __init__(self) -> None:
        self.received = 0

    def __repr__(self) -> str:
        return f"<StopSignals, {self.received or 'none'} received>"

    def listen(self) -> None:
        """Hear SIGTERM and SIGHUP from now on, unless whoever started the process has them ignored, as `nohup` does."""
        if threading.current_thread() is not threading.main_thread():
            return
        _hold_back_ignored_interrupts()
        for name in _NAMES:
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, self._stop)

    def close(self) -> None:
        """Let nothing stop what is left to do: all is told, and the process is about to end."""
        for name in ("SIGINT", *_NAMES):
            number = getattr(signal, name, None)
            if number is not None and (name == "SIGINT" or signal.getsignal(number) == self._stop):
                signal.signal(number, signal.SIG_IGN)

    def find_code(self, code: int) -> int:
        """The exit code of a command that ended with `code`: a signal's own when it was one that stopped it."""
        return 128 + self.received if self.received and code == EXIT_INTERRUPTED else code

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.received = self.received or number
        if sys.platform != "win32" and callable(signal.getsignal(signal.SIGALRM)):
            signal.setitimer(signal.ITIMER_REAL, STOP_SECONDS)
        interrupt = signal.getsignal(signal.SIGINT)
        if not callable(interrupt):
            raise KeyboardInterrupt
        interrupt(signal.SIGINT, frame)


def _hold_back_ignored_interrupts() -> None:
    """Where Ctrl-C is ignored, as a shell does for what it runs in the background, have it blocked instead.

    It stays unheard; but what stops work for it, which Python and asyncio set up only where it is not ignored, is there
    for the other signals.
    """
    if sys.platform != "win32" and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        signal.signal(signal.SIGINT, signal.default_int_handler)


def find_stop_code(code: int) -> int:
    """The exit code of this process, wherever it ends: as `find_code` of the signals that it hears."""
    heard = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return heard.find_code(code) if isinstance(heard, StopSignals) else code
