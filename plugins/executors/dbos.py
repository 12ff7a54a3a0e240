"""The executor whose queue outlives processes, by DBOS: in the workspace, or on PostgreSQL."""

from pkgutil import resolve_name
from typing import Any

from moe_core import Executor, ExecutorPlace, QueuedTask, TaskOutcome, TaskSchedules, WorkerSpec, hookimpl
from moe_core.contracts.errors import RequestError
from moe_core.contracts.executor import Work


class DbosExecutor(Executor):
    """Keeps the queue in `queue.db` of the workspace, or on a database server; needs the extra `durable`."""

    name = "dbos"
    summary = "Outlives processes, on one machine or many; needs moe-core[durable]"
    is_durable = True

    def __init__(self, place: ExecutorPlace | None = None) -> None:
        super().__init__(place)
        self._made: Any = None

    @property
    def schedules(self) -> TaskSchedules:
        """The engine's own."""
        queue = self._queue()
        schedules: TaskSchedules = resolve_name("moe_kit.durable.schedules:DbosSchedules")(queue)
        return schedules

    async def submit(self, task: QueuedTask) -> None:
        """Keep it in the queue."""
        await self._queue().submit(task)

    async def serve(self, work: Work, worker: WorkerSpec) -> None:
        """Do what is queued, until drained."""
        await self._queue().serve(work, worker)

    async def wait(self, task_id: str, *, seconds: float) -> TaskOutcome:
        """Look for its end."""
        outcome: TaskOutcome = await self._queue().wait(task_id, seconds=seconds)
        return outcome

    async def cancel(self, task_id: str) -> None:
        """Have it not begun."""
        await self._queue().cancel(task_id)

    async def take_over(self, worker_id: str) -> tuple[str, ...]:
        """Put back what a dead worker had begun."""
        found: tuple[str, ...] = await self._queue().take_over(worker_id)
        return found

    async def drain(self, *, seconds: float) -> None:
        """End the worker, or the connection."""
        if self._made is not None:
            await self._made.drain(seconds=seconds)

    def _queue(self) -> Any:
        """The queue itself, imported by name: who runs nothing on it does not import the engine."""
        if self._made is None:
            try:
                self._made = resolve_name("moe_kit.durable.dbos_queue:DbosQueue")(self.place)
            except ImportError as error:
                raise RequestError(
                    f"the executor dbos needs packages that are not here: {error}",
                    hint="pip install 'moe-core[durable]', or say --set system.executor=inline",
                ) from error
        return self._made


@hookimpl
def moe_executors() -> list[type[Executor]]:
    """The executor on DBOS."""
    return [DbosExecutor]
