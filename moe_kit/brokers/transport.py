"""A transport over a message broker: envelopes wait in a queue that workers share, events come back to who asked."""

import asyncio
import secrets
import ssl
from abc import abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from difflib import get_close_matches
from pkgutil import resolve_name
from typing import Any, ClassVar, TypeAlias
from urllib.parse import parse_qs, urlsplit

import anyio

from moe_core.contracts.errors import RequestError, TransportError
from moe_core.contracts.transports import (
    BrokerMessage,
    Dispatch,
    Envelope,
    TakeMessage,
    Transport,
    TransportEvent,
    TransportPlace,
    make_cancel,
)
from moe_kit.net.own_certificate import find_own_fault, is_about_certificates, make_tls_context

Headers: TypeAlias = Mapping[str, str]
OnMessage: TypeAlias = Callable[[bytes, Headers], Awaitable[None]]

QUEUE = "moe.tasks"
REPLY, STREAM, END = "moe-reply", "moe-stream", "moe-end"
"""Headers: where events go, which stream they belong to, and that it was the last one."""
REASON, MESSAGE_ID = "moe-reason", "moe-message-id"
"""Headers of a dead letter: why it is one, and what its sender knew it by."""
AGAIN_SECONDS = 1.0  # before a message that could not be taken over comes again
_PARAMETERS = ("queue",)
_REASON_CHARACTERS_MAX = 500


class BrokerTransport(Transport):
    """What all brokers have in common. Needs the extra `brokers`; FastStream speaks to the broker.

    The address names a queue, `?queue=NAME`, by default "moe.tasks". An envelope is acknowledged when it arrives: who
    asked for it sends it again when nothing comes back, and the dispatcher does it once.

    Attributes:
        port: The broker's usual one.
        encrypted: The schemes among its own at which certificates are shown, each with its usual port.
        join_seconds: How long a broker takes, once it is reached, until it can be used.
    """

    extra = "brokers"
    port: ClassVar[int] = 0
    encrypted: ClassVar[Mapping[str, int]] = {}
    join_seconds: ClassVar[float] = 4.0  # for what follows a connection: its own greetings

    def __init__(self, place: TransportPlace | None = None) -> None:
        """Keep the place.

        Raises:
            RequestError: The address has a parameter that is none of a broker's.
        """
        super().__init__(place)
        parts = urlsplit(self.place.url)
        self.address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self.queue = _read_queue(parts.query, self.address)
        self.server = parts._replace(query="").geturl()
        self._token = secrets.token_hex(8)
        self._broker: Any = None
        self._connecting = anyio.Lock()
        self._streams: dict[str, asyncio.Queue[bytes | None]] = {}
        self._answering: set[asyncio.Task[None]] = set()

    @property
    def is_encrypted(self) -> bool:
        """Whether certificates are shown at the address."""
        return urlsplit(self.place.url).scheme in self.encrypted

    @property
    def control(self) -> str:
        """Where every worker of the queue listens."""
        return f"{self.queue}.control"

    @property
    def replies(self) -> str:
        """Where this end is told what becomes of its envelopes."""
        return f"{self.queue}.replies.{self._token}"

    @property
    def dead(self) -> str:
        """Where messages go that nobody can read."""
        return f"{self.queue}.dead"

    @abstractmethod
    def make_broker(self) -> Any:
        """The broker, not connected; imported here and nowhere else."""

    @abstractmethod
    def listen_shared(self, broker: Any, on_message: OnMessage) -> None:
        """Before it is connected: hear what comes to the queue, each message at one worker."""

    @abstractmethod
    def listen_all(self, broker: Any, on_message: OnMessage) -> None:
        """Before it is connected: hear what is told to every worker."""

    @abstractmethod
    def listen_replies(self, broker: Any, on_message: OnMessage) -> None:
        """Before it is connected: hear the events of this end's envelopes."""

    @abstractmethod
    def listen_intake(self, broker: Any, take: TakeMessage) -> None:
        """Before it is connected: hear what others leave in the queue; it outlives a restart of the broker."""

    @abstractmethod
    async def send(self, body: bytes, to: str, headers: Headers, *, ttl_ms: int | None = None) -> None:
        """Publish a message, and wait until the broker has it.

        Raises:
            TransportError: It cannot be reached, or takes none so large.
        """

    async def serve(self, dispatch: Dispatch, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Share the queue with other workers."""

        async def take(body: bytes, headers: Headers) -> None:
            answering = asyncio.create_task(self._answer(dispatch, body, headers))
            self._answering.add(answering)
            answering.add_done_callback(self._answering.discard)

        broker = self._make()
        self.listen_shared(broker, take)
        self.listen_all(broker, take)
        await self._stay(broker, on_ready)

    async def consume(self, take: TakeMessage, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Hand on what others leave in the queue."""
        broker = self._make()
        self.listen_intake(broker, take)
        await self._stay(broker, on_ready)

    async def stream(self, envelope: Envelope) -> AsyncGenerator[bytes, None]:
        """Put an envelope into the queue."""
        await self._connect()
        name = secrets.token_hex(8)
        events = self._streams[name] = asyncio.Queue()
        try:
            headers = {REPLY: self.replies, STREAM: name}
            await self.send(envelope.encode(), self.queue, headers, ttl_ms=envelope.ttl_ms)
            while (event := await events.get()) is not None:
                yield event
        finally:
            del self._streams[name]

    async def cancel(self, envelope: Envelope) -> None:
        """Tell every worker, for nobody knows which one has it."""
        await self._connect()
        await self.send(make_cancel(envelope).encode(), self.control, {})

    async def close(self) -> None:
        """Disconnect."""
        broker, self._broker = self._broker, None
        if broker is not None:
            with suppress(Exception):
                await broker.stop()

    async def take_over(self, message: BrokerMessage, take: TakeMessage) -> bool:
        """Whether a message may be acknowledged: it was taken over, or lies with the dead letters."""
        try:
            reason = await take(message)
            if reason:
                headers = {REASON: reason[:_REASON_CHARACTERS_MAX]}
                if message.message_id:
                    headers[MESSAGE_ID] = message.message_id
                await self.send(message.body, self.dead, headers)
        except Exception:  # noqa: BLE001 - whatever it was: a message that nobody has is not acknowledged
            await anyio.sleep(AGAIN_SECONDS)
            return False
        return True

    def refuse(self, error: BaseException, *, is_too_large: bool = False) -> TransportError:
        """What the broker's own failure means."""
        if is_too_large:
            return TransportError(
                f"the broker at {self.address} takes no message so large: {_word(error)}",
                reason="too_large",
                address=self.address,
                hint=f"raise what the broker takes, or have the agent at an http address: {self.name} carries no more",
            )
        if is_about_certificates(error):
            fault = find_own_fault(self.place.tls) if self.place.tls is not None else ""
            return TransportError(
                f"the broker at {self.address} and this process do not take each other's certificates: "
                f"{fault or _word(error)}",
                reason="refused",
                address=self.address,
                hint="moe certs list tells which are here; system.encryption.name which one is shown",
            )
        return TransportError(
            f"the broker at {self.address} cannot be reached: {_word(error)}",
            address=self.address,
            retryable=True,
            hint="see that it runs, and that the address, user and password are right",
        )

    def _make(self) -> Any:
        try:
            return self.make_broker()
        except ImportError as error:
            raise TransportError(
                f"the transport {self.name} needs packages that are not here: {error}",
                reason="refused",
                hint="pip install 'moe-core[brokers]'",
            ) from error

    async def _connect(self) -> None:
        """As an asking end, once; whoever comes meanwhile waits."""
        async with self._connecting:
            if self._broker is None:
                broker = self._make()
                self.listen_replies(broker, self._take_reply)
                await self._start(broker)
                self._broker = broker

    def make_security(self) -> Any:
        """What the broker is known by, and shown who connects; None for an address in the open.

        Raises:
            TransportError: A certificate cannot be shown.
        """
        if not self.is_encrypted:
            return None
        tls = self.place.tls
        context = ssl.create_default_context() if tls is None else make_tls_context(tls, is_server=False)
        return import_broker("faststream.security:BaseSecurity")(ssl_context=context, use_ssl=True)

    async def prepare(self, broker: Any) -> None:
        """What is to be done before a broker that is connected can be used."""

    def find_door(self) -> tuple[str, int]:
        """The broker's host and port."""
        parts = urlsplit(self.place.url)
        return parts.hostname or "127.0.0.1", parts.port or self.encrypted.get(parts.scheme, self.port)

    async def knock(self) -> None:
        """See that somebody listens: clients go on trying where nobody does.

        Raises:
            OSError: Nobody, and why.
        """
        try:
            probe = await anyio.connect_tcp(*self.find_door())
        except OSError as error:
            why = "nothing listens there" if "attempts failed" in str(error) else error.strerror or str(error)
            raise OSError(why) from error
        await probe.aclose()

    async def explain(self, error: Exception) -> TransportError:
        """Why the broker could not be connected to."""
        return self.refuse(error)

    async def _start(self, broker: Any) -> None:
        try:
            with anyio.fail_after(self.place.connect_seconds):
                await self.knock()
            with anyio.fail_after(self.join_seconds):
                await broker.start()
                await self.prepare(broker)
        except Exception as error:
            with suppress(Exception), anyio.move_on_after(1):
                await broker.stop()
            raise await self.explain(error) from error

    async def _stay(self, broker: Any, on_ready: Callable[[], None]) -> None:
        await self._start(broker)
        self._broker = broker
        try:
            on_ready()
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True), anyio.move_on_after(5):
                for one in tuple(self._answering):
                    one.cancel()
                await self.close()

    async def _take_reply(self, body: bytes, headers: Headers) -> None:
        """An event of one of this end's streams; one that came too late belongs to none."""
        events = self._streams.get(headers.get(STREAM, ""))
        if events is not None:
            events.put_nowait(None if END in headers else body)

    async def _answer(self, dispatch: Dispatch, body: bytes, headers: Headers) -> None:
        """Send back what becomes of an envelope, as long as the broker takes it: who misses it asks again."""
        reply, stream = headers.get(REPLY, ""), {STREAM: headers.get(STREAM, "")}
        async with aclosing(dispatch.handle(body)) as events:
            async for event in events:
                if not reply:
                    continue
                try:
                    await self.send(event, reply, stream)
                except TransportError as error:
                    if error.reason != "too_large":
                        return
                    await self.send(_tell_too_large(error, body), reply, stream)
                    break
            if reply:
                await self.send(b"", reply, {**stream, END: "1"})


def _read_queue(query: str, address: str) -> str:
    said = parse_qs(query, keep_blank_values=True)
    for name in said:
        if name not in _PARAMETERS:
            near = get_close_matches(name.lower(), _PARAMETERS, n=1)
            raise RequestError(
                f"the address of the broker at {address} has an unknown parameter {name!r}",
                hint=f"did you mean {near[0]}?" if near else f"there is {', '.join(_PARAMETERS)}, as in ?queue=NAME",
            )
    return said.get("queue", [""])[0] or QUEUE


def import_broker(reference: str) -> Any:
    """Something of FastStream, by "module:name"; what it registers is made when it is first needed."""
    return resolve_name(reference)


def _tell_too_large(error: TransportError, body: bytes) -> bytes:
    told = TransportEvent(
        id="",
        seq=1,
        type="error",
        code="too_large",
        message=f"what came back is too large: {error}",
        hint=error.hint or "",
    )
    return told.encode()


def _word(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer"
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= 200 else f"{words[:200]}…"
