"""The one dispatcher: whatever arrives, by whichever transport, is done once, in time, by whom it names."""

import asyncio
import hmac
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping
from difflib import get_close_matches

import anyio

from moe.running.transports.dispatched import SENDER, DispatchedTask, write_failure
from moe.running.transports.remote_task import AUTHORIZATION, TOKEN_VARIABLE
from moe_core.contracts.transports import (
    CANCEL,
    HEALTH,
    Envelope,
    Handler,
    TransportEvent,
    TransportHealth,
    read_envelope,
)
from moe_core.contracts.wire import JsonObject, to_wire

KEPT_SECONDS = 300.0  # an end is remembered for: longer than whoever asks goes on asking
KEPT_BYTES = 64 << 20  # of ends that are remembered, the oldest is forgotten first
KEPT_MAX = 10_000


class Dispatcher:
    """Does what envelopes ask.

    An id is done once: who sends it again is told the same events. What is asked beyond `running_max` waits; beyond
    `waiting_max` more, it is refused as overloaded, and may be sent again. A task goes on when the connection that
    brought it ends: it may be asked for again. It ends with its time, or when it is cancelled.
    """

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        *,
        running_max: int = 8,
        waiting_max: int = 64,
        token: str = "",
        unready: str = "",
    ) -> None:
        """Make it; nothing is done yet.

        Args:
            handlers: Who does what, by target.
            running_max: Tasks at once.
            waiting_max: Tasks that wait for their turn.
            token: What envelopes must bring in `authorization`, as "Bearer TOKEN"; "" for nothing.
            unready: Why no work is taken, or "".
        """
        self._handlers = handlers
        self._running_max = running_max
        self._waiting_max = waiting_max
        self._token = token
        self._turn = anyio.Semaphore(running_max)
        self._open: dict[str, DispatchedTask] = {}
        self._ended: OrderedDict[str, DispatchedTask] = OrderedDict()
        self._kept_bytes = 0
        self._cancelled: OrderedDict[str, float] = OrderedDict()
        self._doing: set[asyncio.Task[None]] = set()
        self.unready = unready

    def __repr__(self) -> str:
        return f"<Dispatcher of {len(self._handlers)} targets, {len(self._doing)} tasks in work>"

    async def handle(self, body: bytes) -> AsyncGenerator[bytes, None]:
        """Do what an encoded envelope asks; see `Dispatch`."""
        try:
            envelope = read_envelope(body)
        except ValueError as error:
            yield write_failure("", "unreadable", f"this is no envelope: {error}")
            return
        refusal = self._find_refusal(envelope)
        if refusal is not None:
            yield refusal
        elif envelope.target == HEALTH:
            yield _write_result(envelope, to_wire(self.describe_health()))
        elif envelope.target == CANCEL:
            yield _write_result(envelope, {"cancelled": self.cancel(str(envelope.payload.get("id", "")))})
        else:
            async for event in self._find_or_begin(envelope).follow():
                yield event

    def cancel(self, envelope_id: str) -> bool:
        """End a task, or one that is yet to arrive; whether it was in work or waiting."""
        self._remember_cancelled(envelope_id)
        task = self._open.get(envelope_id)
        if task is None:
            return False
        task.cancel()
        return True

    def describe_health(self) -> TransportHealth:
        """How many tasks there are, and whether more are taken."""
        running = sum(task.is_begun for task in self._open.values())
        waiting = len(self._open) - running
        reason = self.unready
        if not reason and waiting >= self._waiting_max:
            reason = f"{waiting} tasks wait for their turn"
        return TransportHealth(
            is_live=True,
            is_ready=not reason,
            reason=reason,
            running=running,
            waiting=waiting,
            limit=self._running_max,
            targets=tuple(sorted(self._handlers)),
        )

    async def drain(self, *, seconds: float) -> None:
        """Take nothing more; what is in work has that long, and is cancelled then."""
        self.unready = self.unready or "it ends"
        with anyio.move_on_after(seconds):
            while self._doing:
                await asyncio.wait(self._doing)
        for task in list(self._open.values()):
            task.cancel()
        await asyncio.gather(*self._doing, return_exceptions=True)

    def _find_refusal(self, envelope: Envelope) -> bytes | None:
        """Why nothing is done for an envelope, as its only event."""
        given = envelope.headers.get(AUTHORIZATION, "")
        if self._token and not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            return write_failure(
                envelope.id, "refused", "it takes no work without its token", hint=f"set {TOKEN_VARIABLE} to its secret"
            )
        if envelope.target in (HEALTH, CANCEL) or self._find_known(envelope) is not None:
            return None
        if envelope.target not in self._handlers:
            near = get_close_matches(envelope.target, self._handlers, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else f"it does {', '.join(sorted(self._handlers))}"
            return write_failure(envelope.id, "unknown_target", f"nobody here is {envelope.target}", hint=hint)
        if envelope.id in self._cancelled:
            return write_failure(envelope.id, "cancelled", "it was cancelled before it arrived")
        if envelope.ttl_ms is not None and envelope.ttl_ms <= 0:
            return write_failure(envelope.id, "deadline", "its time was over when it arrived")
        if self.unready or len(self._open) >= self._running_max + self._waiting_max:
            message = self.unready or f"{self._running_max + self._waiting_max} tasks are in work or wait"
            return write_failure(envelope.id, "overloaded", message, retryable=True)
        return None

    def _find_or_begin(self, envelope: Envelope) -> DispatchedTask:
        known = self._find_known(envelope)
        if known is not None:
            return known
        task = self._open[envelope.id] = DispatchedTask(envelope)
        doing = asyncio.create_task(self._do(task))
        self._doing.add(doing)
        doing.add_done_callback(self._doing.discard)
        return task

    def _find_known(self, envelope: Envelope) -> DispatchedTask | None:
        """What was begun under its id; a failure that another attempt may mend is none."""
        known = self._open.get(envelope.id) or self._ended.get(envelope.id)
        is_mendable = known is not None and known.is_mendable and envelope.attempt > known.envelope.attempt
        return None if is_mendable else known

    async def _do(self, task: DispatchedTask) -> None:
        name = task.envelope.id
        try:
            await task.do(self._handlers[task.envelope.target], self._turn)
        finally:
            del self._open[name]
            before = self._ended.pop(name, None)
            self._kept_bytes += task.size - (before.size if before is not None else 0)
            self._ended[name] = task
            self._forget()

    def _remember_cancelled(self, envelope_id: str) -> None:
        now = time.monotonic()
        self._cancelled[envelope_id] = now
        while self._cancelled and (
            len(self._cancelled) > KEPT_MAX or now - next(iter(self._cancelled.values())) > KEPT_SECONDS
        ):
            self._cancelled.popitem(last=False)

    def _forget(self) -> None:
        """Forget the ends that are too old, too many or too large, the oldest first; the last one stays."""
        while len(self._ended) > 1:
            oldest = next(iter(self._ended.values()))
            age = time.monotonic() - (oldest.ended_at or 0.0)
            if age <= KEPT_SECONDS and self._kept_bytes <= KEPT_BYTES and len(self._ended) <= KEPT_MAX:
                return
            self._kept_bytes -= oldest.size
            self._ended.popitem(last=False)


def _write_result(envelope: Envelope, data: JsonObject) -> bytes:
    return TransportEvent(id=envelope.id, seq=1, type="result", sender=SENDER, data=data).encode()
