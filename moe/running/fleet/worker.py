"""A worker: does queued runs, and goes on with those that other workers left."""

import os
import secrets
from functools import partial

import anyio.to_thread

from moe.contracts.result import RunResult
from moe.contracts.runs import INTERRUPTED, QUEUED, RunRecord
from moe.running.context import describe_error
from moe.running.environment import RunEnvironment
from moe.running.resuming import PastRun, read_past
from moe.running.run import Run
from moe.storage.processes import read_host
from moe.storage.runs import RunStore
from moe_core.contracts.errors import MoeError, NameUnknownError
from moe_core.contracts.executor import Executor, QueuedTask, WorkerSpec
from moe_core.contracts.task import Status
from moe_core.contracts.wire import JsonObject, encode_json


def make_worker_id() -> str:
    """Of a worker in this process: where it is, and a part that no other has."""
    return f"{read_host()}-{os.getpid()}-{secrets.token_hex(3)}"


class RunWorker:
    """Serves an executor's queue of runs in this process and event loop."""

    def __init__(self, environment: RunEnvironment, store: RunStore, executor: Executor, spec: WorkerSpec) -> None:
        """Make a worker.

        Args:
            environment: What its runs share.
            store: The record of runs.
            executor: Whose queue it serves.
            spec: Who it is.
        """
        self._environment = environment
        self._store = store
        self._executor = executor
        self._spec = spec

    @property
    def worker_id(self) -> str:
        """Who it is."""
        return self._spec.worker_id

    def __repr__(self) -> str:
        return f"<RunWorker {self._spec.worker_id}>"

    async def serve(self) -> None:
        """Do queued runs until `drain`.

        Raises:
            MoeError: The queue cannot be reached.
        """
        await self._executor.serve(self._work, self._spec)

    async def drain(self, *, seconds: float) -> None:
        """Begin no run any more; those in work have that long, and go back into the queue then."""
        await self._executor.drain(seconds=seconds)

    async def _work(self, task: QueuedTask) -> JsonObject:
        """One run, from wherever it had got to; what became of it."""
        run_id = task.payload["run_id"]
        try:
            past = await anyio.to_thread.run_sync(partial(self._take_up, run_id))
        except NameUnknownError:
            return {"status": "deleted"}
        if not isinstance(past, PastRun):
            return {"status": past.summary.status}
        result = await Run(self._environment, past.request, origin=past).finish()
        return {"status": str(result.status)}

    def _take_up(self, run_id: str) -> PastRun | RunRecord:
        """What is known of a run that is this worker's now; its record when there is nothing to do."""
        record = self._store.get_run(run_id)
        if record.summary.status not in (QUEUED, INTERRUPTED):
            return record
        self._store.claim(run_id, os.getpid())
        try:
            past = read_past(self._store, run_id, is_claimed=True)
            past.check_time(self._environment.config.system.deadline_seconds)
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
