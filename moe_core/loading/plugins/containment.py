"""Running foreign code so that its failure becomes a value."""

import builtins
import io
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from types import FrameType
from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")

_BUILTINS = vars(builtins)
LONGEST_OUTPUT = 1 << 16  # of what a plugin prints, this much is kept


class Outcome(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """What came of foreign code.

    Attributes:
        value: What it returned; None when it failed.
        failure: What it raised, or None.
        output: What it printed to sys.stdout and sys.stderr, at most 64 KB.
        replaced: Python's own names (`open`, `print`, ...) that it replaced.
    """

    value: T | None = None
    failure: BaseException | None = None
    output: str = ""
    replaced: tuple[str, ...] = ()


def contain(action: Callable[[], T]) -> Outcome[T]:
    """Run foreign code in this thread and hand back whatever came of it.

    Every exception is caught, SystemExit, RecursionError and its own KeyboardInterrupt included; only the user's
    Ctrl-C passes, and nothing that the code does with it keeps it from passing. What the code prints is kept from
    the user's streams, and the current folder, the warning filters and Python's own names are put back.

    It stays in this process, so some things are out of reach: `os._exit` and crashes of the interpreter
    end moe, and code that never returns is waited for. Those need a process of their own with a time limit.
    Writes to the bare file descriptors are `divert_output`'s matter.

    Raises:
        KeyboardInterrupt: The user pressed Ctrl-C meanwhile.
    """
    output = _Unclosable()
    stream = io.TextIOWrapper(output, encoding="utf-8", errors="backslashreplace", write_through=True)
    value: T | None = None
    failure: BaseException | None = None
    before = after = _BUILTINS.copy()
    with (
        _watched_interrupts(),
        _kept_state(),
        warnings.catch_warnings(),
        redirect_stdout(stream),
        redirect_stderr(stream),
    ):
        try:
            try:
                value = action()
            finally:
                after = _BUILTINS.copy()
                _BUILTINS.update(before)
        except BaseException as error:  # noqa: BLE001 - the plugin boundary: SystemExit and its like must not end moe
            failure = error
    replaced = tuple(name for name, own in before.items() if after.get(name) is not own)
    return Outcome(value=value, failure=failure, output=output.getvalue().decode("utf-8", "replace"), replaced=replaced)


class _Unclosable(io.BytesIO):
    """Bytes that stay readable when a plugin closes the stream, or keeps it for a log handler.

    What comes after the first 64 KB is passed over.
    """

    def write(self, data: Any, /) -> int:
        """Keep the bytes while there is room."""
        room = LONGEST_OUTPUT - self.tell()
        super().write(data[:room] if room > 0 else b"")
        return len(data)

    def close(self) -> None:
        """Stay open."""


@contextmanager
def _watched_interrupts() -> Iterator[None]:
    """Raise KeyboardInterrupt at the end if the user interrupted, whatever became of it.

    Signals come to the main thread only: in others, and where SIGINT is not Python's to handle, there is no telling.
    """
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(usual):
        yield
        return
    interrupts = 0

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal interrupts
        interrupts += 1
        usual(number, frame)

    signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if interrupts:
        raise KeyboardInterrupt


@contextmanager
def _kept_state() -> Iterator[None]:
    """Put the current folder back, and the recursion limit with it."""
    limit = sys.getrecursionlimit()
    folder = None
    with suppress(OSError):
        folder = os.getcwd()
    try:
        yield
    finally:
        if sys.getrecursionlimit() != limit:
            sys.setrecursionlimit(limit)
        if folder is not None:
            with suppress(OSError):
                os.chdir(folder)
