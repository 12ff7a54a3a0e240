"""The standard streams made safe: any character, a reader that left, a full disk, no stream at all."""

import errno
import os
import sys
from codecs import lookup
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from moe.cli.exit_codes import EXIT_FAILED

_SHOW_CURSOR = "\x1b[?25h"


def prepare_streams() -> None:
    """Let no character of an answer crash the output: what the stream's encoding lacks is replaced.

    ASCII that nobody asked for comes of a locale that nobody set (LC_ALL=C); terminals and files take UTF-8 there.
    """
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - open to the end
    is_unset = not os.environ.get("PYTHONIOENCODING")
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the end
        elif isinstance(stream, TextIOWrapper):
            with suppress(OSError):  # what was written before cannot be flushed; `finish_streams` tells
                is_ascii = lookup(stream.encoding).name == "ascii"
                stream.reconfigure(errors="replace", encoding="utf-8" if is_ascii and is_unset else stream.encoding)


def read_input() -> str:
    """All of standard input; bytes that are no text are replaced."""
    return open_input().read()


def open_input() -> TextIO:
    """Standard input; bytes that are no text are replaced."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    return sys.stdin


def finish_streams(exit_code: int) -> int:
    """Write out what is left; the exit code, or 1 when the output could not be written.

    A reader that left early (`| head`) has got what it wanted, and is no failure.
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        abandon_output()
    except OSError as error:
        abandon_output()
        tell_unwritable(error)
        exit_code = exit_code or EXIT_FAILED
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    return exit_code


def restore_cursor() -> None:
    """Show the terminal's cursor, whatever hid it: what took the view off may have been interrupted itself."""
    with suppress(OSError, ValueError, AttributeError):
        if sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb":
            sys.stderr.write(_SHOW_CURSOR)
            sys.stderr.flush()


def is_unwritable(error: OSError) -> bool:
    """Whether an error came from writing to a stream: it names no file, and the device is full or gone."""
    return error.filename is None and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO)


def abandon_output() -> None:
    """Send the rest of the output nowhere, so that the interpreter has nothing to complain of at its end."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def tell_unwritable(error: OSError) -> None:
    """Say that the output could not be written."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"error: cannot write the output: {error.strerror or error}\n")
