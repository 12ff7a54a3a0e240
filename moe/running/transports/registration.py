"""A worker that does tasks for others says that it is there: in moe's record, and in any register that is named."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress

import anyio
import anyio.to_thread

from moe.contracts.workers import WorkerLease
from moe.running.fleet.membership import PeersListener
from moe.running.transports.opening import leave_out_login
from moe.storage.leases import WorkerLeases
from moe.storage.processes import read_host
from moe_core.contracts.discovery import WorkerEntry, WorkerRegister
from moe_core.contracts.errors import MoeError
from moe_core.contracts.transports import TransportHealth

BEATS = 5  # words in the time of a lease: some may be late before it ends


class Registration:
    """One worker's entry, from its beginning to its end."""

    def __init__(
        self,
        lease: WorkerLease,
        *,
        leases: WorkerLeases | None,
        discoveries: Sequence[WorkerRegister] = (),
        describe: Callable[[], TransportHealth],
        on_peers: PeersListener = lambda _all, _here: None,
    ) -> None:
        """Make it; nothing is said yet.

        Args:
            lease: What the worker says of itself.
            leases: Of moe's record; None where none is kept.
            discoveries: Other registers.
            describe: How the worker is, at any moment.
            on_peers: Told with each word how many workers the record has, and how many of them on this machine.
        """
        self._lease = lease
        self._leases = leases
        self._discoveries = discoveries
        self._describe = describe
        self._on_peers = on_peers

    def __repr__(self) -> str:
        return f"<Registration of {self._lease.worker_id}>"

    async def join(self) -> None:
        """Say it for the first time.

        Raises:
            StorageError: The record cannot be written.
            TransportError: A register cannot be reached, or takes no entries.
        """
        if self._leases is not None:
            await anyio.to_thread.run_sync(self._leases.join, self._lease)
            await anyio.to_thread.run_sync(self._leases.tell_health, self._lease.worker_id, self._describe())
            await self._count_peers()
        for discovery in self._discoveries:
            await discovery.register(self._make_entry())

    async def keep(self, on_drain: Callable[[], None]) -> None:
        """Say it again and again, until cancelled; what cannot be reached now may be later.

        Args:
            on_drain: Called when somebody asks the worker to end.
        """
        while True:
            await anyio.sleep(self._lease.lease_seconds / BEATS)
            with suppress(MoeError):
                await self._count_peers()
                if await anyio.to_thread.run_sync(self._renew) == "draining":
                    on_drain()
            for discovery in self._discoveries:
                with suppress(MoeError):
                    await discovery.register(self._make_entry())

    async def leave(self) -> None:
        """Take it back; where that fails, it ends by itself."""
        for discovery in self._discoveries:
            with suppress(MoeError):
                await discovery.leave(self._lease.worker_id)
            await discovery.close()
        if self._leases is not None:
            with suppress(MoeError):
                await anyio.to_thread.run_sync(self._leases.leave, self._lease.worker_id)

    async def _count_peers(self) -> None:
        if self._leases is not None:
            counts = await anyio.to_thread.run_sync(self._leases.count_live)
            self._on_peers(sum(counts.values()), counts.get(self._lease.host, 1))

    def _renew(self) -> str:
        if self._leases is None:
            return "live"
        name = self._lease.worker_id
        state = self._leases.renew(name)
        if state == "lost":  # silent for too long; nobody takes anything over from a worker of this kind
            self._leases.leave(name)
            self._leases.join(self._lease)
        self._leases.tell_health(name, self._describe())
        return state

    def _make_entry(self) -> WorkerEntry:
        lease = self._lease
        return WorkerEntry(
            worker_id=lease.worker_id,
            urls=lease.urls,
            abilities=lease.abilities,
            health=self._describe(),
            lease_seconds=lease.lease_seconds,
        )


def find_advertised(urls: Sequence[str], advertised: Sequence[str]) -> tuple[str, ...]:
    """Where others reach a worker: as it says, else where it listens, with this machine's name for all addresses.

    No login is among it: what is registered is read by many.
    """
    if advertised:
        return tuple(map(leave_out_login, advertised))
    urls = tuple(map(leave_out_login, urls))
    return tuple(url.replace("://0.0.0.0", f"://{read_host()}").replace("://[::]", f"://{read_host()}") for url in urls)


def make_lease(
    worker_id: str,
    urls: Sequence[str],
    abilities: dict[str, tuple[str, ...]],
    *,
    version: str,
    concurrency: int,
    lease_seconds: float,
) -> WorkerLease:
    """What a worker of this process says of itself."""
    return WorkerLease(
        worker_id=worker_id,
        pid=os.getpid(),
        host=read_host(),
        version=version,
        concurrency=concurrency,
        lease_seconds=lease_seconds,
        urls=tuple(urls),
        abilities=abilities,
    )
