"""The asking end: an envelope goes out, progress and one result come back, or one error says why not."""

import random
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from typing import TypeAlias

import anyio
from msgspec.structs import replace

from moe.running.transports.balance import Balance, RemotePlace
from moe.running.transports.dispatched import ALIVE_SECONDS
from moe_core.contracts.errors import DeadlineError, TransportError
from moe_core.contracts.transports import Envelope, TransportEvent, read_event
from moe_core.contracts.wire import JsonObject

ProgressReader: TypeAlias = Callable[[JsonObject], None]
"""Takes in what is told of an envelope; a TransportError that it raises ends the call."""
Renewal: TypeAlias = Callable[[JsonObject, bool], JsonObject]
"""What is to be sent in place of a payload, and whether what was sent before may have been begun."""
OVERLOADED = "overloaded"
TOO_LARGE = "too_large"
"""The reason of an error: more came back than is taken in."""

# How long the same envelope is sent again and again: to where nobody was ever reached not long, for a wrong address is
# to be told soon; to where it was begun, as long as a broker or a worker takes to be back.
UNREACHED_SECONDS = 2.0
OVERLOADED_SECONDS = 30.0
BEGUN_SECONDS = 60.0
PAUSE_SECONDS = 0.25  # before the second attempt; twice as long before each further one
PAUSE_SECONDS_MAX = 4.0
SILENT_SECONDS = 5 * ALIVE_SECONDS  # without a sign of life: the other end is gone, or cut off
_CANCEL_SECONDS = 2.0
_OF_THE_PLACE = ("unreachable", "silent", "truncated")


class RemoteCaller:
    """Has envelopes done by one of several equals."""

    def __init__(
        self,
        find_balance: Callable[[], Awaitable[Balance]],
        *,
        on_sending: Callable[[RemotePlace, Envelope], None] = lambda _place, _sent: None,
        renew: Renewal = lambda payload, _is_lost: payload,
    ) -> None:
        """Make it; nothing is sent yet.

        Args:
            find_balance: Who may be asked; looked at before each attempt.
            on_sending: Told of each attempt, before it is made.
            renew: The payload as it is to be sent now, for each further attempt: more may be known by then, and what
                was sent before may have been begun.
        """
        self._find_balance = find_balance
        self._renew = renew
        self._on_sending = on_sending

    def __repr__(self) -> str:
        return "<RemoteCaller>"

    async def call(self, envelope: Envelope, *, on_progress: ProgressReader = lambda _: None) -> JsonObject:
        """The result.

        The same envelope is sent again when it was not taken or its stream was cut off: by one process it is done once,
        and its events are told once. Who leaves has it cancelled.

        Raises:
            TransportError: It was not done, or `on_progress` takes no more; the reason says why.
            DeadlineError: Its time was over.
        """
        until = None if envelope.ttl_ms is None else time.monotonic() + envelope.ttl_ms / 1000
        reader = RemoteEventReader(envelope.id, on_progress)
        attempts = _Attempts()
        is_lost = False
        try:
            while True:
                attempts.number += 1
                sent = replace(envelope, attempt=attempts.number, ttl_ms=_count_left(until))
                try:
                    return await self._try(sent, attempts, reader)
                except TransportError as error:
                    pause = attempts.find_pause(error, reader.has_heard, until)
                    if pause is None:
                        raise
                    is_lost |= error.was_sent and error.reason != OVERLOADED
                await anyio.sleep(pause)
                envelope = replace(envelope, payload=self._renew(envelope.payload, is_lost))
        except anyio.get_cancelled_exc_class():
            await _cancel(attempts.place, envelope)
            raise
        except TransportError as error:
            if error.reason == TOO_LARGE:  # it goes on there, and nobody takes it in
                await _cancel(attempts.place, envelope)
            raise

    async def _try(self, envelope: Envelope, attempts: "_Attempts", reader: "RemoteEventReader") -> JsonObject:
        """One attempt, by whoever is to be asked now."""
        balance = await self._find_balance()
        # What has begun somewhere goes on there, unless that is gone.
        is_same = reader.has_heard and attempts.number == 2 and attempts.place in balance.places
        if attempts.place is None or not is_same:
            attempts.place = balance.pick(but=attempts.place)
        place = attempts.place
        place.outstanding += 1
        try:
            return await self._send(envelope, place, balance, reader)
        finally:
            place.outstanding -= 1

    async def _send(
        self, envelope: Envelope, place: RemotePlace, balance: Balance, reader: "RemoteEventReader"
    ) -> JsonObject:
        """One attempt at one place.

        Raises:
            TransportError: As for `call`.
            DeadlineError: Its time was over.
        """
        seconds = None if envelope.ttl_ms is None else envelope.ttl_ms / 1000 + ALIVE_SECONDS
        self._on_sending(place, envelope)
        try:
            with anyio.move_on_after(seconds):  # the other end keeps the time; this is for one that cannot
                result = await self._follow(envelope, place, reader)
                balance.note_success(place)
                return result
        except TransportError as error:
            if error.reason in _OF_THE_PLACE:
                balance.note_failure(place)
            raise
        balance.note_failure(place)
        raise DeadlineError(f"the time was over before {place.address} was done")

    async def _follow(self, envelope: Envelope, place: RemotePlace, reader: "RemoteEventReader") -> JsonObject:
        async with aclosing(place.transport.stream(envelope)) as stream:
            events = aiter(stream)
            while True:
                try:
                    with anyio.fail_after(SILENT_SECONDS):
                        body = await anext(events, None)
                except TimeoutError as error:
                    what = f"gave no sign of life for {SILENT_SECONDS:g} s"
                    raise _fail(place.address, "silent", what) from error
                if body is None:
                    raise _fail(place.address, "truncated", "hung up in the middle")
                result = reader.read(body, place.address)
                if result is not None:
                    return result


class _Attempts:
    """How often an envelope was sent, and where last."""

    def __init__(self) -> None:
        self.number = 0
        self.place: RemotePlace | None = None
        self._failing_since: float | None = None

    def find_pause(self, error: TransportError, has_heard: bool, until: float | None) -> float | None:
        """Seconds before the next one; None when there is to be none."""
        now = time.monotonic()
        if self._failing_since is None:
            self._failing_since = now
        pause = min(PAUSE_SECONDS * 2 ** (self.number - 1), PAUSE_SECONDS_MAX) * random.uniform(0.8, 1.2)
        ends = self._failing_since + _find_patience(error, has_heard)
        is_late = now + pause > (ends if until is None else min(ends, until))
        return None if is_late or not error.retryable else pause


class RemoteEventReader:
    """Reads the events of one envelope, over all attempts; what it has told once it does not tell again.

    Attributes:
        has_heard: The envelope has arrived somewhere.
    """

    def __init__(self, envelope_id: str, on_progress: ProgressReader) -> None:
        self._id = envelope_id
        self._on_progress = on_progress
        self._sender = ""
        self._seen = 0
        self.has_heard = False

    def __repr__(self) -> str:
        return f"<RemoteEventReader of {self._id}, {self._seen} events>"

    def read(self, body: bytes, address: str) -> JsonObject | None:
        """The result, if this is it; None when more is to come.

        Args:
            body: The event, encoded.
            address: Where it comes from, for messages.

        Raises:
            TransportError: It is an error, no event, or one is missing before it.
            DeadlineError: It says that the time was over.
        """
        try:
            event = read_event(body)
        except ValueError as error:
            raise _fail(address, "truncated", f"sends what is no event: {error}") from error
        if event.type == "error":
            raise _as_error(event, address)
        self.has_heard = True
        if event.type == "alive":
            return None
        if event.sender != self._sender:
            self._sender, self._seen = event.sender, 0
        if event.seq <= self._seen:
            return event.data if event.type == "result" else None
        if event.seq != self._seen + 1:
            raise _fail(address, "truncated", f"lost events {self._seen + 1} to {event.seq - 1}")
        self._seen = event.seq
        if event.type == "result":
            return event.data
        self._on_progress(event.data)
        return None


async def _cancel(place: RemotePlace | None, envelope: Envelope) -> None:
    """Have an envelope's work ended, should it go on."""
    if place is not None:
        with anyio.CancelScope(shield=True), anyio.move_on_after(_CANCEL_SECONDS), suppress(TransportError):
            await place.transport.cancel(envelope)


def _fail(address: str, reason: str, what: str) -> TransportError:
    return TransportError(f"the worker at {address} {what}", reason=reason, address=address, retryable=True)


def _as_error(event: TransportEvent, address: str) -> TransportError | DeadlineError:
    told = f"the worker at {address}: {event.message}"
    if event.code == DeadlineError.code:
        return DeadlineError(told, hint=event.hint or None)
    return TransportError(told, reason=event.code, address=address, retryable=event.retryable, hint=event.hint or None)


def _find_patience(error: TransportError, has_heard: bool) -> float:
    if error.reason == OVERLOADED:
        return OVERLOADED_SECONDS
    return BEGUN_SECONDS if has_heard else UNREACHED_SECONDS


def _count_left(until: float | None) -> int | None:
    return None if until is None else max(0, round(1000 * (until - time.monotonic())))
