"""Standard output kept for what moe itself prints: whatever plugins write to its descriptor goes to standard error."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper

_OUTPUT, _ERRORS = 1, 2


@contextmanager
def keep_output() -> Iterator[None]:
    """As long as the block lasts, `sys.stdout` has a descriptor of its own, and descriptor 1 is standard error.

    So `os.write(1, ...)`, `sys.__stdout__` and child processes of a plugin cannot get between the lines of `--json`.
    It does nothing where standard output is not the process's own, is closed, or cannot be written.
    """
    usual = sys.stdout
    if not _is_own(usual):
        yield
        return
    own = os.dup(_OUTPUT)
    output = os.fdopen(own, "w", encoding=usual.encoding, errors=usual.errors)
    if isinstance(usual, TextIOWrapper):
        output.reconfigure(line_buffering=usual.line_buffering, write_through=usual.write_through)
    sys.stdout = output
    _point_to_errors()
    try:
        yield
    finally:
        with suppress(OSError, ValueError):
            usual.flush()
        os.dup2(own, _OUTPUT)
        kept, sys.stdout = sys.stdout, usual
        with suppress(OSError, ValueError):  # what could not be written has been told
            kept.close()


def _is_own(stream: object) -> bool:
    if not isinstance(stream, TextIOWrapper) or stream is not sys.__stdout__:
        return False
    try:
        stream.flush()  # what was printed so far must not follow
        return stream.fileno() == _OUTPUT
    except (OSError, ValueError):
        return False


def _point_to_errors() -> None:
    try:
        os.dup2(_ERRORS, _OUTPUT)
    except OSError:  # there is no standard error
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, _OUTPUT)
        os.close(nowhere)
