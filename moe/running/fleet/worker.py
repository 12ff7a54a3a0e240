"""A worker: does queued runs, and goes on with those that other workers left."""

import asyncio
import os
import secrets
from collections.abc import Callable
from typing import Protocol

import anyio.to_thread

from moe.contracts.workers import WorkerLease, WorkerState
from moe.running.fleet.membership import Membership, PeersListener
from moe.running.fleet.tasks import make_task
from moe.storage.processes import read_host
from moe.storage.runs import RunStore
from moe_core.contracts.executor import Executor, QueuedTask, WorkerSpec
from moe_core.contracts.transports import TransportHealth
from moe_core.contracts.wire import JsonObject


class TaskDoer(Protocol):
    """Does what is brought to a worker; see `QueuedRuns`."""

    async def do(self, task: QueuedTask) -> JsonObject:
        """One task; what became of it."""
        ...


def make_worker_id() -> str:
    """Of a worker in this process: where it is, and a part that no other has."""
    return f"{read_host()}-{os.getpid()}-{secrets.token_hex(3)}"


class RunWorker:
    """Serves an executor's queue of runs in this process and event loop.

    Attributes:
        was_lost: It was silent for too long, and others have taken over its runs.
    """

    def __init__(
        self,
        make_runs: Callable[[], TaskDoer],
        store: RunStore,
        executor: Executor,
        spec: WorkerSpec,
        *,
        lease_seconds: float = 10.0,
        version: str = "",
        on_peers: PeersListener = lambda _all, _here: None,
    ) -> None:
        """Make a worker.

        Args:
            make_runs: Opens what does runs, when the first is there: an idle worker is small.
            store: The record of runs.
            executor: Whose queue it serves.
            spec: Who it is.
            lease_seconds: So long after its last word it counts as dead.
            version: Of moe, for listings.
            on_peers: Told now and then how many workers there are, and how many of them on this machine.
        """
        self._make_runs = make_runs
        self._runs: TaskDoer | None = None
        self._store = store
        self._executor = executor
        self._spec = spec
        lease = WorkerLease(
            worker_id=spec.worker_id,
            pid=os.getpid(),
            host=read_host(),
            version=version,
            concurrency=spec.concurrency,
            lease_seconds=lease_seconds,
            offers=spec.offers,
        )
        self._on_peers = on_peers
        self._peers = (1, 1)
        self._lease_seconds = lease_seconds
        self._running = 0
        self._membership = Membership(store.leases, executor, lease, on_peers=self._note_peers)
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

    def describe_health(self) -> TransportHealth:
        """Whether it lives and begins runs, and why not."""
        silent, reason = self._membership.silent_seconds, ""
        if self._is_unwanted:
            reason = "it ends"
        elif silent > self._lease_seconds:
            reason = f"the record has not been reached for {silent:.0f} s"
        return TransportHealth(
            is_live=True, is_ready=not reason, reason=reason, running=self._running, limit=self._spec.concurrency
        )

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

    def _note_peers(self, everywhere: int, here: int) -> None:
        self._peers = (everywhere, here)
        if self._runs is not None:
            self._on_peers(everywhere, here)

    async def _heed(self, state: WorkerState) -> None:
        self.was_lost = state == "lost"
        self._ending.append(asyncio.create_task(self.drain(seconds=0 if self.was_lost else self._grace)))

    async def _queue_forgotten(self) -> None:
        """Queue what is recorded as queued: who submitted it may have died between the two."""
        for run in await anyio.to_thread.run_sync(self._store.list_waiting):
            again = run.events if run.events > 1 else 0  # a task that was done once is not brought again
            await self._executor.submit(make_task(run.run_id, again=again, needs=run.needs))

    async def _work(self, task: QueuedTask) -> JsonObject:
        if self._runs is None:
            self._runs = self._make_runs()
            self._on_peers(*self._peers)
        self._running += 1
        try:
            return await self._runs.do(task)
        finally:
            self._running -= 1
