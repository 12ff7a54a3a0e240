"""The work of a batch: so many lines at once, each a run."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass

import anyio

import moe.rooms as rooms
from moe.app import App
from moe.batch.lines import BatchLine
from moe.batch.shared_libraries import SharedLibraries
from moe.contracts.documents import ProgressListener
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe_core.contracts.errors import MoeError
from moe_core.contracts.event import EventListener
from moe_core.contracts.task import Status, TaskError


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRunner:
    """Answers lines.

    Attributes:
        app: The project's.
        parallel: So many at once.
        on_result: Told of each result as it comes; false ends the batch: what is under way is broken off.
        on_event: Told of everything that happens.
        on_progress: Called after each file that is read.
    """

    app: App
    parallel: int
    on_result: Callable[[BatchLine, RunResult], bool]
    on_event: EventListener | None = None
    on_progress: ProgressListener | None = None

    async def run(self, lines: Sequence[BatchLine], *, first: RunRequest | None = None) -> None:
        """Answer lines, in their order as far as several at once have one.

        Args:
            lines: What is asked.
            first: A request whose documents are opened before the first line is asked.

        Raises:
            DocumentError: They cannot be read.
            NameUnknownError: They are of no collection.
            StorageError: Its index is damaged.
        """
        libraries = SharedLibraries(self.app, (line.request for line in lines), on_progress=self.on_progress)
        if first is not None and lines:
            await libraries.find(first)
        left = iter(lines)
        turns: defaultdict[str, anyio.Lock] = defaultdict(anyio.Lock)
        try:
            async with anyio.create_task_group() as group:
                for _ in range(min(self.parallel, len(lines))):
                    group.start_soon(self._work, left, libraries, turns, group.cancel_scope)
        except ExceptionGroup as failures:  # a result cannot be kept
            raise failures.exceptions[0] from failures

    async def _work(
        self,
        left: Iterator[BatchLine],
        libraries: SharedLibraries,
        turns: Mapping[str, anyio.Lock],
        scope: anyio.CancelScope,
    ) -> None:
        for line in left:
            conversation = line.request.conversation_id
            async with turns[conversation] if conversation else nullcontext():  # what it follows is answered first
                result = await self._answer(line.request, libraries)
            libraries.leave(line.request)
            if not self.on_result(line, result):
                scope.cancel()
                return

    async def _answer(self, request: RunRequest, libraries: SharedLibraries) -> RunResult:
        library = None
        with suppress(MoeError):  # the run meets it too, and records it
            library = await libraries.find(request)
        try:
            return await self.app.run(request, library=library, on_event=self.on_event)
        except MoeError as error:
            return _tell_refused(request, rooms.describe_error(error))
        except Exception as error:  # noqa: BLE001 - a fault of moe's own in one line is no reason to ask no other
            return _tell_fault(request, error)


def _tell_fault(request: RunRequest, error: Exception) -> RunResult:
    reason = f"moe crashed: {type(error).__name__}: {error}".strip(": ")
    return _tell_refused(request, TaskError(code=MoeError.code, message=f"{reason}; this is a bug"))


def _tell_refused(request: RunRequest, error: TaskError) -> RunResult:
    """A line of which there is no run."""
    return RunResult(
        run_id="",
        correlation_id=request.correlation_id or "",
        question=request.question,
        status=Status.FAILED,
        error=error,
    )
