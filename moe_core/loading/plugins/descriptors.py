"""Standard output kept clean of what foreign code writes past `sys.stdout`, straight to the file descriptor."""

import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

from moe_core.loading.plugins.containment import LONGEST_OUTPUT

_STANDARD_OUTPUT = 1
# Held while the descriptor points elsewhere: a second diversion would put back the first one's file.
_DIVERTED = threading.Lock()


@contextmanager
def divert_output() -> Iterator[Callable[[], str]]:
    """Send what is written to file descriptor 1 to a file of its own: `os.write`, `sys.__stdout__`, child processes.

    The descriptor is the whole process's, so other threads' output goes there too: use it briefly. It does nothing
    within another diversion, in whichever thread, or when there is no standard output.

    Yields:
        Reads what was written, at most 64 KB; "" before the end of the block.
    """
    told: list[str] = []
    if not _DIVERTED.acquire(blocking=False):
        yield str
        return
    try:
        with _redirect(told):
            yield lambda: "".join(told)
    finally:
        _DIVERTED.release()


@contextmanager
def _redirect(told: list[str]) -> Iterator[None]:
    _flush()  # what moe has printed so far must not follow
    try:
        kept = os.dup(_STANDARD_OUTPUT)
    except OSError:  # it is closed
        yield
        return
    try:
        with tempfile.TemporaryFile() as file:
            os.dup2(file.fileno(), _STANDARD_OUTPUT)
            try:
                yield
            finally:
                _flush()
                os.dup2(kept, _STANDARD_OUTPUT)
                told.append(_read(file))
    finally:
        os.close(kept)


def _flush() -> None:
    with suppress(OSError, ValueError, AttributeError):  # closed, or none at all
        sys.__stdout__.flush()  # type: ignore[union-attr]


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(LONGEST_OUTPUT).decode("utf-8", "replace")
