"""Several processes that read files at once; more are started only while files wait."""

import os
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread

from moe.knowledge.loading.file_time import FileTime
from moe.knowledge.loading.pool.reader_process import ReaderProcess
from moe.knowledge.loading.sources import SourceFile
from moe.knowledge.settings import DocumentSettings
from moe_core.contracts.loader import Loaded, Loader

_PROCESSES_MAX = 4  # what is read is also indexed, by one thread, which keeps up with no more
_PATIENCE_SECONDS = 2.0  # a process costs a tenth of a second to start: a few small files are not worth a second one
_CLOSING_SECONDS = 2.0  # a process that is killed is gone at once

_Job = tuple[SourceFile, type[Loader], "Future[Loaded]"]


class ReaderPool:
    """Reads files in processes of its own. Close it."""

    def __init__(self, settings: DocumentSettings, file_time: FileTime) -> None:
        self._settings = settings
        self._file_time = file_time
        self._processes_max = settings.processes or min(os.cpu_count() or 1, _PROCESSES_MAX)
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._readers: list[ReaderProcess] = []
        self._threads: list[Thread] = []
        self._is_closed = False

    def submit(self, file: SourceFile, loader: type[Loader]) -> "Future[Loaded]":
        """Have a file read when its turn comes."""
        future: Future[Loaded] = Future()
        self._jobs.put((file, loader, future))
        if not self._readers:
            self._grow()
        return future

    def wait(self, future: "Future[Loaded]") -> Loaded:
        """What a file holds.

        Raises:
            DocumentError: It cannot be read.
        """
        while len(self._readers) < self._processes_max:
            try:
                return future.result(timeout=_PATIENCE_SECONDS)
            except TimeoutError:
                if self._jobs.empty():
                    break
                self._grow()
        return future.result()

    def close(self) -> None:
        """End all processes, whatever they do."""
        self._is_closed = True
        for reader in self._readers:
            self._jobs.put(None)
            reader.interrupt()
        for thread in self._threads:
            thread.join(_CLOSING_SECONDS)

    def _grow(self) -> None:
        reader = ReaderProcess(self._settings, self._file_time)
        self._readers.append(reader)
        thread = Thread(target=self._work, args=(reader,), name="moe reader", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self, reader: ReaderProcess) -> None:
        while (job := self._jobs.get()) is not None and not self._is_closed:
            file, loader, future = job
            try:
                future.set_result(reader.read(file, loader))
            except BaseException as error:  # noqa: BLE001 - whoever waits for the file is told
                future.set_exception(error)
        reader.close()
