"""Exchanges with one model server: pooled, bounded in size, and over by a deadline however slowly it drips."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from functools import cache
from pkgutil import resolve_name
from typing import Any, TypeVar
from urllib.parse import urlsplit

import anyio

from moe_core.contracts.errors import ModelError, ModelUnavailableError, MoeError
from moe_core.contracts.wire import JsonObject, encode_json
from moe_kit.serving.addresses import is_loopback
from moe_kit.serving.answer import Answer, Incoming
from moe_kit.serving.clock import Clock, start_clock
from moe_kit.serving.failures import map_status, time_over
from moe_kit.serving.knock import is_shut
from moe_kit.serving.peer import Peer
from moe_kit.serving.sharing import Shared, find_shared, get_shared

MAX_BODY_BYTES = 32 << 20  # vectors of 64 passages take one MB; bounds an endless body
_DRAIN_SECONDS = 0.2  # a rest that takes longer costs more than a new connection
T = TypeVar("T")


class Streaming:
    """An answer whose body is still coming. Close it."""

    def __init__(self, response: Incoming, server: "ModelServer", clock: Clock, model: str) -> None:
        self._response = response
        self._server = server
        self._clock = clock
        self._model = model
        self._incoming = _as_generator(response.aiter_bytes())
        self._size = 0
        self._silence_seconds: float | None = None

    @property
    def media_type(self) -> str:
        """What the body says it is, lower case, without parameters."""
        return str(self._response.headers.get("content-type", "")).partition(";")[0].strip().lower()

    def limit_silence(self, seconds: float) -> None:
        """From now on each piece has this long to come, however long it takes in all."""
        self._silence_seconds = seconds

    async def read(self) -> bytes:
        """The next piece of the body; empty at its end.

        Raises:
            ModelError: It breaks off, takes too long or grows too large.
        """
        chunk: bytes | None = b""
        if self._silence_seconds is not None:
            self._clock = start_clock(self._silence_seconds)
        while chunk == b"":
            with self._server.guarding(self._clock, self._model), anyio.fail_after(self._clock.seconds_left):
                chunk = await anext(self._incoming, None)
        self._size += len(chunk or b"")
        self._server.check_size(self._size, self._model)
        return chunk or b""

    async def read_all(self) -> bytes:
        """All that is left of the body.

        Raises:
            ModelError: As for `read`.
        """
        pieces = []
        while piece := await self.read():
            pieces.append(piece)
        return b"".join(pieces)

    async def drain(self) -> None:
        """Read what little may follow the last piece that matters, so that the connection can be used again."""
        with anyio.move_on_after(_DRAIN_SECONDS), self._server.guarding(self._clock, self._model):
            await anext(self._incoming, None)

    async def aclose(self) -> None:
        """Close the connection, unless the body was read to its end: then it is used again."""
        with anyio.CancelScope(shield=True):
            await self._incoming.aclose()
            await self._response.aclose()


class ModelServer:
    """A model server as one provider speaks to it; connections are shared by all providers of an event loop."""

    def __init__(self, peer: Peer, *, timeout_seconds: float) -> None:
        self.peer = peer
        self._host = urlsplit(peer.url).hostname or ""
        self._is_near = is_loopback(self._host)
        self._timeout_seconds = timeout_seconds
        self._lease: Shared | None = None

    def __repr__(self) -> str:
        return f"<ModelServer {self.peer.label}>"

    def memory(self, kind: type[T]) -> T:
        """What was learnt about this server, one value of each kind, kept as long as the event loop runs."""
        shared = get_shared()
        key = (self.peer.url, kind)
        if key not in shared.memories:
            shared.memories[key] = kind()
        found: T = shared.memories[key]
        return found

    def forget(self) -> None:
        """Drop what was learnt: another server may answer at this address next time."""
        memories = get_shared().memories
        for key in [key for key in memories if key[0] == self.peer.url]:
            del memories[key]

    def start_clock(self, deadline: float | None = None, *, seconds_max: float | None = None) -> Clock:
        """For one call: the provider's timeout, a tighter one when given, and the deadline."""
        timeout = self._timeout_seconds if seconds_max is None else min(self._timeout_seconds, seconds_max)
        return start_clock(timeout, deadline)

    async def get(self, url: str, *, clock: Clock, model: str = "") -> Answer:
        """GET, whatever the status.

        Raises:
            ModelError: No whole answer came.
        """
        return await self._exchange("GET", url, None, clock, model)

    async def post(self, url: str, body: JsonObject, *, clock: Clock, model: str = "") -> Answer:
        """POST JSON, whatever the status.

        Raises:
            ModelError: No whole answer came.
        """
        return await self._exchange("POST", url, encode_json(body), clock, model)

    async def open(self, url: str, body: JsonObject, *, clock: Clock, model: str = "") -> Streaming | Answer:
        """POST JSON and read a success as it comes; any other status is a whole answer.

        Raises:
            ModelError: No answer came.
        """
        with self.guarding(clock, model), anyio.fail_after(clock.seconds_left):
            response = await self._send("POST", url, encode_json(body))
            if not response.is_success:
                return await self._read(response, model)
            await self._check_encoding(response, model)
        return Streaming(response, self, clock, model)

    def read_json(self, answer: Answer, *, model: str = "") -> Any:
        """The JSON in a success.

        Raises:
            ModelError: The status is none, or the body is no JSON.
        """
        if not answer.is_success:
            raise self.failure(answer, model=model)
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            kind = answer.headers.get("content-type", "").partition(";")[0].strip()
            found = f", but with {kind}" if "json" not in kind and kind else ""
            raise ModelUnavailableError(
                f"{self.peer.label} did not answer with JSON{found or ', but with something broken or cut off'}",
                provider=self.peer.provider,
                model=model,
                hint="check that the address is a model server's" if found else None,
            ) from error

    def failure(self, answer: Answer, *, model: str = "") -> ModelError:
        """The error that an answer without success stands for."""
        return map_status(answer.status, answer.headers, answer.body, self.peer, model=model)

    def unfit(self, what: str, *, model: str = "") -> ModelUnavailableError:
        """The error for an answer that is none; `what` continues "sent an answer that ..."."""
        return ModelUnavailableError(
            f"{self.peer.label} sent an answer that {what}", provider=self.peer.provider, model=model
        )

    def broken_off(self, *, model: str = "") -> ModelUnavailableError:
        """The error for a stream that ends before it is finished."""
        return ModelUnavailableError(
            f"{self.peer.label} broke off in the middle of its answer", provider=self.peer.provider, model=model
        )

    def guarding(self, clock: Clock, model: str) -> "_Guard":
        """A context in which everything that goes wrong becomes a `ModelError`."""
        return _Guard(self, clock, model)

    def check_size(self, size: int, model: str) -> None:
        """Insist on a body of bounded size.

        Raises:
            ModelUnavailableError: It is larger.
        """
        if size > MAX_BODY_BYTES:
            raise ModelUnavailableError(
                f"{self.peer.label} answers with more than {MAX_BODY_BYTES >> 20} MB",
                provider=self.peer.provider,
                model=model,
            )

    async def close(self) -> None:
        """Give the connections back; the last provider of an event loop that does so closes them."""
        lease, self._lease = self._lease, None
        if lease is None or lease is not find_shared():
            return
        lease.users -= 1
        if lease.users == 0:
            transports, lease.transports = lease.transports, {}
            for transport in transports.values():
                await transport.aclose()

    async def _exchange(self, method: str, url: str, content: bytes | None, clock: Clock, model: str) -> Answer:
        with self.guarding(clock, model), anyio.fail_after(clock.seconds_left):
            return await self._read(await self._send(method, url, content), model)

    async def _send(self, method: str, url: str, content: bytes | None) -> Incoming:
        headers = {"Accept": "application/json, text/event-stream", "Accept-Encoding": "identity"}
        headers["User-Agent"] = "moe-core"
        if content is not None:
            headers["Content-Type"] = "application/json"
        if self.peer.api_key:
            headers["Authorization"] = f"Bearer {self.peer.api_key}"
        shared = get_shared()
        if self._lease is not shared:
            self._lease = shared
            shared.users += 1
        if self._is_near and not shared.transports:
            self._insist_on_listener(url)
        response: Incoming = await _http().send(method, url, headers, content, is_near=self._is_near, shared=shared)
        return response

    def _insist_on_listener(self, url: str) -> None:
        """Find out that no server runs on this machine without what speaks HTTP."""
        if is_shut(url):
            self.forget()
            hint = self.peer.address_hint
            raise ModelUnavailableError(f"{self.peer.label} cannot be reached", provider=self.peer.provider, hint=hint)

    async def _read(self, response: Incoming, model: str) -> Answer:
        await self._check_encoding(response, model)
        body = bytearray()
        try:
            async for chunk in response.aiter_bytes():
                body += chunk
                self.check_size(len(body), model)
        finally:
            with anyio.CancelScope(shield=True):
                await response.aclose()
        return Answer(status=response.status_code, headers=response.headers, body=bytes(body))

    async def _check_encoding(self, response: Incoming, model: str) -> None:
        """Refuse what is packed: it was not asked for, and may unpack to anything."""
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("", "identity"):
            await response.aclose()
            raise self.unfit("is compressed, which was not asked for", model=model)


class _Guard:
    """Maps foreign exceptions once; cancellation passes through."""

    def __init__(self, server: ModelServer, clock: Clock, model: str) -> None:
        self._server = server
        self._clock = clock
        self._model = model

    def __enter__(self) -> None:
        if self._clock.seconds_left <= 0:
            raise self._time_over()

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, TimeoutError):
            raise self._time_over() from error
        if isinstance(error, MoeError) or not isinstance(error, Exception) or not _http().is_foreign(error):
            return
        if _http().is_gone(error):
            self._server.forget()
        raise _http().map_exchange_error(error, self._server.peer, model=self._model) from error

    def _time_over(self) -> ModelError:
        clock = self._clock
        return time_over(self._server.peer, clock.seconds, is_deadline=clock.is_deadline, model=self._model)


def _as_generator(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """httpx's iterators are generators, which can be closed, though their types do not say so."""
    assert isinstance(chunks, AsyncGenerator)
    return chunks


@cache
def _http() -> Any:
    return resolve_name("moe_kit.serving.exchange")
