"""The asking end: an envelope goes out, progress and one result come back, or one error says why not."""

import time
from collections.abc import Callable
from contextlib import aclosing, suppress
from typing import TypeAlias

import anyio
from msgspec.structs import replace

from moe.running.transports.dispatched import ALIVE_SECONDS
from moe.running.transports.opening import hide_secrets
from moe_core.contracts.errors import DeadlineError, TransportError
from moe_core.contracts.transports import Envelope, Transport, TransportEvent, read_event
from moe_core.contracts.wire import JsonObject

ProgressReader: TypeAlias = Callable[[JsonObject], None]

ATTEMPTS_MAX = 4  # with the pauses below: some seconds, in which a broker or a worker is back
PAUSES_SECONDS = (0.25, 1.0, 3.0)
SILENT_SECONDS = 5 * ALIVE_SECONDS  # without a sign of life: the other end is gone, or cut off
_CANCEL_SECONDS = 2.0


class TransportCaller:
    """Has envelopes done at one address.

    Attributes:
        address: For people, without anything secret.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.address = hide_secrets(transport.place.url)

    def __repr__(self) -> str:
        return f"<TransportCaller of {self.address}>"

    async def call(
        self, envelope: Envelope, *, on_progress: ProgressReader = lambda _: None, attempts_max: int = ATTEMPTS_MAX
    ) -> JsonObject:
        """The result.

        The same envelope is sent again when it was not taken or its stream was cut off: it is done once, and its events
        are told once. Who leaves has it cancelled.

        Raises:
            TransportError: It was not done; the reason says why.
            DeadlineError: Its time was over.
        """
        until = None if envelope.ttl_ms is None else time.monotonic() + envelope.ttl_ms / 1000
        reader = RemoteEventReader(envelope.id, self.address, on_progress)
        try:
            for attempt in range(1, attempts_max + 1):
                try:
                    return await self._send(replace(envelope, attempt=attempt, ttl_ms=_count_left(until)), reader)
                except TransportError as error:
                    pause = PAUSES_SECONDS[min(attempt, len(PAUSES_SECONDS)) - 1]
                    is_late = until is not None and time.monotonic() + pause >= until
                    if not error.retryable or attempt == attempts_max or is_late:
                        raise
                await anyio.sleep(pause)
        except anyio.get_cancelled_exc_class():
            with anyio.CancelScope(shield=True), anyio.move_on_after(_CANCEL_SECONDS), suppress(TransportError):
                await self._transport.cancel(envelope)
            raise
        raise AssertionError("the last attempt returns or raises")

    async def _send(self, envelope: Envelope, reader: "RemoteEventReader") -> JsonObject:
        """One attempt.

        Raises:
            TransportError: As for `call`.
            DeadlineError: Its time was over.
        """
        seconds = None if envelope.ttl_ms is None else envelope.ttl_ms / 1000 + ALIVE_SECONDS
        with anyio.move_on_after(seconds):  # the other end keeps the time; this is for one that cannot
            async with aclosing(self._transport.stream(envelope)) as stream:
                events = aiter(stream)
                while True:
                    try:
                        with anyio.fail_after(SILENT_SECONDS):
                            body = await anext(events, None)
                    except TimeoutError as error:
                        raise self._fail("silent", f"gave no sign of life for {SILENT_SECONDS:g} s") from error
                    if body is None:
                        raise self._fail("truncated", "hung up in the middle")
                    result = reader.read(body)
                    if result is not None:
                        return result
        raise DeadlineError(f"the time was over before {self.address} was done")

    def _fail(self, reason: str, what: str) -> TransportError:
        return TransportError(f"{self.address} {what}", reason=reason, address=self.address, retryable=True)


class RemoteEventReader:
    """Reads the events of one envelope, over all attempts; what it has told once it does not tell again."""

    def __init__(self, envelope_id: str, address: str, on_progress: ProgressReader) -> None:
        self._id = envelope_id
        self._address = address
        self._on_progress = on_progress
        self._sender = ""
        self._seen = 0

    def __repr__(self) -> str:
        return f"<RemoteEventReader of {self._id}, {self._seen} events>"

    def read(self, body: bytes) -> JsonObject | None:
        """The result, if this is it; None when more is to come.

        Raises:
            TransportError: It is an error, no event, or one is missing before it.
            DeadlineError: It says that the time was over.
        """
        try:
            event = read_event(body)
        except ValueError as error:
            raise self._damaged(f"sends what is no event: {error}") from error
        if event.type == "alive":
            return None
        if event.type == "error":
            raise self._as_error(event)
        if event.sender != self._sender:
            self._sender, self._seen = event.sender, 0
        if event.seq <= self._seen:
            return event.data if event.type == "result" else None
        if event.seq != self._seen + 1:
            raise self._damaged(f"lost events {self._seen + 1} to {event.seq - 1}")
        self._seen = event.seq
        if event.type == "result":
            return event.data
        self._on_progress(event.data)
        return None

    def _damaged(self, what: str) -> TransportError:
        return TransportError(f"{self._address} {what}", reason="truncated", address=self._address, retryable=True)

    def _as_error(self, event: TransportEvent) -> TransportError | DeadlineError:
        if event.code == DeadlineError.code:
            return DeadlineError(f"{self._address}: {event.message}", hint=event.hint or None)
        return TransportError(
            f"{self._address}: {event.message}",
            reason=event.code,
            address=self._address,
            retryable=event.retryable,
            hint=event.hint or None,
        )


def _count_left(until: float | None) -> int | None:
    return None if until is None else max(0, round(1000 * (until - time.monotonic())))
