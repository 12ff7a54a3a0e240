"""Tasks that their receiver alone can read, over any transport: what moves the bytes sees none of them."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from msgspec.structs import replace

from moe.contracts.encryption import SEALED
from moe.encryption.sealing import SealedBox, SealOpener
from moe.running.transports.dispatched import write_failure
from moe_core.contracts.errors import TransportError
from moe_core.contracts.transports import (
    CANCEL,
    HEALTH,
    Dispatch,
    Envelope,
    Transport,
    TransportEvent,
    TransportHealth,
    read_envelope,
    read_event,
)
from moe_core.contracts.wire import JsonObject

_IN_THE_OPEN = (HEALTH, CANCEL)  # they hold an id at most


class SealedTransport(Transport):
    """The asking end: seals tasks, opens what comes back."""

    name = "sealed"
    summary = "Another transport, whose payloads are sealed"

    def __init__(self, inner: Transport, box: SealedBox) -> None:
        super().__init__(inner.place)
        self._inner = inner
        self._box = box

    async def serve(self, dispatch: Dispatch, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """As the other one; whoever serves wraps the dispatcher."""
        await self._inner.serve(dispatch, on_ready=on_ready)

    async def stream(self, envelope: Envelope) -> AsyncGenerator[bytes, None]:
        """Send a sealed envelope; the opened events."""
        is_sealed = envelope.target not in _IN_THE_OPEN
        payload = self._box.seal(_tell_envelope(envelope), envelope.payload) if is_sealed else envelope.payload
        async with aclosing(self._inner.stream(replace(envelope, payload=payload))) as events:
            async for body in events:
                yield self._open(body) if is_sealed else body

    async def close(self) -> None:
        """Give back what was opened."""
        await self._inner.close()

    def _open(self, body: bytes) -> bytes:
        """An event as it was before it was sealed; an error that tells nothing of the task may come in the open.

        Raises:
            TransportError: It was not sealed for this task.
        """
        try:
            event = read_event(body)
        except ValueError:
            return body  # whoever reads it says so
        if event.type == "alive" or (event.type == "error" and SEALED not in event.data):
            return body
        content = self._box.open_reply(_tell_event(event), event.data)
        return replace(event, data=content["data"], message=content["message"], hint=content["hint"]).encode()


class SealedDispatch:
    """The serving end: opens tasks, seals what goes back; a task that is not sealed is refused."""

    def __init__(self, inner: Dispatch, opener: SealOpener) -> None:
        self._inner = inner
        self._opener = opener

    def __repr__(self) -> str:
        return f"<SealedDispatch by {self._opener!r}>"

    async def handle(self, body: bytes) -> AsyncGenerator[bytes, None]:
        """Do what a sealed envelope asks; sealed events."""
        try:
            envelope = read_envelope(body)
            if envelope.target not in _IN_THE_OPEN:
                content = self._opener.open(_tell_envelope(envelope), envelope.payload)
                body = replace(envelope, payload=content).encode()
        except ValueError:
            pass  # the dispatcher says so
        except TransportError as error:
            yield write_failure(envelope.id, error.reason, error.message, hint=error.hint or "")
            return
        async with aclosing(self._inner.handle(body)) as events:
            async for event in events:
                yield self._seal(event)

    def describe_health(self) -> TransportHealth:
        """How this process is."""
        return self._inner.describe_health()

    def _seal(self, body: bytes) -> bytes:
        event = read_event(body)
        content: JsonObject = {"data": event.data, "message": event.message, "hint": event.hint}
        sealed = None if event.type == "alive" else self._opener.seal_reply(_tell_event(event), content)
        return body if sealed is None else replace(event, data=sealed, message="", hint="").encode()


def _tell_envelope(envelope: Envelope) -> JsonObject:
    """What travels beside a sealed task, and is held to it."""
    return {"id": envelope.id, "run": envelope.run, "target": envelope.target}


def _tell_event(event: TransportEvent) -> JsonObject:
    """What travels beside a sealed event, and is held to it."""
    return {"id": event.id, "seq": event.seq, "type": event.type, "sender": event.sender}
