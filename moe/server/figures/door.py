"""A door of a worker for whoever watches it: figures, and whether it lives and takes work."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeAlias

import anyio

from moe_core.contracts.errors import RequestError
from moe_core.contracts.transports import TransportHealth
from moe_core.contracts.wire import encode_json

_SECONDS = 5.0  # for a request to come and its answer to be taken
_HEAD_MAX = 16_384  # bytes of a request before its body, which nobody here has
_TEXT = "text/plain; version=0.0.4"
_JSON = "application/json"
Answer: TypeAlias = tuple[int, str, str]  # status, type, body


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchDoor:
    """What is answered at `/metrics`, `/health/live` and `/health/ready`.

    Attributes:
        tell_figures: The lines of the first; called in a thread.
        describe: How it is.
    """

    tell_figures: Callable[[], Iterable[str]]
    describe: Callable[[], TransportHealth]

    @asynccontextmanager
    async def open(self, host: str, port: int) -> AsyncIterator[int]:
        """Answer as long as the block lasts, at the port that it gives.

        Raises:
            RequestError: It cannot listen there.
        """
        try:
            server = await asyncio.start_server(self._serve, host, port, limit=_HEAD_MAX)
        except OSError as error:
            reason = error.strerror or str(error)
            raise RequestError(f"cannot listen on {host}:{port}: {reason}", hint="name another --metrics") from error
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            with anyio.fail_after(_SECONDS):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                status, kind, body = await self._answer(head)
                data = body.encode()
                told = f"HTTP/1.1 {status} -\r\ncontent-type: {kind}\r\ncontent-length: {len(data)}\r\n"
                writer.write(f"{told}connection: close\r\n\r\n".encode() + data)
                await writer.drain()
        writer.close()

    async def _answer(self, head: str) -> Answer:
        method, _, rest = head.partition(" ")
        path = rest.partition(" ")[0].partition("?")[0]
        if method not in ("GET", "HEAD"):
            return 405, _JSON, '{"status":"method"}'
        if path == "/metrics":
            lines = await asyncio.to_thread(lambda: list(self.tell_figures()))
            return 200, _TEXT, "".join(f"{line}\n" for line in lines)
        if path == "/health/live":
            return 200, _JSON, '{"status":"ok"}'
        if path == "/health/ready":
            health = self.describe()
            return 200 if health.is_ready else 503, _JSON, encode_json(health).decode()
        return 404, _JSON, '{"status":"no such path"}'
