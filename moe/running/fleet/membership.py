"""A worker's place among the others: it gives word that it lives, and takes over from those that do not."""

import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias

import anyio
import anyio.to_thread

from moe.contracts.workers import WorkerLease, WorkerState
from moe.storage.leases import WorkerLeases
from moe_core.contracts.errors import StorageError
from moe_core.contracts.executor import Executor

BEATS = 5  # words in the time of a lease: some may be late before it ends
LOOK_SECONDS_MAX = 0.5  # between two looks at the others; with it their runs go on a second after a lease has ended


PeersListener: TypeAlias = Callable[[int, int], None]


class Membership:
    """Keeps one worker's lease, and watches those of its peers."""

    def __init__(
        self,
        leases: WorkerLeases,
        executor: Executor,
        lease: WorkerLease,
        *,
        on_peers: PeersListener = lambda _all, _here: None,
    ) -> None:
        """Make it.

        Args:
            leases: Of the record.
            executor: Whose tasks are taken over.
            lease: What the worker says of itself.
            on_peers: Told with each word how many workers there are, and how many of them on this machine.
        """
        self._leases = leases
        self._executor = executor
        self._lease = lease
        self._on_peers = on_peers
        self._last_word = time.monotonic()

    @property
    def silent_seconds(self) -> float:
        """Since its last word that arrived."""
        return time.monotonic() - self._last_word

    def __repr__(self) -> str:
        return f"<Membership of {self._lease.worker_id}>"

    async def join(self) -> None:
        """Begin the lease.

        Raises:
            StorageError: The record cannot be written.
        """
        await anyio.to_thread.run_sync(self._leases.join, self._lease)
        self._last_word = time.monotonic()
        await self._count_peers()

    async def leave(self) -> None:
        """End the lease; when that fails, it ends by itself."""
        with suppress(StorageError):
            await anyio.to_thread.run_sync(self._leases.leave, self._lease.worker_id)

    async def keep(self, on_change: Callable[[WorkerState], Awaitable[None]]) -> None:
        """Give word and look at the others, until cancelled.

        A record that cannot be reached for a while ends nothing: should it last, the others take over, and the next
        word is refused.

        Args:
            on_change: Called when the worker is to drain, and when it was lost.
        """
        beat_seconds = self._lease.lease_seconds / BEATS
        next_beat, before = anyio.current_time() + beat_seconds, "live"
        while True:
            await anyio.sleep(min(beat_seconds, LOOK_SECONDS_MAX))
            with suppress(StorageError):
                if anyio.current_time() >= next_beat:  # first of all: who slept with the machine is not lost by it
                    next_beat = anyio.current_time() + beat_seconds
                    state = await anyio.to_thread.run_sync(self._leases.renew, self._lease.worker_id)
                    self._last_word = time.monotonic()
                    await self._count_peers()
                    if state != before:
                        before = state
                        await on_change(state)
                await self._take_over()

    async def _count_peers(self) -> None:
        counts = await anyio.to_thread.run_sync(self._leases.count_live)
        self._on_peers(sum(counts.values()), counts.get(self._lease.host, 1))

    async def _take_over(self) -> None:
        """Bring back what dead workers had begun; only then is a worker lost, so that nothing is forgotten between."""
        for worker_id in await anyio.to_thread.run_sync(self._leases.find_expired):
            if worker_id != self._lease.worker_id:
                await self._executor.take_over(worker_id)
                await anyio.to_thread.run_sync(self._leases.lose, worker_id)
