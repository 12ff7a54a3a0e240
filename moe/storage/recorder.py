"""A thread that writes what a run hands it, so that the run never waits for the disk."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from moe_core.contracts.errors import StorageError

Values: TypeAlias = tuple[str | float | None, ...]
# An SQL statement and its values.
Write: TypeAlias = tuple[str, Values]

# How long the thread lets writes gather before it takes them all to the disk in one transaction.
GATHER_SECONDS = 0.015
CLOSE_SECONDS = 30.0
_AGAIN_SECONDS = 0.5  # between two tries of what could not be written, unless somebody waits for it
LOOK_SECONDS = 0.5  # between two looks at whether the thread still lives, of who waits for it
_HELD_MAX = 20_000  # writes that wait for a database; a run of an hour makes some thousand


class NothingWrittenError(StorageError):
    """None of several writes is on disk, for a reason that may pass; all may be tried again, in order."""


class WritableFile(Protocol):
    """Where the writes go."""

    def write(self, writes: Sequence[Write]) -> None:
        """Write all, in order.

        Raises:
            NothingWrittenError: None of them is written; the same may be tried again.
            StorageError: Some of them are faulty; the others are written.
        """
        ...

    def close(self) -> None:
        """Give the file back."""
        ...


class Recorder:
    """Takes writes without waiting and without raising; the first failure is kept for whoever asks.

    What could not be written because the database was away, locked or full is tried again with the next write, before
    it: a record has no gaps.

    The thread starts with the first write and opens the file itself; many runs may share it.

    Args:
        open_file: Opens the file; called in the thread, until it succeeds.
    """

    def __init__(self, open_file: Callable[[], WritableFile]) -> None:
        self._open_file = open_file
        self._pending: deque[Write | Callable[[], None]] = deque()
        self._wake = threading.Event()
        self._is_awake = False  # as far as who submits need know: asking the event itself takes ten times as long
        self._hurry = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self._failure: StorageError | None = None
        self._held: list[Write] = []
        self._again_at = 0.0

    def __repr__(self) -> str:
        return f"<Recorder, {len(self._pending)} pending{', closed' if self._is_closed else ''}>"

    @property
    def is_writing(self) -> bool:
        """Whether anything was submitted at all."""
        return self._thread is not None

    def submit(self, write: Write) -> None:
        """Have something written soon."""
        if self._is_closed:
            self.keep_failure(StorageError("the record of runs is closed", hint="open another RunStore"))
            return
        self._pending.append(write)
        if self._thread is None:
            self._start()
        if not self._is_awake:
            self._is_awake = True
            self._wake.set()

    def flush(self) -> None:
        """Wait until everything submitted so far is written, or has failed."""
        thread = self._thread
        if thread is None:
            return
        written = threading.Event()
        self.hasten(written.set)
        while not written.wait(LOOK_SECONDS):
            if self.has_broken_off():
                return

    def hasten(self, tell: Callable[[], None]) -> None:
        """Have everything submitted so far written now; `tell` is called by the thread when it is, or has failed."""
        self._pending.append(tell)
        self._hurry.set()
        self._wake.set()

    def has_broken_off(self) -> bool:
        """Whether the thread ended without being told to; nothing more is written then, which is kept as a failure."""
        if self._thread is None or self._thread.is_alive():
            return False
        self.keep_failure(StorageError("the recording thread broke off", hint="report this as a fault of moe"))
        return True

    def close(self) -> None:
        """Write what is left and end the thread."""
        self._is_closed = True
        thread = self._thread
        if thread is None:
            return
        self._hurry.set()
        self._wake.set()
        thread.join(CLOSE_SECONDS)
        if thread.is_alive():
            self.keep_failure(
                StorageError(f"recording did not end within {CLOSE_SECONDS:g} s", hint="is the disk there?")
            )

    def keep_failure(self, failure: StorageError) -> None:
        """Remember a failure, unless there is one: the first is the cause of the rest."""
        self._failure = self._failure or failure

    def take_failure(self) -> StorageError | None:
        """The first failure since the last time asked, or None."""
        failure, self._failure = self._failure, None
        return failure

    def _start(self) -> None:
        with self._starting:
            if self._thread is not None:
                return
            thread = threading.Thread(target=self._work, name="moe-recorder", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:
                self.keep_failure(StorageError(f"cannot record: {error}", hint="end some processes and try again"))
                self._is_closed = True
                return
            self._thread = thread

    def _work(self) -> None:
        file: WritableFile | None = None
        try:
            while not (self._is_closed and not self._pending):
                self._wake.wait()
                self._hurry.wait(GATHER_SECONDS)
                self._hurry.clear()
                self._wake.clear()  # before taking: what comes later sets it again
                self._is_awake = False
                file = self._write_pending(file)
                if self._is_closed:
                    self._wake.set()
        finally:
            if file is not None:
                self._close_file(file)

    def _write_pending(self, file: WritableFile | None) -> WritableFile | None:
        """Write what waits; the file, which is opened when there is something to write, again after it could not be."""
        if not self._pending:
            return file  # what is held was tried when somebody waited for it
        writes: list[Write] = []
        waiting: list[Callable[[], None]] = []
        for _ in range(len(self._pending)):
            item = self._pending.popleft()
            if isinstance(item, tuple):
                writes.append(item)
            else:
                waiting.append(item)
        if self._held and not waiting and time.monotonic() < self._again_at:
            self._hold(writes)
            return file
        writes, self._held = [*self._held, *writes], []
        try:
            if writes:
                file = file or self._open_file()
                file.write(writes)
                self._forget_passed()
        except NothingWrittenError as failure:
            self._hold(writes)
            self._again_at = time.monotonic() + _AGAIN_SECONDS
            self.keep_failure(failure)
        except StorageError as failure:
            self.keep_failure(failure)
        except Exception as error:  # noqa: BLE001 - such as MemoryError: who asks is told, nothing is printed from here
            reason = f"{type(error).__name__}: {error}".strip(": ")
            self.keep_failure(
                StorageError(f"cannot record: {reason}", hint="is there room, in memory and on the disk?")
            )
        finally:
            for tell in waiting:
                tell()
        return file

    def _hold(self, writes: Sequence[Write]) -> None:
        """Keep writes for later; of too many the last are lost, so that there is no gap before what is written."""
        self._held += writes[: _HELD_MAX - len(self._held)]

    def _forget_passed(self) -> None:
        """Nothing is lost by now of what could not be written before."""
        if isinstance(self._failure, NothingWrittenError):
            self._failure = None

    def _close_file(self, file: WritableFile) -> None:
        try:
            file.close()
        except StorageError as failure:
            self.keep_failure(failure)
