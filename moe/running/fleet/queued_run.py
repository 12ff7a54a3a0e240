"""A run that is brought to a worker: done from wherever it had got to, and ended when its end is recorded."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

import anyio
import anyio.to_thread

from moe.contracts.result import RunResult
from moe.contracts.runs import INTERRUPTED, QUEUED, RunRecord
from moe.running.context import describe_error
from moe.running.environment import RunEnvironment
from moe.running.fleet.run_log import log_event
from moe.running.fleet.submission import submit_firing
from moe.running.origin import find_last
from moe.running.resuming import PastRun, read_past
from moe.running.run import Run
from moe.storage.runs import RunStore
from moe_core.contracts.errors import DeadLetterError, MoeError, NameUnknownError, StorageError
from moe_core.contracts.event import Event, EventListener
from moe_core.contracts.executor import Executor, QueuedTask
from moe_core.contracts.payloads import RunResumed
from moe_core.contracts.task import Status
from moe_core.contracts.wire import JsonObject, encode_json

_TRIES = 300  # of what the record refuses; five minutes, in which a server is back or a disk has been cleared
_AGAIN_SECONDS = 1.0
RECOVERIES_MAX = 3  # a run that so many more workers died of is left to a person

T = TypeVar("T")


class QueuedRuns:
    """Does the tasks that an executor brings to one worker."""

    def __init__(
        self,
        environment: RunEnvironment,
        store: RunStore,
        executor: Executor,
        worker_id: str,
        on_event: EventListener | None = None,
    ) -> None:
        """Make it; nothing is done yet.

        Args:
            environment: What the runs share.
            store: The record of runs.
            executor: Whose tasks they are.
            worker_id: Whose runs they become.
            on_event: Told of everything that happens in them.
        """
        self._environment = environment
        self._store = store
        self._executor = executor
        self._worker_id = worker_id
        self._on_event = on_event

    def __repr__(self) -> str:
        return f"<QueuedRuns of {self._worker_id}>"

    async def do(self, task: QueuedTask) -> JsonObject:
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
        run = Run(self._environment, past.request, origin=past, on_event=self._hear)
        doing = asyncio.create_task(run.finish())
        try:
            result = await asyncio.shield(doing)
        except asyncio.CancelledError:
            with suppress(StorageError):  # then its lease ends, and the next worker takes it from there
                self._store.release(run_id)  # before it is ended: its end does not count
            run.let_go()
            doing.cancel()
            await asyncio.gather(doing, return_exceptions=True)
            raise
        await self._patiently(partial(self._require_recorded, run_id))
        return {"status": str(result.status)}

    def _hear(self, event: Event) -> None:
        log_event(event)
        if self._on_event is not None:
            self._on_event(event)

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
            # Interrupted: its lease could not be renewed for the same reason, and nobody has taken over yet.
            if summary.status in (Status.RUNNING, INTERRUPTED) and summary.worker == self._worker_id:
                raise StorageError(f"the end of run {run_id} is not recorded")

    async def _fire(self, task: QueuedTask) -> str:
        return await submit_firing(
            task.payload, environment=self._environment, store=self._store, executor=self._executor
        )

    def _take_up(self, run_id: str) -> PastRun | RunRecord:
        """What is known of a run that is this worker's now; its record when there is nothing to do."""
        record = self._store.get_run(run_id)
        status = record.summary.status
        is_mine = status == Status.RUNNING and record.summary.worker == self._worker_id  # but could not be read on
        if status not in (QUEUED, INTERRUPTED) and not is_mine:
            return record
        if not is_mine:
            self._store.claim(run_id, os.getpid(), worker_id=self._worker_id)
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
