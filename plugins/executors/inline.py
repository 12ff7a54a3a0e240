"""The executor of a single process: a queue in memory, worked on by whoever serves in it."""

import asyncio
from dataclasses import dataclass, field, replace

import anyio

from moe_core import Executor, ExecutorPlace, MoeError, QueuedTask, TaskOutcome, WorkerSpec, hookimpl
from moe_core.contracts.errors import RequestError
from moe_core.contracts.executor import Work, is_offered


@dataclass(slots=True)
class _HeldTask:
    """A task, and what became of it so far."""

    task: QueuedTask
    ended: anyio.Event = field(default_factory=anyio.Event)
    outcome: TaskOutcome | None = None
    doing: "asyncio.Task[None] | None" = None

    def waits_for(self, worker: WorkerSpec) -> bool:
        """Whether that worker may begin it."""
        return self.doing is None and self.outcome is None and is_offered(self.task.needs, worker.offers)

    def end(self, outcome: TaskOutcome) -> None:
        """Keep how it ended, unless it has."""
        if self.outcome is None:
            self.outcome = outcome
            self.ended.set()


class InlineExecutor(Executor):
    """Does tasks in the process that asks for them; it knows of no other, and forgets all with it."""

    name = "inline"
    summary = "In this process; nothing outlives it"

    def __init__(self, place: ExecutorPlace | None = None) -> None:
        super().__init__(place)
        self._entries: dict[str, _HeldTask] = {}
        self._changed = anyio.Event()
        self._is_draining = False
        self._grace = 0.0

    async def submit(self, task: QueuedTask) -> None:
        """Queue it in memory."""
        if task.task_id not in self._entries:
            self._entries[task.task_id] = _HeldTask(replace(task, attempt=0))
            self._tell()

    async def serve(self, work: Work, worker: WorkerSpec) -> None:
        """Do what is queued, until drained."""
        self._is_draining = False
        while not self._is_draining:
            self._changed = anyio.Event()
            busy = [entry for entry in self._entries.values() if entry.doing is not None]
            waiting = [entry for entry in self._entries.values() if entry.waits_for(worker)]
            for entry in waiting[: worker.concurrency - len(busy)]:
                entry.task = replace(entry.task, attempt=entry.task.attempt + 1)
                entry.doing = asyncio.create_task(self._do(entry, work))
            await self._changed.wait()
        await self._finish()

    async def wait(self, task_id: str, *, seconds: float) -> TaskOutcome:
        """Wait for the end of a task of this process."""
        entry = self._entries.get(task_id)
        if entry is None:
            raise RequestError(f"nobody has asked for task {task_id}")
        with anyio.move_on_after(seconds):
            await entry.ended.wait()
        return entry.outcome or TaskOutcome(ending="timed_out")

    async def cancel(self, task_id: str) -> None:
        """Have it not begun."""
        entry = self._entries.get(task_id)
        if entry is not None:
            entry.end(TaskOutcome(ending="cancelled", reason="somebody cancelled it"))

    async def take_over(self, worker_id: str) -> tuple[str, ...]:
        """Nothing: a dead worker of this kind has left nothing."""
        return ()

    async def drain(self, *, seconds: float) -> None:
        """Tell the worker, which waits for what it does."""
        self._grace = seconds
        self._is_draining = True
        self._tell()

    def _tell(self) -> None:
        self._changed.set()

    async def _do(self, entry: _HeldTask, work: Work) -> None:
        try:
            entry.end(TaskOutcome(ending="done", value=await work(entry.task)))
        except MoeError as error:
            entry.end(TaskOutcome(ending="failed", reason=error.message))
        except Exception as error:  # noqa: BLE001 - whatever a task raises is its outcome
            entry.end(TaskOutcome(ending="failed", reason=f"{type(error).__name__}: {error}"))
        finally:
            entry.doing = None
            self._tell()

    async def _finish(self) -> None:
        doing = [entry.doing for entry in self._entries.values() if entry.doing is not None]
        if doing:
            await asyncio.wait(doing, timeout=self._grace)
        for task in doing:
            task.cancel()
        await asyncio.gather(*doing, return_exceptions=True)


@hookimpl
def moe_executors() -> list[type[Executor]]:
    """The inline executor."""
    return [InlineExecutor]
