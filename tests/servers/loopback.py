"""An HTTP server on 127.0.0.1 that writes what it likes on the wire and sees its clients leave."""

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

HEAD_BYTES_MAX = 1 << 20
START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent; the names of its headers are lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body's value; None when it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Reply:
    """The wire back to one client."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.is_begun = False
        self.must_close = False

    async def raw(self, content: bytes) -> None:
        """Bytes as they are."""
        self.is_begun = True
        self._writer.write(content)
        await self._writer.drain()

    async def head(self, status: int, headers: dict[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        await self.raw("\r\n".join([*lines, "", ""]).encode())

    async def send(
        self, status: int, body: bytes, kind: str = "application/json", headers: dict[str, str] | None = None
    ) -> None:
        """A whole answer."""
        await self.head(status, {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})})
        await self.raw(body)

    async def send_json(self, value: object, status: int = 200, headers: dict[str, str] | None = None) -> None:
        await self.send(status, json.dumps(value).encode(), headers=headers)

    async def begin(self, kind: str, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """An answer in pieces."""
        await self.head(status, {"Content-Type": kind, "Transfer-Encoding": "chunked", **(headers or {})})

    async def piece(self, content: bytes) -> None:
        await self.raw(b"%x\r\n%s\r\n" % (len(content), content))

    async def end(self) -> None:
        await self.raw(b"0\r\n\r\n")

    def close(self) -> None:
        """End the connection politely, wherever the answer stands."""
        self.must_close = True

    def reset(self) -> None:
        """End it with a reset, as a crashed machine or a rude firewall does."""
        self.must_close = True
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


class LoopbackServer:
    """Serves from a thread of its own; what it answers is the subclass's.

    Attributes:
        url: Where it listens, without a slash at the end.
        requests: What came so far, in order.
        abandoned: How many answers their clients did not wait for.
        errors: What this server itself did wrong; a test that meets one has found nothing out.
    """

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Request] = []
        self.abandoned = 0
        self.errors: list[Exception] = []
        self._connections: set[asyncio.Task] = set()
        self._under_way = 0
        self._changed = threading.Condition()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name=type(self).__name__)
        self._thread.start()
        if not self._listening.wait(START_SECONDS):
            raise RuntimeError(f"{type(self).__name__} did not start in {START_SECONDS} s")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url} after {len(self.requests)} requests>"

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def open_connections(self) -> int:
        """How many clients are connected, those whose pool keeps the connection for later included."""
        return len(self._connections)

    def answers_under_way(self) -> int:
        """How many requests have come and are not answered to the end."""
        return self._under_way

    def wait_until(self, is_so: Callable[[], bool], seconds: float = 10.0) -> bool:
        """Wait for something to be so; in async code call it in a thread, so that the client goes on meanwhile."""
        with self._changed:
            return self._changed.wait_for(is_so, seconds)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()
        if self.errors:
            raise self.errors[0]

    async def answer(self, request: Request, reply: Reply) -> None:
        """Answer one request; it is cancelled when the client leaves."""
        raise NotImplementedError

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0, limit=HEAD_BYTES_MAX)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._listening.set()
        await self._stopped.wait()
        server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.current_task()
        assert connection is not None
        self._connections.add(connection)
        try:
            await self._converse(reader, writer)
            writer.close()
            await asyncio.wait_for(writer.wait_closed(), 1)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()  # the client has left, or the server leaves
        except Exception as error:
            self.errors.append(error)
            writer.transport.abort()
        finally:
            with self._changed:
                self._connections.discard(connection)
                self._changed.notify_all()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        early = b""
        while True:
            request = await read_request(reader, early)
            with self._changed:
                self.requests.append(request)
                self._under_way += 1
                self._changed.notify_all()
            reply = Reply(writer)
            try:
                early = await self._answer_while_heard(request, reply, reader)
            finally:
                with self._changed:
                    self._under_way -= 1
                    self._changed.notify_all()
            if reply.must_close or request.headers.get("connection", "").lower() == "close":
                return

    async def _answer_while_heard(self, request: Request, reply: Reply, reader: asyncio.StreamReader) -> bytes:
        """Answer unless the client leaves; what it sends meanwhile is handed back."""
        answer = asyncio.create_task(self.answer(request, reply))
        heard = asyncio.create_task(reader.read(1))
        try:
            await asyncio.wait({answer, heard}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done() and heard.exception() is None and heard.result():
                await asyncio.wait({answer})
            if not answer.done() or (isinstance(answer.exception(), OSError) and not reply.must_close):
                self.abandoned += 1
                raise ConnectionResetError("the client left")
            answer.result()
            return heard.result() if heard.done() else b""
        finally:
            for task in (answer, heard):
                task.cancel()
            await asyncio.gather(answer, heard, return_exceptions=True)


async def read_request(reader: asyncio.StreamReader, early: bytes = b"") -> Request:
    """Read one request.

    Raises:
        IncompleteReadError: The client left instead.
    """
    first, *lines = (early + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = b""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readuntil(b"\r\n")
    elif length := int(headers.get("content-length", "0")):
        body = await reader.readexactly(length)
    parts = urlsplit(target)
    return Request(method, parts.path, parts.query, headers, body)
