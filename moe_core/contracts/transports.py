"""Transports: how a task travels to another process, and how its events come back."""

import secrets
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import ClassVar, Literal, Protocol, TypeAlias

import msgspec

from moe_core.contracts.errors import TransportError
from moe_core.contracts.wire import JsonObject, decode_json, encode_json, from_wire

TransportEventType: TypeAlias = Literal["alive", "progress", "result", "error"]

HEALTH = "moe.health"
"""The target that answers how the process at the other end is."""
CANCEL = "moe.cancel"
"""The target that ends a task; the payload's `id` says which."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be done by another process.

    Attributes:
        id: What it is known by: sent twice, it is done once.
        run: The run that it belongs to.
        target: Who is to do it: "drummer:search".
        payload: What that one is told.
        parent: The envelope or task that asked for it, or "".
        ttl_ms: How long it may take from its arrival, in milliseconds; None for any time. Relative, because clocks of
            machines differ.
        attempt: How often it has been sent, this time included.
        headers: What travels along: `correlation_id`, `traceparent`, `authorization`.
    """

    id: str
    run: str
    target: str
    payload: JsonObject = {}
    parent: str = ""
    ttl_ms: int | None = None
    attempt: int = 1
    headers: Mapping[str, str] = {}

    def encode(self) -> bytes:
        """As JSON, on one line."""
        return encode_json(self)


class TransportEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that comes back for an envelope; a result or an error is the last one.

    Attributes:
        id: The envelope's.
        seq: From 1, without gaps; 0 for a sign of life, which says nothing else.
        type: What it is. A stream that ends with neither a result nor an error was cut off.
        sender: Which process did the work; another one has begun anew.
        data: Progress, or the result.
        code: Of an error: "overloaded", "deadline", "cancelled", "unknown_target", "unreadable", "refused", "too_large"
            or "failed".
        message: Of an error, one line.
        hint: Of an error, what to do; "" for nothing.
        retryable: Of an error: the same envelope may succeed later.
    """

    id: str
    seq: int
    type: TransportEventType
    sender: str = ""
    data: JsonObject = {}
    code: str = ""
    message: str = ""
    hint: str = ""
    retryable: bool = False

    @property
    def is_end(self) -> bool:
        """Whether nothing comes after it."""
        return self.type in ("result", "error")

    def encode(self) -> bytes:
        """As JSON, on one line."""
        return encode_json(self)


class TransportHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How a process is that does work for others.

    Attributes:
        is_live: It answers.
        is_ready: It takes work.
        reason: Why not, or "".
        running: Tasks in work.
        waiting: Tasks that wait for their turn.
        limit: Tasks that it does at once.
        targets: What it does: "drummer:search".
    """

    is_live: bool
    is_ready: bool
    reason: str = ""
    running: int = 0
    waiting: int = 0
    limit: int = 0
    targets: tuple[str, ...] = ()


Emit: TypeAlias = Callable[[JsonObject], None]
"""Sends progress back."""
Handler: TypeAlias = Callable[[Envelope, Emit], Awaitable[JsonObject]]
"""Does what an envelope asks, and returns the result; a `MoeError` that it raises is sent back as an error."""


class Dispatch(Protocol):
    """What a transport hands everything to that arrives; it owns duplicates, deadlines, cancelling and errors."""

    def handle(self, body: bytes) -> AsyncGenerator[bytes, None]:
        """Do what an encoded envelope asks; encoded events, the last of which is an end. Never raises."""
        ...

    def describe_health(self) -> TransportHealth:
        """How this process is."""
        ...


class BrokerMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message that somebody has left in a queue.

    Attributes:
        body: As it was sent.
        message_id: What its sender knows it by, or "".
        type: What its sender calls it, or "".
    """

    body: bytes
    message_id: str = ""
    type: str = ""


TakeMessage: TypeAlias = Callable[[BrokerMessage], Awaitable[str]]
"""Takes a message over: "" when that is done, for good; else why it never can be. What it raises may pass."""


class TransportTls(msgspec.Struct, frozen=True, kw_only=True):
    """By what a process shows who it is, and knows who others are: paths of PEM files.

    Attributes:
        authority: Who vouches for the others.
        certificate: Its own.
        key: Of that.
        name: What it is called.
    """

    authority: str
    certificate: str
    key: str
    name: str = ""


class TransportPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a transport listens, or sends to.

    Attributes:
        url: The address, with its scheme.
        connect_seconds: Longest that reaching it may take.
        tls: Certificates, for addresses that are encrypted; None for those that everybody knows.
    """

    url: str = ""
    connect_seconds: float = 3.0
    tls: TransportTls | None = None


class Transport(ABC):
    """Moves bytes between two processes, and nothing else.

    One object is one end: it either serves or streams. It is constructed with a `TransportPlace`, and does nothing
    then. Packages beyond moe's own are imported when they are first needed.

    Attributes:
        name: Short name, unique among transports.
        summary: One line for listings.
        schemes: Those of the addresses that it takes, such as "http".
        extra: The extra of moe-core that brings its packages, or "".
    """

    name: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    schemes: ClassVar[tuple[str, ...]] = ()
    extra: ClassVar[str] = ""

    def __init__(self, place: TransportPlace | None = None) -> None:
        """Keep the place; nothing is opened yet."""
        self.place = place or TransportPlace()

    @abstractmethod
    async def serve(self, dispatch: Dispatch, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Hand what arrives to the dispatcher, and its events back, until cancelled.

        Args:
            dispatch: Does the work. A connection that ends does not end what it brought.
            on_ready: Called once, when it listens.

        Raises:
            TransportError: The address cannot be listened at.
        """

    @abstractmethod
    def stream(self, envelope: Envelope) -> AsyncGenerator[bytes, None]:
        """Send an envelope; the encoded events that come back, in order.

        It ends after the last event, or earlier when the connection does. To leave it does not end the work: `cancel`
        does.

        Raises:
            TransportError: The other end cannot be reached, or the envelope is larger than what it takes.
        """

    async def cancel(self, envelope: Envelope) -> None:
        """Have a task ended that was sent before, by whoever does it.

        Raises:
            TransportError: The other end cannot be reached.
        """
        async with aclosing(self.stream(make_cancel(envelope))) as events:
            async for _ in events:
                pass

    async def health(self, headers: Mapping[str, str] | None = None) -> TransportHealth:
        """How the process at the other end is; one that does not answer is not live.

        Args:
            headers: Sent along.
        """
        asked = Envelope(
            id=f"health-{secrets.token_hex(8)}", run="", target=HEALTH, ttl_ms=5_000, headers=dict(headers or {})
        )
        reason = "it hung up before it answered"
        try:
            async with aclosing(self.stream(asked)) as events:
                async for body in events:
                    event = read_event(body)
                    if event.type == "result":
                        return from_wire(TransportHealth, event.data)
                    reason = event.message or reason
        except (TransportError, ValueError) as error:
            reason = str(error)
        return TransportHealth(is_live=False, is_ready=False, reason=reason)

    async def consume(self, take: TakeMessage, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Hand on what others leave in the queue at the address, until cancelled.

        A message is acknowledged once it has been taken over. One that never can be goes to the dead letters of the
        queue, with the reason, and only then is it acknowledged. One whose taking over raised comes again.

        Args:
            take: Takes a message over.
            on_ready: Called once, when it listens.

        Raises:
            TransportError: There is no queue at such addresses, or the broker cannot be reached.
        """
        raise TransportError(
            f"nobody can leave messages at {self.name} addresses",
            reason="refused",
            hint="name a queue of a broker: amqp://HOST/?queue=NAME, nats://HOST?queue=NAME or kafka://HOST?queue=NAME",
        )

    async def close(self) -> None:
        """Give back what was opened."""


def read_envelope(body: bytes) -> Envelope:
    """Decode an envelope.

    Raises:
        ValueError: It is none; the message says why.
    """
    return decode_json(Envelope, body)


def read_event(body: bytes) -> TransportEvent:
    """Decode an event.

    Raises:
        ValueError: It is none; the message says why.
    """
    return decode_json(TransportEvent, body)


def make_cancel(envelope: Envelope) -> Envelope:
    """What ends the task that an envelope asked for."""
    return Envelope(
        id=f"{envelope.id}#cancel",
        run=envelope.run,
        target=CANCEL,
        payload={"id": envelope.id},
        ttl_ms=5_000,
        headers=envelope.headers,
    )
