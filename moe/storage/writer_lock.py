"""One writer at a time: a lock that the system lets go of when its holder dies."""

import errno
import os
import sys
import time
from pathlib import Path
from typing import BinaryIO, Self

import msgspec

from moe.storage.processes import is_alive, read_host, read_process_start
from moe_core.contracts.errors import StorageError
from moe_core.contracts.wire import decode_json, encode_json

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# What file systems say that have no locks; then only the lock file's content tells of a writer.
_LOCKLESS = frozenset((errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL))
_POLL_SECONDS = 0.02  # chosen: a holder needs about a hundredth of a second
_LOCKED_BYTE = 1 << 30  # beyond the content, which others may read


class Writer(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes, as the lock file tells it.

    Attributes:
        pid: Process number.
        host: Machine.
        start: Mark of the process's start.
        since: Seconds since 1970.
    """

    pid: int
    host: str
    start: str
    since: float


class WriterBusyError(StorageError):
    """Another process writes what is kept here.

    Attributes:
        writer: Who it is; None when that cannot be told.
    """

    def __init__(self, path: Path, writer: Writer | None, what: str) -> None:
        who = "another process"
        if writer is not None:
            since = time.strftime("%H:%M:%S", time.localtime(writer.since))
            where = "" if writer.host == read_host() else f" on {writer.host}"
            who = f"process {writer.pid}{where} (since {since})"
        super().__init__(f"{who} is changing {what} in {path.parent}", hint="wait until it is done, then try again")
        self.writer = writer


class WriterLock:
    """Held while its context lasts. A dead process holds nothing, whatever the lock file says."""

    def __init__(self, path: Path, *, what: str, wait_seconds: float = 0.0) -> None:
        """Name the lock.

        Args:
            path: The lock file; its folder exists.
            what: What the holder may change: "the index".
            wait_seconds: How long another holder is waited for.
        """
        self._path = path
        self._what = what
        self._wait_seconds = wait_seconds

    def __repr__(self) -> str:
        return f"<WriterLock {self._path}>"

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            WriterBusyError: Another process, or thread, has it.
        """
        self._file = self._path.open("a+b")
        try:
            deadline = time.monotonic() + self._wait_seconds
            while not try_lock(self._file):
                if time.monotonic() >= deadline:
                    raise WriterBusyError(self._path, self._read_writer(), self._what)
                time.sleep(_POLL_SECONDS)
            self._file.truncate(0)
            me = Writer(pid=os.getpid(), host=read_host(), start=read_process_start(os.getpid()), since=time.time())
            self._file.write(encode_json(me))
            self._file.flush()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the lock."""
        self._file.truncate(0)
        self._file.close()

    def _read_writer(self) -> Writer | None:
        self._file.seek(0)
        try:
            return decode_json(Writer, self._file.read())
        except (ValueError, OSError):
            return None


def try_lock(file: BinaryIO) -> bool:
    """Whether a file is this process's alone now, until it is closed; asks, and does not wait."""
    try:
        if sys.platform == "win32":
            file.seek(_LOCKED_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in _LOCKLESS and not _is_written_by_another(file)
    return True


def _is_written_by_another(file: BinaryIO) -> bool:
    file.seek(0)
    try:
        writer = decode_json(Writer, file.read())
    except ValueError:
        return False
    return is_alive(writer.pid, start=writer.start, host=writer.host)
