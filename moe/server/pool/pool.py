"""The pool: takes runs, has worker processes do them, replaces a worker that died."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Container
from contextlib import suppress

from msgspec.structs import replace

from moe.contracts.runs import INTERRUPTED
from moe.server.pool.job import JobEnd, PoolJob
from moe.server.pool.messages import TaskNote, WorkerFault, WorkerNews, WorkerProject
from moe.server.pool.worker_process import WorkerProcess
from moe_core.contracts.errors import MoeError
from moe_core.contracts.log_context import describe_log_context
from moe_core.contracts.task import Status

_ATTEMPTS_MAX = 2  # a run whose worker died before it was in the record is begun once more: nothing was done yet
_REMEMBERED = 1000  # runs that never got into the record, told of for a while
_QUICK_SECONDS = 5.0  # a worker that dies sooner is not replaced at once
_REST_SECONDS_MAX = 30.0
_CLOSE_SECONDS = 1.0
_RENEWAL_SECONDS = 60.0  # what new workers are given to open the project
_LOOK_SECONDS = 0.05


class RunPool:
    """Does runs in worker processes.

    Args:
        project: What workers open.
        workers: How many there are.
        runs_per_worker: Runs at once in one of them.
        max_queued: Runs that may wait.
        cancel: Ends a run that is in the record.
        is_recorded: Whether a run is there.
        on_end: Told of every job that has ended.
        on_task: Told of tasks of runs, where the project has workers tell of them.
    """

    def __init__(
        self,
        project: WorkerProject,
        *,
        workers: int,
        runs_per_worker: int,
        max_queued: int,
        cancel: Callable[[str], object],
        is_recorded: Callable[[str], bool],
        on_end: Callable[[PoolJob, JobEnd], None] | None = None,
        on_task: Callable[[PoolJob, TaskNote], None] | None = None,
    ) -> None:
        self._project = project
        self._size = workers
        self._runs_per_worker = runs_per_worker
        self._max_queued = max_queued
        self._cancel = cancel
        self._is_recorded = is_recorded
        self._on_end = on_end
        self._on_task = on_task
        self._workers: list[WorkerProcess] = []
        self._tending: list[asyncio.Task[None]] = []
        self._queue: deque[PoolJob] = deque()
        self._jobs: dict[str, PoolJob] = {}
        self._lost: OrderedDict[str, PoolJob] = OrderedDict()
        self._cancelling: asyncio.Task[None] | None = None
        self._is_closing = False
        self._generation = 0

    def __repr__(self) -> str:
        return f"<RunPool, {len(self._workers)} workers, {len(self._jobs)} jobs>"

    @property
    def ready_workers(self) -> int:
        """Workers that could begin a run."""
        return self._count_ready()

    @property
    def queued(self) -> int:
        """Runs that wait."""
        return len(self._queue)

    @property
    def running(self) -> int:
        """Runs that a worker does."""
        return len(self._jobs) - len(self._queue)

    def start(self) -> None:
        """Start the workers."""
        self._tending += [asyncio.create_task(self._tend(self._generation)) for _ in range(self._size)]

    async def renew(self) -> bool:
        """Have other workers, which open the project as it is now, take all further runs.

        Those that there are do what they do to its end, and take runs until the others are ready.

        Returns:
            Whether another worker is ready.
        """
        old = list(self._workers)
        self._generation += 1
        self._tending = [task for task in self._tending if not task.done()]
        self.start()
        until = time.monotonic() + _RENEWAL_SECONDS
        while not self._is_closing and time.monotonic() < until and self._count_ready(old) < self._size:  # noqa: ASYNC110 - that sets no event
            await asyncio.sleep(_LOOK_SECONDS)
        for worker in old:
            worker.retire()
        return self._count_ready(old) > 0

    def submit(self, job: PoolJob) -> bool:
        """Take a run; false when too many wait."""
        room = self._size * self._runs_per_worker - self.running
        if self._is_closing or len(self._queue) >= self._max_queued + max(0, room):
            return False
        job.order = replace(job.order, key=describe_log_context()["key"])  # for the lines of whoever does it
        self._jobs[job.run_id] = job
        self._lost.pop(job.run_id, None)
        self._queue.append(job)
        self._dispatch()
        return True

    def find(self, run_id: str) -> PoolJob | None:
        """A run that waits, goes on, or never came about."""
        return self._jobs.get(run_id) or self._lost.get(run_id)

    def holds(self, run_id: str) -> bool:
        """Whether it waits or goes on here."""
        return run_id in self._jobs

    def count_owned(self, owner: str) -> int:
        """Runs of a key that wait or go on."""
        return sum(job.owner == owner for job in self._jobs.values())

    def list_waiting(self) -> list[PoolJob]:
        """The runs that are not in the record yet, newest first."""
        return [job for job in reversed(self._jobs.values()) if not job.has_begun.is_set()]

    def cancel(self, run_id: str) -> bool:
        """End a run that is not in the record yet; false for any other."""
        job = self._jobs.get(run_id)
        if job is None or job.has_begun.is_set():
            return False
        if job in self._queue:
            self._queue.remove(job)
            self._end(job, JobEnd(status=Status.CANCELLED))
        job.is_unwanted = True
        return True

    async def drain(self, seconds: float, *, is_hurried: Callable[[], bool] = bool) -> None:
        """Begin nothing more, and give what goes on time to end."""
        self._is_closing = True
        for job in list(self._queue):
            fault = WorkerFault(code="stopping", message="the server stopped before the run began", hint="ask again")
            self._end(job, JobEnd(status=Status.FAILED, fault=fault))
        self._queue.clear()
        until = time.monotonic() + seconds
        while self._jobs and time.monotonic() < until and not is_hurried():  # noqa: ASYNC110 - that sets no event
            await asyncio.sleep(0.05)

    async def close(self) -> None:
        """End the workers; what they do is recorded as cancelled."""
        self._is_closing = True
        for worker in self._workers:
            worker.close()
        if self._tending:
            await asyncio.wait(self._tending, timeout=_CLOSE_SECONDS)
        for task in self._tending:
            task.cancel()
        await asyncio.gather(*self._tending, return_exceptions=True)

    def _count_ready(self, aside: Container[WorkerProcess] = ()) -> int:
        return sum(one.takes_work for one in self._workers if one not in aside)

    async def _tend(self, generation: int) -> None:
        """Keep one worker alive, until there are others in place of it."""
        rest = 0.0
        while not self._is_closing and generation == self._generation:
            worker = WorkerProcess(self._project, self._hear)
            self._workers.append(worker)
            began = time.monotonic()
            try:
                await worker.live()
            finally:
                self._workers.remove(worker)
                self._bury(worker)
            is_quick = time.monotonic() - began < _QUICK_SECONDS
            rest = min(_REST_SECONDS_MAX, max(0.25, rest * 2)) if is_quick else 0.0
            if not self._is_closing and generation == self._generation:
                await asyncio.sleep(rest)

    def _hear(self, worker: WorkerProcess, news: WorkerNews) -> None:
        job = worker.jobs.get(news.run_id)
        if news.news == "ready":
            worker.is_ready = True
        elif job is not None and news.news == "began":
            job.has_begun.set()
            if job.is_unwanted:
                self._cancelling = asyncio.create_task(self._cancel_recorded(job.run_id))
        elif job is not None and news.news == "piece":
            if job.on_piece is not None:
                job.on_piece(bytes(news.result), news.sequence)
        elif job is not None and news.task is not None:
            if self._on_task is not None:
                self._on_task(job, news.task)
        elif job is not None:
            del worker.jobs[job.run_id]
            status = news.status or Status.FAILED.value
            result = bytes(news.result) if news.status else b""
            self._end(job, JobEnd(status=status, result=result, fault=news.fault, shares=news.shares))
            worker.close_if_done()
        self._dispatch()

    async def _cancel_recorded(self, run_id: str) -> None:
        with suppress(MoeError):  # it has ended meanwhile
            await asyncio.to_thread(self._cancel, run_id)

    def _bury(self, worker: WorkerProcess) -> None:
        """Tell what became of the runs of a worker that has ended."""
        for job in worker.jobs.values():
            if self._is_recorded(job.run_id):  # also where it died before it could say so
                job.has_begun.set()
            if not job.has_begun.is_set() and job.attempts < _ATTEMPTS_MAX and not self._is_closing:
                self._queue.appendleft(job)
                continue
            hint = f"POST /api/v1/runs/{job.run_id}/resume goes on with it" if job.order.is_run else None
            fault = WorkerFault(code="worker_lost", message="the process that did it has died", hint=hint)
            self._end(job, JobEnd(status=INTERRUPTED, fault=fault))
        worker.jobs.clear()

    def _dispatch(self) -> None:
        while self._queue:
            free = [one for one in self._workers if one.takes_work and len(one.jobs) < self._runs_per_worker]
            if not free:
                return
            min(free, key=lambda one: len(one.jobs)).give(self._queue.popleft())

    def _end(self, job: PoolJob, end: JobEnd) -> None:
        self._jobs.pop(job.run_id, None)
        if not job.has_begun.is_set():
            self._lost[job.run_id] = job
            while len(self._lost) > _REMEMBERED:
                self._lost.popitem(last=False)
        if self._on_end is not None and not job.end.done():
            self._on_end(job, end)
        job.finish(end)
