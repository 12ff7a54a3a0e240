"""One task that somebody sent: done once, and told to whoever asks for it."""

import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager

import anyio

from moe_core.contracts.errors import MoeError
from moe_core.contracts.transports import Envelope, Handler, TransportEvent, TransportEventType
from moe_core.contracts.wire import JsonObject

ALIVE_SECONDS = 2.0  # between two signs of life: who hears none for some of them knows that the other end is gone
TTL_MS_MAX = 86_400_000  # what asks for no time gets a day, so that nothing is kept for ever
SENDER = secrets.token_hex(8)
"""Of this process: whoever reads its events knows whether they go on or begin anew."""


class DispatchedTask:
    """What became of an envelope so far.

    Attributes:
        ended_at: When it ended, by the monotonic clock; None while it goes on.
        size: Bytes of its events.
        is_begun: It was its turn.
        is_cancelled: Somebody has asked for its end.
        is_mendable: It ended with an error that another attempt may mend.
    """

    def __init__(self, envelope: Envelope) -> None:
        self.envelope = envelope
        self.ended_at: float | None = None
        self.is_begun = False
        self.is_cancelled = False
        self.is_mendable = False
        self.size = 0
        self._events: list[bytes] = []
        self._changed = anyio.Event()
        self._scope: anyio.CancelScope | None = None

    def __repr__(self) -> str:
        return f"<DispatchedTask {self.envelope.id}, {len(self._events)} events>"

    async def do(self, handler: Handler, turn: AbstractAsyncContextManager[object]) -> None:
        """Do it, once it is its turn, within its time; ends with exactly one result or error."""
        ttl_ms = TTL_MS_MAX if self.envelope.ttl_ms is None else min(self.envelope.ttl_ms, TTL_MS_MAX)
        with anyio.CancelScope(deadline=anyio.current_time() + ttl_ms / 1000) as scope:
            self._scope = scope
            if self.is_cancelled:
                scope.cancel()
            try:
                async with turn:
                    self.is_begun = True
                    self._tell("result", await handler(self.envelope, self._report))
            except MoeError as error:
                self._fail(_name_failure(error), error.message, hint=error.hint or "", retryable=error.retryable)
            except Exception as error:  # noqa: BLE001 - whatever a handler raises is told to whoever asked
                self._fail("failed", f"{type(error).__name__}: {error}")
        if scope.cancelled_caught:
            self.give_up("its time was over" if not self.is_cancelled else "it was cancelled")

    def cancel(self) -> None:
        """Have it end, wherever it is."""
        self.is_cancelled = True
        self.give_up("it was cancelled")
        if self._scope is not None:
            self._scope.cancel()

    def give_up(self, reason: str) -> None:
        """End it without a result."""
        self._fail("cancelled" if self.is_cancelled else "deadline", reason)

    async def follow(self) -> AsyncGenerator[bytes, None]:
        """Its events from the first one, each as it comes, with signs of life between them; any number may follow."""
        place = 0
        while True:
            while place < len(self._events):
                yield self._events[place]
                place += 1
            if self.ended_at is not None:
                return
            with anyio.move_on_after(ALIVE_SECONDS) as waiting:
                await self._changed.wait()
            if waiting.cancelled_caught:
                yield TransportEvent(id=self.envelope.id, seq=0, type="alive", sender=SENDER).encode()

    def _report(self, data: JsonObject) -> None:
        self._tell("progress", data)

    def _fail(self, code: str, message: str, *, hint: str = "", retryable: bool = False) -> None:
        self._tell("error", code=code, message=message, hint=hint, retryable=retryable)

    def _tell(
        self,
        kind: TransportEventType,
        data: JsonObject | None = None,
        *,
        code: str = "",
        message: str = "",
        hint: str = "",
        retryable: bool = False,
    ) -> None:
        """Keep an event, unless the task has ended: what comes after that is too late."""
        if self.ended_at is not None:
            return
        event = TransportEvent(
            id=self.envelope.id,
            seq=len(self._events) + 1,
            type=kind,
            sender=SENDER,
            data=data or {},
            code=code,
            message=message,
            hint=hint,
            retryable=retryable,
        )
        body = event.encode()
        self._events.append(body)
        self.size += len(body)
        if event.is_end:
            self.ended_at = time.monotonic()
            self.is_mendable = retryable
        self._changed.set()
        self._changed = anyio.Event()


def write_failure(
    envelope_id: str, code: str, message: str, *, hint: str = "", retryable: bool = False, seq: int = 1
) -> bytes:
    """The one event of an envelope that nothing is done for."""
    return TransportEvent(
        id=envelope_id,
        seq=seq,
        type="error",
        sender=SENDER,
        code=code,
        message=message,
        hint=hint,
        retryable=retryable,
    ).encode()


def _name_failure(error: MoeError) -> str:
    return str(getattr(error, "reason", "")) or error.code
