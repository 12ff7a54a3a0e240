"""A process that does tasks for others, at one address or several, until it is told to end."""

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

import anyio

from moe.contracts.encryption import IN_THE_OPEN, EncryptionPlace
from moe.running.transports.agent_host import AgentHost
from moe.running.transports.dispatcher import Dispatcher
from moe.running.transports.opening import hide_secrets, is_direct, is_here, open_transport
from moe.running.transports.remote_task import TOKEN_VARIABLE
from moe.running.transports.security import seal_dispatch
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
        encryption: EncryptionPlace = IN_THE_OPEN,
    ) -> None:
        """Make it; nothing is listened at yet.

        Args:
            host: Does the tasks.
            registry: Where transports are looked up.
            urls: Where to listen.
            concurrency: Tasks at once.
            encryption: By what certificates, and whether tasks come sealed.

        Raises:
            RequestError: One is no address that may be listened at.
            StorageError: A key is missing.
        """
        token = os.environ.get(TOKEN_VARIABLE, "")
        for url in urls:
            _refuse_open_door(url, token, encryption)
        self._transports: list[Transport] = [open_transport(registry, url, encryption) for url in urls]
        self.addresses = tuple(map(hide_secrets, urls))
        self.dispatcher = Dispatcher(
            host.make_handlers(), running_max=concurrency, waiting_max=WAITING_PER_TURN * concurrency, token=token
        )
        self._taking = seal_dispatch(self.dispatcher, encryption)
        self._ended = anyio.Event()

    def __repr__(self) -> str:
        return f"<AgentListener at {', '.join(self.addresses)}>"

    async def serve(self, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Listen, until `drain`.

        Args:
            on_ready: Called once, when all addresses are listened at.

        Raises:
            TransportError: One cannot be listened at.
        """
        unready = set(map(id, self._transports))

        def note_ready(transport: Transport) -> None:
            unready.discard(id(transport))
            if not unready:
                on_ready()

        serving = [
            asyncio.create_task(one.serve(self._taking, on_ready=lambda one=one: note_ready(one)))  # type: ignore[misc]
            for one in self._transports
        ]
        ending = asyncio.create_task(self._ended.wait())
        try:
            done, _ = await asyncio.wait((*serving, ending), return_when=asyncio.FIRST_COMPLETED)
            for one in done - {ending}:
                one.result()
        finally:
            for one in (*serving, ending):
                one.cancel()
            await asyncio.gather(*serving, ending, return_exceptions=True)
            for transport in self._transports:
                with suppress(Exception):
                    await transport.close()

    async def drain(self, *, seconds: float) -> None:
        """Take nothing more; what is in work has that long."""
        await self.dispatcher.drain(seconds=seconds)
        await asyncio.sleep(0.1)  # the last events are on their way
        self._ended.set()


def _refuse_open_door(url: str, token: str, encryption: EncryptionPlace) -> None:
    """A door that others than this machine's people reach is opened with a key, or to certificates, only."""
    if encryption.name and urlsplit(url).scheme.lower() in _CERTIFIED:
        return
    if is_direct(url) and not is_here(url) and not token:
        raise RequestError(
            f"{url} can be reached by others, who could have any task done here",
            hint=f"set {TOKEN_VARIABLE} to the same secret here and where runs are asked, or listen at 127.0.0.1",
        )
