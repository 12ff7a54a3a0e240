"""Where an agent's workers are: as the configuration says, or as registers say from moment to moment."""

import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

import anyio
import anyio.to_thread

from moe.contracts.encryption import IN_THE_OPEN, EncryptionPlace
from moe.contracts.workers import WorkerSummary
from moe.running.transports.balance import Balance, RemotePlace
from moe.running.transports.opening import (
    hide_secrets,
    is_record,
    leave_out_login,
    open_discovery,
    open_transport,
)
from moe.running.transports.security import seal_transport
from moe_core.contracts.discovery import AGENT, WorkerRegister
from moe_core.contracts.errors import MoeError, RequestError, TransportError
from moe_core.loading.registry import Registry

ListWorkers: TypeAlias = Callable[[], Sequence[WorkerSummary]]

REFRESH_SECONDS = 1.0  # between two looks into a register; far less than a lease


class AddressBook:
    """The places of one agent, or of all agents with the same addresses.

    What a register said last holds while it cannot be asked.
    """

    def __init__(
        self,
        urls: Sequence[str],
        registry: Registry,
        *,
        list_workers: ListWorkers | None = None,
        encryption: EncryptionPlace = IN_THE_OPEN,
    ) -> None:
        """Make it; no register is asked yet.

        Args:
            urls: Of workers, brokers and registers; `workers://` for moe's own record.
            registry: Where transports and discoveries are looked up.
            list_workers: Reads the record; None where there is none.
            encryption: How workers are spoken to.

        Raises:
            RequestError: Nothing takes such an address.
        """
        self._registry = registry
        self._encryption = encryption
        self._list_workers = list_workers
        self._places: dict[str, RemotePlace] = {}
        self._named: list[str] = []
        self._own: dict[str, str] = {}  # as registers have them, which keep no logins: the same with a login
        self._registers: list[tuple[str, WorkerRegister | None]] = []
        for url in urls:
            self._sort_in(url)
        self._found: dict[tuple[str, str], Sequence[str]] = {}
        self._looked: dict[str, float] = {}
        self._balances: dict[str, Balance] = {}
        self._looking = anyio.Lock()

    def __repr__(self) -> str:
        return f"<AddressBook of {len(self._named)} addresses and {len(self._registers)} registers>"

    async def find_balance(self, target: str) -> Balance:
        """Those who do the tasks of a target now.

        Raises:
            TransportError: Nobody does, or no register could ever be asked.
        """
        failure = await self._look(target) if self._registers else None
        found = [url for register, _ in self._registers for url in self._found.get((register, target), ())]
        urls = list(dict.fromkeys([*self._named, *(self._own.get(url, url) for url in found)]))
        if not urls:
            where = " or ".join(hide_secrets(url) for url, _ in self._registers)
            told = f"no worker that does {target} is registered at {where}"
            raise failure or TransportError(
                told, address=where, retryable=True, was_sent=False, hint="moe workers list tells who is there"
            )
        places = [self._find_place(url) for url in urls]
        balance = self._balances.setdefault(target, Balance(places))
        balance.replace_places(places)
        return balance

    async def close(self) -> None:
        """Close the connections; what is known of the places stays."""
        for place in self._places.values():
            await place.transport.close()
        for _, discovery in self._registers:
            if discovery is not None:
                await discovery.close()

    def _sort_in(self, url: str) -> None:
        if is_record(url):
            if self._list_workers is None:
                raise RequestError(
                    "workers:// are those in the record of runs, and none is kept", hint="set system.record to true"
                )
            self._registers.append((url, None))
            return
        discovery = open_discovery(self._registry, url)
        if discovery is not None:
            self._registers.append((url, discovery))
        else:
            place = self._find_place(url)
            self._named.append(url)
            self._own[leave_out_login(place.transport.place.url)] = url

    def _find_place(self, url: str) -> RemotePlace:
        place = self._places.get(url)
        if place is None:
            transport = open_transport(self._registry, url, self._encryption)
            place = self._places[url] = RemotePlace(seal_transport(transport, self._encryption))
        return place

    async def _look(self, target: str) -> MoeError | None:
        """Ask the registers, unless that was done a moment ago; why the last one did not answer."""
        failure: MoeError | None = None
        async with self._looking:
            if time.monotonic() < self._looked.get(target, float("-inf")) + REFRESH_SECONDS:
                return None
            for url, discovery in self._registers:
                try:
                    self._found[url, target] = await self._ask(discovery, target)
                except MoeError as error:
                    failure = error
            self._looked[target] = time.monotonic()
        return failure

    async def _ask(self, discovery: WorkerRegister | None, target: str) -> Sequence[str]:
        if discovery is not None:
            return await discovery.find(target)
        assert self._list_workers is not None, "looked at when the address was sorted in"
        workers = await anyio.to_thread.run_sync(self._list_workers)
        return [url for one in workers if _does(one, target) for url in one.lease.urls]


def _does(worker: WorkerSummary, target: str) -> bool:
    is_ready = worker.health is None or worker.health.is_ready
    return worker.is_live and is_ready and target in worker.lease.abilities.get(AGENT, ())
