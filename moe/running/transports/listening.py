"""A process that does tasks for others, at one address or several, until it is told to end."""

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

import anyio

from moe.contracts.encryption import IN_THE_OPEN, EncryptionPlace
from moe.running.fleet.membership import PeersListener
from moe.running.fleet.worker import make_worker_id
from moe.running.transports.agent_host import AgentHost
from moe.running.transports.dispatcher import Dispatcher
from moe.running.transports.opening import (
    find_address,
    hide_secrets,
    is_direct,
    is_here,
    open_discovery,
    open_transport,
)
from moe.running.transports.registration import Registration, find_advertised, make_lease
from moe.running.transports.remote_task import TOKEN_VARIABLE
from moe.running.transports.security import seal_dispatch
from moe.storage.leases import WorkerLeases
from moe_core.contracts.discovery import WorkerRegister
from moe_core.contracts.errors import RequestError
from moe_core.contracts.transports import Transport
from moe_core.loading.registry import Registry

_CERTIFIED = ("https", "grpcs")
WAITING_PER_TURN = 8  # tasks that may wait, for each that is done at once: more would wait longer than a run has


class AgentListener:
    """Serves an `AgentHost`.

    Attributes:
        addresses: Where, for people.
        dispatcher: Who does what arrives.
    """

    def __init__(
        self,
        host: AgentHost,
        registry: Registry,
        urls: Sequence[str],
        *,
        concurrency: int,
        advertised: Sequence[str] = (),
        registers: Sequence[str] = (),
        leases: WorkerLeases | None = None,
        lease_seconds: float = 10.0,
        version: str = "",
        encryption: EncryptionPlace = IN_THE_OPEN,
        on_peers: PeersListener = lambda _all, _here: None,
    ) -> None:
        """Make it; nothing is listened at yet.

        Args:
            host: Does the tasks.
            registry: Where transports are looked up.
            urls: Where to listen.
            concurrency: Tasks at once.
            advertised: Where others reach it, in place of where it listens.
            registers: Addresses of registers in which it says that it is there.
            leases: Of moe's record, in which it says so too; None where none is kept.
            lease_seconds: So long after its last word it counts as gone.
            version: Of moe, for listings.
            encryption: By what certificates, and whether tasks come sealed.
            on_peers: Told now and then how many workers the record has, and how many of them on this machine.

        Raises:
            RequestError: One is no address that may be listened at, or no register.
            StorageError: A key is missing.
        """
        token = os.environ.get(TOKEN_VARIABLE, "")
        urls = tuple(map(find_address, urls))
        for url in urls:
            _refuse_open_door(url, token, encryption)
        self._transports: list[Transport] = [open_transport(registry, url, encryption) for url in urls]
        self.addresses = tuple(map(hide_secrets, urls))
        self.dispatcher = Dispatcher(
            host.make_handlers(), running_max=concurrency, waiting_max=WAITING_PER_TURN * concurrency, token=token
        )
        lease = make_lease(
            make_worker_id(),
            find_advertised(urls, advertised),
            host.list_abilities(),
            version=version,
            concurrency=concurrency,
            lease_seconds=lease_seconds,
        )
        discoveries = [_open_register(registry, url) for url in registers]
        describe = self.dispatcher.describe_health
        self._registration = Registration(
            lease, leases=leases, discoveries=discoveries, describe=describe, on_peers=on_peers
        )
        self._grace = 0.0
        self._draining: list[asyncio.Task[None]] = []
        self._taking = seal_dispatch(self.dispatcher, encryption)
        self._ended = anyio.Event()

    def __repr__(self) -> str:
        return f"<AgentListener at {', '.join(self.addresses)}>"

    async def serve(self, *, grace_seconds: float = 30.0, on_ready: Callable[[], None] = lambda: None) -> None:
        """Listen, until `drain`, or until somebody asks for it by `moe workers drain`.

        Args:
            grace_seconds: For tasks in work, where it is not this process that asks it to end.
            on_ready: Called once, when all addresses are listened at and it is registered.

        Raises:
            TransportError: One cannot be listened at, or a register cannot be reached.
            StorageError: The record cannot be written.
        """
        self._grace = grace_seconds
        ready = asyncio.Event()
        unready = set(map(id, self._transports))

        def note_ready(transport: Transport) -> None:
            unready.discard(id(transport))
            if not unready:
                ready.set()

        serving = [
            asyncio.create_task(one.serve(self._taking, on_ready=lambda one=one: note_ready(one)))  # type: ignore[misc]
            for one in self._transports
        ]
        registering = asyncio.create_task(self._stay_registered(ready, on_ready))
        ending = asyncio.create_task(self._ended.wait())
        try:
            done, _ = await asyncio.wait((*serving, registering, ending), return_when=asyncio.FIRST_COMPLETED)
            for one in done - {ending}:
                one.result()
        finally:
            for one in (*serving, registering, ending):
                one.cancel()
            await asyncio.gather(*serving, registering, ending, *self._draining, return_exceptions=True)
            for transport in self._transports:
                with suppress(Exception):
                    await transport.close()

    async def _stay_registered(self, ready: asyncio.Event, on_ready: Callable[[], None]) -> None:
        await ready.wait()
        try:
            await self._registration.join()
            on_ready()
            await self._registration.keep(self._drain_once)
        finally:
            with anyio.CancelScope(shield=True):
                await self._registration.leave()

    def _drain_once(self) -> None:
        if not self._draining:
            self._draining.append(asyncio.create_task(self.drain(seconds=self._grace)))

    async def drain(self, *, seconds: float) -> None:
        """Take nothing more; what is in work has that long."""
        await self.dispatcher.drain(seconds=seconds)
        await asyncio.sleep(0.1)  # the last events are on their way
        self._ended.set()


def _open_register(registry: Registry, url: str) -> WorkerRegister:
    discovery = open_discovery(registry, url)
    if discovery is None:
        hint = "name one as etcd://HOST:2379 or consul://HOST:8500"
        raise RequestError(f"{hide_secrets(url)} is no register of workers", hint=hint)
    return discovery


def _refuse_open_door(url: str, token: str, encryption: EncryptionPlace) -> None:
    """A door that others than this machine's people reach is opened with a key, or to certificates, only."""
    if encryption.name and urlsplit(url).scheme.lower() in _CERTIFIED:
        return
    if is_direct(url) and not is_here(url) and not token:
        raise RequestError(
            f"{url} can be reached by others, who could have any task done here",
            hint=f"set {TOKEN_VARIABLE} to the same secret here and where runs are asked, or listen at 127.0.0.1",
        )
