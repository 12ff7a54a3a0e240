"""One process that reads files, seen from moe: asked for a file, ended when the file takes too much."""

import os
import signal
import subprocess
import sys
import weakref
from contextlib import suppress
from threading import Timer
from typing import IO, Any

from moe.knowledge.loading.file_time import FileTime
from moe.knowledge.loading.pool.frames import decode_error, decode_part, read_frame, write_frame
from moe.knowledge.loading.pool.loader_reference import write_loader
from moe.knowledge.loading.pool.walls import MEMORY_EXIT
from moe.knowledge.loading.reading import join_parts
from moe.knowledge.loading.sources import SourceFile
from moe.knowledge.settings import DocumentSettings
from moe_core.contracts.errors import DocumentError
from moe_core.contracts.loader import Loaded, Loader

_START_SECONDS = 60.0  # only imports: a machine that needs longer is stuck
# The same modules as here, wherever they come from; nothing of the current folder is imported that would not be here.
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[4:]; "
    "from moe.knowledge.loading.pool.child import main; main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))"
)


class ReaderProcess:
    """Reads one file at a time; its process is started when it is needed, and again when a file has ended it."""

    def __init__(self, settings: DocumentSettings, file_time: FileTime) -> None:
        self._settings = settings
        self._file_time = file_time
        self._clock = file_time.start("read")
        self._process: subprocess.Popen[bytes] | None = None
        self._finalizer: weakref.finalize[..., Any] | None = None
        self._is_overdue = False

    def __repr__(self) -> str:
        return f"<ReaderProcess {self._process.pid if self._process else 'not started'}>"

    def read(self, file: SourceFile, loader: type[Loader]) -> Loaded:
        """Read a file.

        Raises:
            DocumentError: It cannot be read, or takes more memory or time than the settings allow.
        """
        try:
            return self._ask(file, loader)
        except (OSError, EOFError) as error:
            raise self._explain(file, error) from error

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None and self._finalizer is not None:
            self._finalizer()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]
        self._process = self._finalizer = None

    def interrupt(self) -> bool:
        """End the process from another thread than the one that reads; whether there was one."""
        process = self._process
        if process is not None:
            _kill(process)
        return process is not None

    def _ask(self, file: SourceFile, loader: type[Loader]) -> Loaded:
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        self._clock = self._file_time.start("read")
        write_frame(process.stdin, [os.fspath(file.path), file.document_id, write_loader(loader)])
        parts: list[Loaded] = []
        failure: DocumentError | None = None
        while True:
            kind, *content = self._receive(process.stdout, self._clock.allow())
            if kind == "part":
                parts.append(decode_part(content[0]))
            elif kind == "error":
                failure = decode_error(content[0])
            else:
                break
        if content[0]:
            self.close()
        if failure is not None:
            raise failure
        return join_parts(parts)

    def _start(self) -> "subprocess.Popen[bytes]":
        path = [os.path.abspath(entry) if entry else os.getcwd() for entry in sys.path]
        settings = self._settings
        limits = (settings.memory_megabytes, settings.seconds, settings.max_characters)
        self._process = subprocess.Popen(  # noqa: S603 - nothing of it comes from outside
            [sys.executable, "-P", "-S", "-c", _PROGRAM, *map(str, limits), *path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "MALLOC_ARENA_MAX": "1"},  # an arena a thread would count as memory in use
        )
        # Also when moe ends without closing, as after an interrupt.
        self._finalizer = weakref.finalize(self, _kill, self._process)
        assert self._process.stdout is not None
        self._receive(self._process.stdout, _START_SECONDS)
        return self._process

    def _receive(self, pipe: IO[bytes], seconds: float) -> list[Any]:
        """The next frame.

        Raises:
            EOFError: The process has ended, or was ended because it took too long.
        """
        self._is_overdue = False
        timer = Timer(seconds, self._end_overdue)
        timer.daemon = True
        timer.start()
        try:
            frame = read_frame(pipe)
        finally:
            timer.cancel()
        if not isinstance(frame, list):
            raise EOFError
        return frame

    def _end_overdue(self) -> None:
        self._is_overdue = True
        if self._process is not None:
            _kill(self._process)

    def _explain(self, file: SourceFile, error: Exception) -> DocumentError:
        """The error for a file that its reader did not survive."""
        if self._process is None:
            return DocumentError(
                f"{file.document_id} could not be read: no process could be started for it ({error})",
                path=file.document_id,
            )
        memory = self._settings.memory_megabytes
        is_overdue = self._is_overdue
        _kill(self._process)
        code = self._process.wait()
        self.close()
        if is_overdue or code == -getattr(signal, "SIGALRM", 0):
            return self._clock.make_error(file.document_id)
        if code == MEMORY_EXIT:
            what = f"needed more than {memory} MB to read"
        else:
            what = f"crashed its reader, as files do that need more than {memory} MB"
        return DocumentError(
            f"{file.document_id} {what}",
            path=file.document_id,
            hint="raise system.documents.memory_megabytes, or split the file",
        )


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(OSError):
        process.kill()
