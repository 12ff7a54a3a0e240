"""A worker: does queued runs, and goes on with those that other workers left."""

import asyncio
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

import anyio.to_thread

from moe.contracts.result import RunResult
from moe.contracts.runs import INTERRUPTED, QUEUED, RunRecord
from moe.contracts.workers import WorkerLease, WorkerState
from moe.running.context import describe_error
from moe.running.environment import RunEnvironment
from moe.running.fleet.membership import Membership
from moe.running.fleet.submission import make_task, submit_firing
from moe.running.origin import find_last
from moe.running.resuming import PastRun, read_past
from moe.running.run import Run
from moe.storage.processes import read_host
from moe.storage.runs import RunStore
from moe_core.contracts.errors import DeadLetterError, MoeError, NameUnknownError, StorageError
from moe_core.contracts.executor import Executor, QueuedTask, WorkerSpec
from moe_core.contracts.payloads import RunResumed
from moe_core.contracts.task import Status
from moe_core.contracts.wire import JsonObject, encode_json

_TRIES = 300  # of what the record refuses; five minutes, in which a server is back or a disk has been cleared
_AGAIN_SECONDS = 1.0
RECOVERIES_MAX = 3  # a run that so many more workers died of is left to a person

T = TypeVar("T")


def make_worker_id() -> str:
    """Of a worker in this process: where it is, and a part that no other has."""
    return f"{read_host()}-{os.getpid()}-{secrets.token_hex(3)}"


class RunWorker:
    """Serves an executor's queue of runs in this process and event loop.

    Attributes:
        was_lost: It was silent for too long, and others have taken over its runs.
    """

    def __init__(
        self, environment: RunEnvironment, store: RunStore, executor: Executor, spec: WorkerSpec, *, version: str = ""
    ) -> None:
        """Make a worker.

        Args:
            environment: What its runs share.
            store: The record of runs.
            executor: Whose queue it serves.
            spec: Who it is.
            version: Of moe, for listings.
        """
        self._environment = environment
        self._store = store
        self._executor = executor
        self._spec = spec
        lease = WorkerLease(
            worker_id=spec.worker_id,
            pid=os.getpid(),
            host=read_host(),
            version=version,
            concurrency=spec.concurrency,
            lease_seconds=environment.config.system.lease_seconds,
            offers=spec.offers,
        )
        self._membership = Membership(store.leases, executor, lease)
        self._grace = 0.0
        self._is_unwanted = False
        self._ending: list[asyncio.Task[None]] = []
        self.was_lost = False

    @property
    def worker_id(self) -> str:
        """Who it is."""
        return self._spec.worker_id

    @property
    def concurrency(self) -> int:
        """How many runs it does at once."""
        return self._spec.concurrency

    def __repr__(self) -> str:
        return f"<RunWorker {self._spec.worker_id}>"

    async def serve(self, *, grace_seconds: float = 30.0) -> None:
        """Do queued runs until `drain`, until somebody asks for it by `moe workers drain`, or until it was lost.

        Args:
            grace_seconds: For runs in work, where it is not this process that asks it to end.

        Raises:
            MoeError: The queue cannot be reached.
        """
        self._grace = grace_seconds
        await self._membership.join()
        keeping = asyncio.create_task(self._membership.keep(self._heed))
        try:
            await self._queue_forgotten()
            if not self._is_unwanted:
                await self._executor.serve(self._work, self._spec)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, *self._ending, return_exceptions=True)
            await self._membership.leave()

    async def drain(self, *, seconds: float) -> None:
        """Begin no run any more; those in work have that long, and go back into the queue then."""
        self._is_unwanted = True
        await self._executor.drain(seconds=seconds)

    async def _heed(self, state: WorkerState) -> None:
        self.was_lost = state == "lost"
        self._ending.append(asyncio.create_task(self.drain(seconds=0 if self.was_lost else self._grace)))

    async def _queue_forgotten(self) -> None:
        """Queue what is recorded as queued: who submitted it may have died between the two."""
        for run in await anyio.to_thread.run_sync(self._store.list_waiting):
            await self._executor.submit(make_task(run.run_id, needs=run.needs))

    async def _work(self, task: QueuedTask) -> JsonObject:
        """One run, from wherever it had got to, or the asking for one that is due; what became of it."""
        if "schedule" in task.payload:
            return {"run_id": await self._fire(task)}
        run_id = task.payload["run_id"]
        try:
            past = await self._patiently(partial(self._take_up, run_id))
        except NameUnknownError:
            return {"status": "deleted"}
        except StorageError as error:
            await anyio.to_thread.run_sync(self._refuse, self._store.get_run(run_id, most=0), error)
            return {"status": str(Status.FAILED)}
        if not isinstance(past, PastRun):
            return {"status": past.summary.status}
        doing = asyncio.create_task(Run(self._environment, past.request, origin=past).finish())
        try:
            result = await asyncio.shield(doing)
        except asyncio.CancelledError:
            with suppress(StorageError):  # then its lease ends, and the next worker takes it from there
                self._store.release(run_id)  # before it is ended: its end does not count
            doing.cancel()
            await asyncio.gather(doing, return_exceptions=True)
            raise
        await self._patiently(partial(self._require_recorded, run_id))
        return {"status": str(result.status)}

    async def _patiently(self, work: Callable[[], T]) -> T:
        """Do something with the record, again and again while it cannot be read or written.

        Meanwhile the worker takes up no other run in this one's place.
        """
        for _ in range(_TRIES):
            with suppress(StorageError):
                return await anyio.to_thread.run_sync(work)
            await anyio.sleep(_AGAIN_SECONDS)
        return await anyio.to_thread.run_sync(work)

    def _require_recorded(self, run_id: str) -> None:
        """See to it that the end of a run is on disk: what could not be written is tried again with each call.

        Raises:
            StorageError: It is not.
        """
        self._store.flush()
        with suppress(NameUnknownError):  # deleted meanwhile
            summary = self._store.get_summary(run_id)
            if summary.status == Status.RUNNING and summary.worker == self.worker_id:
                raise StorageError(f"the end of run {run_id} is not recorded")

    async def _fire(self, task: QueuedTask) -> str:
        return await submit_firing(
            task.payload, environment=self._environment, store=self._store, executor=self._executor
        )

    def _take_up(self, run_id: str) -> PastRun | RunRecord:
        """What is known of a run that is this worker's now; its record when there is nothing to do."""
        record = self._store.get_run(run_id)
        status = record.summary.status
        is_mine = status == Status.RUNNING and record.summary.worker == self.worker_id  # but could not be read on
        if status not in (QUEUED, INTERRUPTED) and not is_mine:
            return record
        if not is_mine:
            self._store.claim(run_id, os.getpid(), worker_id=self.worker_id)
        try:
            past = read_past(self._store, run_id, is_claimed=True)
            past = replace(past, deaths=_count_deaths(past) + 1 if status == INTERRUPTED else 0)
            _check_deaths(past)
            past.check_time(self._environment.config.system.deadline_seconds)
        except StorageError:
            raise
        except MoeError as error:
            self._refuse(record, error)
            return self._store.get_run(run_id)
        return past

    def _refuse(self, record: RunRecord, error: MoeError) -> None:
        """Record that a run cannot be gone on with."""
        summary = record.summary
        result = RunResult(
            run_id=summary.run_id,
            correlation_id=record.correlation_id,
            question=summary.question,
            status=Status.FAILED,
            error=describe_error(error),
        )
        failure = self._store.finish(summary.run_id, str(result.status), encode_json(result).decode())
        if failure is not None:
            raise failure


def _count_deaths(past: PastRun) -> int:
    """Of workers in a row, before the last one."""
    told = find_last(past.events, RunResumed)
    return 0 if told is None else told.deaths


def _check_deaths(past: PastRun) -> None:
    if past.deaths > RECOVERIES_MAX:
        raise DeadLetterError(
            f"{past.deaths} workers died while they did run {past.run_id}",
            deaths=past.deaths,
            hint=f"moe runs show {past.run_id} tells how far it got; moe runs retry {past.run_id} queues it again",
        )
