"""The transport over HTTP: one POST an envelope, its events back as lines of JSON."""

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import aclosing, nullcontext
from pkgutil import resolve_name
from typing import Any
from urllib.parse import urlsplit

import httpx

from moe_core import Dispatch, Envelope, Transport, TransportError, TransportTls, hookimpl
from moe_core.contracts.wire import encode_json
from moe_kit.net.listening import open_door
from moe_kit.net.own_certificate import find_own_fault, is_about_certificates, make_tls_context

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PATH = "/tasks"
_HEALTH = ("/health", "/health/live", "/health/ready")
_BODY_MAX = 256 << 20  # bytes; more is refused before it fills the memory
_SILENT_SECONDS = 30.0  # between two pieces of an answer; signs of life come far more often
_PORT = 6001
_BACKLOG = 512  # connections that wait to be taken; the dispatcher refuses what is too much


class HttpTransport(Transport):
    """POST /tasks takes an envelope; GET /health tells how the process is, 503 when it takes no work.

    The end that serves needs the extra `server`.
    """

    name = "http"
    summary = "One POST a task, its events back as lines of JSON"
    schemes = ("http", "https")
    extra = "server"

    async def serve(self, dispatch: Dispatch, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Listen at the address's host and port."""
        try:
            config_class, server_class = (resolve_name(f"uvicorn:{name}") for name in ("Config", "Server"))
        except ImportError as error:
            raise TransportError(
                f"listening by HTTP needs packages that are not here: {error}", hint="pip install 'moe-core[server]'"
            ) from error
        encrypted = self._find_server_options()
        door = self._listen()
        config = config_class(
            _HttpDoor(dispatch),
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
            **encrypted,
        )
        server = server_class(config)
        server.capture_signals = nullcontext  # the process that serves heeds signals itself
        serving = asyncio.create_task(server.serve(sockets=[door]))
        try:
            on_ready()
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await asyncio.gather(serving, return_exceptions=True)
            door.close()

    async def stream(self, envelope: Envelope) -> AsyncGenerator[bytes, None]:
        """Send an envelope; a connection of its own each, which ends with it."""
        limits = httpx.Timeout(_SILENT_SECONDS, connect=self.place.connect_seconds)
        address = self._address
        headers = {"content-type": "application/json"}
        try:
            async with (
                httpx.AsyncClient(timeout=limits, trust_env=False, verify=self._make_client_context()) as client,
                client.stream("POST", address + PATH, content=envelope.encode(), headers=headers) as reply,
            ):
                if reply.status_code != 200:
                    raise self._refuse(f"it answers {reply.status_code} in place of events", is_retryable=False)
                async with aclosing(_read_lines(reply.aiter_bytes())) as lines:
                    async for line in lines:
                        yield line
        except httpx.HTTPError as error:
            tls = self.place.tls if address.startswith("https:") else None
            fault = find_own_fault(tls) if tls is not None else ""
            if fault and tls is not None:
                raise self._refuse_own(fault, tls) from error
            if is_about_certificates(error):
                raise TransportError(
                    f"the worker at {address} and this process do not take each other's certificates: {error}",
                    reason="refused",
                    address=address,
                    hint="moe certs list, on both machines",
                ) from error
            was_sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            raise self._refuse(_word_failure(error), is_retryable=True, was_sent=was_sent) from error

    def _find_server_options(self) -> dict[str, Any]:
        """What has the server show its certificate and demand that of whoever asks; nothing for http.

        Raises:
            TransportError: A file is missing or none.
        """
        if urlsplit(self.place.url).scheme != "https":
            return {}
        tls = self.place.tls
        if tls is None:
            raise TransportError(
                f"{self._address} is to be encrypted, and there is no certificate to show",
                address=self._address,
                hint="moe certs new NAME, and set system.encryption.name to it",
            )
        fault = find_own_fault(tls)
        if fault:
            raise self._refuse_own(fault, tls)
        files = {"ssl_certfile": tls.certificate, "ssl_keyfile": tls.key, "ssl_ca_certs": tls.authority}
        return {**files, "ssl_cert_reqs": ssl.CERT_REQUIRED}

    def _make_client_context(self) -> ssl.SSLContext | bool:
        """How the other end is known, and shown who asks; made anew each time, so that renewed files count at once.

        Without encryption it trusts nobody: to read whom the system trusts takes longer than all else of a task.

        Raises:
            TransportError: A file is missing or none.
        """
        tls = self.place.tls
        if urlsplit(self.place.url).scheme != "https":
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if tls is None:
            return True
        return make_tls_context(tls, is_server=False)

    def _refuse_own(self, fault: str, tls: TransportTls) -> TransportError:
        told = f"the certificate of {tls.name!r} counts no more for {self._address}: {fault}"
        hint = f"moe certs rotate {tls.name}, and copy its files here"
        return TransportError(told, reason="refused", address=self._address, hint=hint)

    def _listen(self) -> socket.socket:
        parts = urlsplit(self.place.url)
        host = parts.hostname or "127.0.0.1"
        return open_door(host, parts.port or _PORT, address=self._address, backlog=_BACKLOG)

    @property
    def _address(self) -> str:
        parts = urlsplit(self.place.url)
        host = parts.hostname or "127.0.0.1"
        return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{parts.port or _PORT}"

    def _refuse(self, why: str, *, is_retryable: bool, was_sent: bool = True) -> TransportError:
        return TransportError(
            f"the worker at {self._address} cannot be reached: {why}",
            address=self._address,
            retryable=is_retryable,
            was_sent=was_sent,
            hint="moe worker --listen URL begins one there",
        )


class _HttpDoor:
    """The application that a server runs."""

    def __init__(self, dispatch: Dispatch) -> None:
        self._dispatch = dispatch

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if scope["path"] in _HEALTH and scope["method"] == "GET":
            health = self._dispatch.describe_health()
            is_well = health.is_live if scope["path"].endswith("/live") else health.is_ready
            await _answer(send, 200 if is_well else 503, encode_json(health))
        elif scope["path"] != PATH or scope["method"] != "POST":
            await _answer(send, 404, b'{"detail":"POST /tasks takes an envelope, GET /health tells how it is"}')
        else:
            body = await _read_body(receive)
            if body is None:
                await _answer(send, 413, b'{"detail":"the envelope is too large"}')
                return
            await _begin(send, 200, b"application/x-ndjson")
            async with aclosing(self._dispatch.handle(body)) as events:
                async for event in events:
                    await send({"type": "http.response.body", "body": event + b"\n", "more_body": True})
            await send({"type": "http.response.body", "body": b""})


async def _read_body(receive: Receive) -> bytes | None:
    pieces, size = [], 0
    while True:
        message = await receive()
        piece = message.get("body", b"")
        size += len(piece)
        if size > _BODY_MAX:
            return None
        pieces.append(piece)
        if not message.get("more_body"):
            return b"".join(pieces)


async def _answer(send: Send, status: int, body: bytes) -> None:
    await _begin(send, status, b"application/json")
    await send({"type": "http.response.body", "body": body})


async def _begin(send: Send, status: int, kind: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})


async def _read_lines(pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """Whole lines; what is left without an end is none."""
    rest: list[bytes] = []
    async for piece in pieces:
        *lines, last = piece.split(b"\n")
        for line in lines:
            yield b"".join((*rest, line))
            rest.clear()
        if last:
            rest.append(last)


def _word_failure(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return "it does not answer"
    if isinstance(error, httpx.ConnectError):
        return "nothing listens there"
    return f"{type(error).__name__} {error}".strip()


@hookimpl
def moe_transports() -> list[type[Transport]]:
    """The transport over HTTP."""
    return [HttpTransport]
