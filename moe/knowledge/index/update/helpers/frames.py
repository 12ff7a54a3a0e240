"""What goes between moe and a process that analyses passages: pickled values with their lengths before them."""

import pickle
import struct
import sys
from contextlib import suppress
from importlib import import_module
from typing import IO, Any

_LENGTH = struct.Struct("<Q")
_PIPE_BYTES = 1 << 20  # as much as the system lets anybody ask for: what waits in a pipe, nobody waits for


def write_frame(file: IO[bytes], value: object) -> None:
    """Send a value.

    Raises:
        OSError: The other side is gone.
    """
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    file.write(_LENGTH.pack(len(data)))
    file.write(data)
    file.flush()


def read_frame(file: IO[bytes]) -> Any:
    """The next value.

    Raises:
        EOFError: The other side is gone.
    """
    head = file.read(_LENGTH.size)
    data = file.read(*_LENGTH.unpack(head)) if len(head) == _LENGTH.size else b""
    if not data:
        raise EOFError
    return pickle.loads(data)  # noqa: S301 - both ends are moe's own, and nobody else's


def widen_pipe(file: IO[bytes]) -> None:
    """Let a pipe hold a whole batch, where the system can."""
    if sys.platform == "linux":
        fcntl = import_module("fcntl")  # not there elsewhere
        with suppress(OSError):
            fcntl.fcntl(file, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
