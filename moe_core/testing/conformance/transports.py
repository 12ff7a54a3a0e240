"""What a transport must hold to: whatever goes in at one end is done once at the other, and all of it comes back."""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager

import anyio
import anyio.lowlevel

from moe_core.contracts.discovery import WorkerRegister
from moe_core.contracts.errors import TransportError
from moe_core.contracts.transports import (
    Dispatch,
    Emit,
    Envelope,
    Handler,
    Transport,
    TransportEvent,
    TransportPlace,
    read_event,
)
from moe_core.contracts.wire import JsonObject
from moe_core.testing.conformance.verdict import refusing, require, require_introduction

MANY = 200  # events of one task, whose order must hold
BIG_BYTES = 9 << 20  # more than 8 MiB
_SECONDS = 60.0  # far longer than anything here takes, on a busy machine too
_SOON_SECONDS = 30.0
_AT_ONCE = 20


async def check_transport(
    transport: type[Transport],
    url: str,
    *,
    make_dispatch: Callable[[Mapping[str, Handler]], Dispatch],
    refuses_above: int | None = None,
) -> None:
    """Check both ends of a transport against each other.

    Echo, health, a failure, an unknown target, a deadline, cancelling, the order of events, a duplicate, tasks side by
    side, 1 MiB and more than 8 MiB there and back.

    Args:
        transport: The class.
        url: An address that is free, at which one end serves and the other asks.
        make_dispatch: Makes the dispatcher; `moe.running.transports.dispatcher.Dispatcher`.
        refuses_above: Bytes that its broker carries in one message, where that is less than 9 MiB: what is larger must
            be refused as "too_large" then, in both directions.

    Raises:
        ConformanceError: It breaks the contract.
    """
    name = check_transport_class(transport, url)
    counts = Counter[str]()
    place = TransportPlace(url=url)
    dispatch = make_dispatch(_make_handlers(counts))
    with refusing(f"{name} raised"):
        async with _serving(transport(place), dispatch, name):
            asking = transport(place)
            try:
                for check in (_check_answers, _check_ends, _check_order, _check_many):
                    await check(asking, name)
                await _check_duplicates(asking, name, counts)
                await _check_sizes(asking, name, refuses_above)
            finally:
                await asking.close()


def check_transport_class(transport: type[Transport | WorkerRegister], url: str = "") -> str:
    """Check what a transport or discovery says of itself, without an address to try it at; its name.

    Raises:
        ConformanceError: It breaks the contract.
    """
    name = require_introduction(transport)
    schemes = transport.schemes
    is_named = isinstance(schemes, tuple) and schemes and all(isinstance(one, str) and one for one in schemes)
    require(is_named, f'{name} names no schemes; write schemes = ("{name}",)')
    with refusing(f"constructing {name} raised"):
        transport(TransportPlace(url=url or f"{schemes[0]}://127.0.0.1:1"))
    return name


def _make_handlers(counts: Counter[str]) -> dict[str, Handler]:
    async def echo(envelope: Envelope, emit: Emit) -> JsonObject:
        counts[envelope.id] += 1
        return envelope.payload

    async def fail(envelope: Envelope, emit: Emit) -> JsonObject:
        raise ValueError("it fails")

    async def hang(envelope: Envelope, emit: Emit) -> JsonObject:
        emit({"begun": True})
        await anyio.sleep(_SECONDS)
        return {}

    async def tell(envelope: Envelope, emit: Emit) -> JsonObject:
        for number in range(MANY):
            emit({"number": number})
            if number % 50 == 0:
                await anyio.lowlevel.checkpoint()
        return {"told": MANY}

    async def swell(envelope: Envelope, emit: Emit) -> JsonObject:
        return {"text": "x" * int(envelope.payload["size"])}

    async def wait(envelope: Envelope, emit: Emit) -> JsonObject:
        counts[envelope.id] += 1
        await anyio.sleep(0.2)
        return {"id": envelope.id}

    return {"echo": echo, "fail": fail, "hang": hang, "tell": tell, "swell": swell, "wait": wait}


async def _check_answers(asking: Transport, name: str) -> None:
    payload = {"text": "Zoë asks: 7 < 8?\n", "list": [1, 2.5, None, True], "deep": {"ключ": "значение"}}
    headers = {"correlation_id": "c", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    events = await _ask(asking, "echo", payload, headers=headers)
    require(events[-1].type == "result", f"{name} brings no result of an echo: {events[-1]}")
    require(events[-1].data == payload, f"{name} does not bring a payload back as it was: {events[-1].data}")
    health = await asking.health()
    require(health.is_live and health.is_ready, f"{name} tells that a process which serves is not well: {health}")
    require("echo" in health.targets, f"{name} does not tell what is done at the other end: {health}")


async def _check_ends(asking: Transport, name: str) -> None:
    for target, code in (("fail", "failed"), ("ehco", "unknown_target")):
        end = (await _ask(asking, target))[-1]
        require((end.type, end.code) == ("error", code), f"{name} does not bring the error {code} back: {end}")
    with anyio.move_on_after(_SOON_SECONDS) as waiting:
        end = (await _ask(asking, "hang", ttl_ms=300))[-1]
    require(not waiting.cancelled_caught, f"{name} does not end a task with its time")
    require(end.code == "deadline", f"{name} does not tell that the time was over: {end}")
    envelope = Envelope(id="cancelled", run="conformance", target="hang", ttl_ms=int(_SECONDS * 1000))
    with anyio.move_on_after(_SOON_SECONDS) as waiting:
        async with aclosing(asking.stream(envelope)) as events:
            async for body in events:
                end = read_event(body)
                if end.type == "progress":
                    await asking.cancel(envelope)
    require(not waiting.cancelled_caught, f"{name} does not end a task that was cancelled")
    require(end.code == "cancelled", f"{name} does not tell that a task was cancelled: {end}")


async def _check_order(asking: Transport, name: str) -> None:
    events = await _ask(asking, "tell")
    told = [event.data.get("number") for event in events[:-1]]
    require(told == list(range(MANY)), f"{name} does not keep the order of events, or not all: {told}")
    require([event.seq for event in events] == list(range(1, MANY + 2)), f"{name} does not bring events as they were")


async def _check_many(asking: Transport, name: str) -> None:
    """Tasks side by side are done side by side, and each has its own events."""
    ids = [f"many-{number}" for number in range(_AT_ONCE)]
    asked = [asyncio.ensure_future(_ask(asking, "echo", {"own": one}, envelope_id=one)) for one in ids]
    found = [events[-1].data.get("own") for events in await asyncio.gather(*asked)]
    require(found == ids, f"{name} mixes up what belongs to tasks side by side: {found}")


async def _check_duplicates(asking: Transport, name: str, counts: Counter[str]) -> None:
    both = await asyncio.gather(*(_ask(asking, "wait", envelope_id="twice") for _ in range(2)))
    later = await _ask(asking, "wait", envelope_id="twice")
    ends = [events[-1].data for events in (*both, later)]
    require(ends == 3 * [{"id": "twice"}], f"{name} does not bring the one result to all who ask: {ends}")
    require(counts["twice"] == 1, f"{name} has a task of one id done {counts['twice']} times")


async def _check_sizes(asking: Transport, name: str, refuses_above: int | None) -> None:
    for size in (1 << 19, 1 << 20, BIG_BYTES):
        is_too_large = refuses_above is not None and size >= refuses_above
        for target, payload in (("echo", {"text": "x" * size}), ("swell", {"size": size})):
            try:
                end = (await _ask(asking, target, payload))[-1]
            except TransportError as error:
                end = TransportEvent(id="", seq=1, type="error", code=error.reason, message=str(error))
            if is_too_large:
                require(end.code == "too_large", f"{name} does not refuse {size} bytes as too large: {end.code}")
            else:
                got = len(str(end.data.get("text", "")))
                require(got == size, f"{name} does not carry {size} bytes: {got} came back, {end.message}")


async def _ask(
    asking: Transport,
    target: str,
    payload: JsonObject | None = None,
    *,
    envelope_id: str = "",
    ttl_ms: int = int(_SECONDS * 1000),
    headers: Mapping[str, str] | None = None,
) -> list[TransportEvent]:
    """All events of one envelope but the signs of life."""
    made = envelope_id or f"{target}-{secrets.token_hex(8)}"
    envelope = Envelope(
        id=made, run="conformance", target=target, payload=payload or {}, ttl_ms=ttl_ms, headers=headers or {}
    )
    with anyio.fail_after(_SECONDS):
        async with aclosing(asking.stream(envelope)) as events:
            found = [read_event(body) async for body in events]
    return [event for event in found if event.type != "alive"]


@asynccontextmanager
async def _serving(transport: Transport, dispatch: Dispatch, name: str) -> AsyncIterator[None]:
    """One end, as long as the block lasts."""
    ready = anyio.Event()
    serving = asyncio.create_task(transport.serve(dispatch, on_ready=ready.set))
    waiting = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait((serving, waiting), timeout=_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            await serving
        require(ready.is_set(), f"{name} does not say that it listens")
        yield
    finally:
        waiting.cancel()
        serving.cancel()
        await asyncio.gather(serving, waiting, return_exceptions=True)
        await transport.close()
