"""One process that analyses passages, seen from moe."""

import os
import subprocess
import sys
import weakref
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread

from moe.knowledge.analysis.columns import PassageColumns
from moe.knowledge.index.update.helpers.frames import read_frame, widen_pipe, write_frame
from moe_core.contracts.evidence import Passage

Batch = Sequence[tuple[Passage, bool]]

# The same modules as here, wherever they come from; nothing of the current folder is imported that would not be here.
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from moe.knowledge.index.update.helpers.child import main; main()"


class AnalysisHelper:
    """Analyses batches one after another, in a process of its own. Close it."""

    def __init__(self) -> None:
        path = [os.path.abspath(entry) if entry else os.getcwd() for entry in sys.path]
        self._process = subprocess.Popen(  # noqa: S603 - nothing of it comes from outside
            [sys.executable, "-P", "-S", "-c", _PROGRAM, *path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # it multiplies no matrices
        )
        # Also when moe ends without closing, as after an interrupt.
        self._finalizer = weakref.finalize(self, _kill, self._process)
        self._lock = Lock()
        self._batches: SimpleQueue[Batch | None] = SimpleQueue()
        self._waiting: deque[Future[PassageColumns | None]] = deque()
        self._is_gone = False
        self._threads = [Thread(target=work, name="moe analysis", daemon=True) for work in (self._send, self._receive)]
        for thread in self._threads:
            thread.start()

    def __repr__(self) -> str:
        return f"<AnalysisHelper {self._process.pid}, {len(self._waiting)} batches wait>"

    @property
    def load(self) -> int:
        """How many batches it has yet to answer."""
        return len(self._waiting)

    def submit(self, batch: Batch) -> "Future[PassageColumns | None]":
        """Have a batch analysed; None comes back from a helper that is gone."""
        future: Future[PassageColumns | None] = Future()
        with self._lock:
            if self._is_gone:
                future.set_result(None)
                return future
            self._waiting.append(future)
        self._batches.put(batch)
        return future

    def close(self) -> None:
        """End the process, whatever it does."""
        self._finalizer()
        self._process.wait()
        self._batches.put(None)
        for thread in self._threads:
            thread.join()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    def _send(self) -> None:
        assert self._process.stdin is not None
        widen_pipe(self._process.stdin)
        with suppress(OSError):  # it is gone, which the other thread sees
            while (batch := self._batches.get()) is not None:
                write_frame(self._process.stdin, batch)

    def _receive(self) -> None:
        assert self._process.stdout is not None
        widen_pipe(self._process.stdout)
        with suppress(EOFError, OSError):
            while True:
                columns = read_frame(self._process.stdout)
                self._waiting.popleft().set_result(columns)
        with self._lock:
            self._is_gone = True
        while self._waiting:
            self._waiting.popleft().set_result(None)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(OSError):
        process.kill()
