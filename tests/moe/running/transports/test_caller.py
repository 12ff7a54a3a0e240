"""The asking end: what is cut off is asked again and told once, and whoever leaves has the work ended."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import anyio
import pytest

from moe.running.transports.balance import Balance, RemotePlace
from moe.running.transports.caller import RemoteCaller
from moe.running.transports.dispatcher import Dispatcher
from moe_core.contracts.errors import DeadlineError, TransportError
from moe_core.contracts.transports import (
    CANCEL,
    Dispatch,
    Emit,
    Envelope,
    Transport,
    TransportEvent,
    TransportPlace,
)
from moe_core.contracts.wire import JsonObject

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UNREACHED_SECONDS", "BEGUN_SECONDS", "OVERLOADED_SECONDS"):
        monkeypatch.setattr(f"moe.running.transports.caller.{name}", 0.1)
    monkeypatch.setattr("moe.running.transports.caller.PAUSE_SECONDS", 0.01)


def make_caller(*transports: Transport) -> RemoteCaller:
    balance = Balance([RemotePlace(one) for one in transports])

    async def find() -> Balance:
        return balance

    return RemoteCaller(find)


class Leaky(Transport):
    """Hands envelopes to a dispatcher, and loses the connection after so many events, attempt by attempt."""

    name, summary, schemes = "leaky", "Loses its connection", ("leaky",)

    def __init__(self, dispatcher: Dispatcher, *losses: int) -> None:
        super().__init__(TransportPlace(url="leaky://user:pass@there"))
        self.dispatcher = dispatcher
        self.losses = list(losses)
        self.sent: list[Envelope] = []

    async def serve(self, dispatch: Dispatch, *, on_ready: Callable[[], None] = lambda: None) -> None:
        raise NotImplementedError

    async def stream(self, envelope: Envelope) -> AsyncGenerator[bytes, None]:
        self.sent.append(envelope)
        left = self.losses.pop(0) if self.losses else 1_000
        async with aclosing(self.dispatcher.handle(envelope.encode())) as events:
            async for event in events:
                if left == 0:
                    return
                yield event
                left -= 1


class Said(Leaky):
    """Sends what it is told to."""

    def __init__(self, *events: TransportEvent | bytes, is_silent: bool = False) -> None:
        super().__init__(Dispatcher({}))
        self.events = [one if isinstance(one, bytes) else one.encode() for one in events]
        self.is_silent = is_silent

    async def stream(self, envelope: Envelope) -> AsyncGenerator[bytes, None]:
        self.sent.append(envelope)
        for event in self.events:
            yield event
        if self.is_silent:
            await anyio.sleep_forever()


async def count_up(envelope: Envelope, emit: Emit) -> JsonObject:
    for number in range(5):
        emit({"number": number})
        await asyncio.sleep(0)
    return {"sum": 10}


ENVELOPE = Envelope(id="one", run="r", target="count", ttl_ms=20_000)


async def test_a_stream_that_is_cut_off_is_asked_for_again_and_told_once():
    transport, told = Leaky(Dispatcher({"count": count_up}), 0, 2, 5), []
    result = await make_caller(transport).call(ENVELOPE, on_progress=told.append)
    assert result == {"sum": 10}
    assert [one["number"] for one in told] == [0, 1, 2, 3, 4]
    assert [one.attempt for one in transport.sent] == [1, 2, 3, 4]
    assert all(one.ttl_ms is not None and one.ttl_ms <= 20_000 for one in transport.sent)


async def test_a_stream_without_an_end_is_no_result_however_often_it_is_asked_for():
    transport = Leaky(Dispatcher({"count": count_up}), *100 * [5])
    with pytest.raises(TransportError, match=r"leaky://user:…@there hung up in the middle") as caught:
        await make_caller(transport).call(ENVELOPE)
    assert caught.value.reason == "truncated"
    assert len(transport.sent) > 2


async def test_another_process_begins_anew():
    first = TransportEvent(id="one", seq=1, type="progress", sender="a", data={"number": 1})
    transport, told = Said(first), []
    again = [TransportEvent(id="one", seq=1, type="progress", sender="b", data={"number": 2})]
    again.append(TransportEvent(id="one", seq=2, type="result", sender="b", data={"by": "b"}))

    def listen(data: JsonObject) -> None:
        told.append(data["number"])
        transport.events = [one.encode() for one in again]

    assert await make_caller(transport).call(ENVELOPE, on_progress=listen) == {"by": "b"}
    assert told == [1, 2]


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([b"{"], "truncated"),
        ([TransportEvent(id="one", seq=2, type="progress", sender="a")], "truncated"),
        ([TransportEvent(id="one", seq=2, type="result", sender="a")], "truncated"),
        (
            [TransportEvent(id="one", seq=1, type="error", code="overloaded", message="no", retryable=True)],
            "overloaded",
        ),
        ([], "truncated"),
    ],
    ids=["no event", "an event is missing", "all but the end are missing", "overloaded", "nothing"],
)
async def test_what_may_pass_is_asked_again(events, reason):
    transport = Said(*events)
    with pytest.raises(TransportError) as caught:
        await make_caller(transport).call(ENVELOPE)
    assert caught.value.reason == reason
    assert len(transport.sent) > 2


async def test_what_will_not_pass_is_asked_once():
    transport = Said(TransportEvent(id="one", seq=1, type="error", code="unknown_target", message="nobody", hint="do"))
    with pytest.raises(TransportError, match="nobody") as caught:
        await make_caller(transport).call(ENVELOPE)
    assert (caught.value.hint, len(transport.sent)) == ("do", 1)


async def test_the_other_ends_deadline_is_ours():
    transport = Said(TransportEvent(id="one", seq=1, type="error", code="deadline", message="its time was over"))
    with pytest.raises(DeadlineError):
        await make_caller(transport).call(ENVELOPE)


async def test_an_end_that_does_not_keep_the_time_is_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("moe.running.transports.caller.ALIVE_SECONDS", 0.05)
    alive = TransportEvent(id="one", seq=0, type="alive")
    with pytest.raises(DeadlineError, match="the time was over"):
        await make_caller(Said(alive, is_silent=True)).call(Envelope(id="one", run="r", target="t", ttl_ms=50))


async def test_an_end_that_gives_no_sign_of_life_is_gone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("moe.running.transports.caller.SILENT_SECONDS", 0.05)
    with pytest.raises(TransportError) as caught:
        await make_caller(Said(is_silent=True)).call(ENVELOPE)
    assert caught.value.reason == "silent"


async def test_who_leaves_has_the_work_ended():
    ended, begun = anyio.Event(), anyio.Event()

    async def hang(envelope: Envelope, emit: Emit) -> JsonObject:
        begun.set()
        try:
            await anyio.sleep_forever()
        finally:
            ended.set()
        return {}

    asking = asyncio.create_task(make_caller(Leaky(Dispatcher({"count": hang}))).call(ENVELOPE))
    await begun.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    with anyio.fail_after(60):
        await ended.wait()


async def test_another_place_does_what_one_has_lost():
    lost, well = Leaky(Dispatcher({"count": count_up}), *100 * [3]), Leaky(Dispatcher({"count": count_up}))
    caller = make_caller(lost, well)
    for number in range(10):
        assert await caller.call(Envelope(id=f"e{number}", run="r", target="count", ttl_ms=20_000)) == {"sum": 10}
    assert len(well.sent) == 10


async def test_who_is_there_is_looked_up_anew_for_each_attempt():
    gone, come = Leaky(Dispatcher({"count": count_up}), *100 * [0]), Leaky(Dispatcher({"count": count_up}))
    balances = iter([Balance([RemotePlace(gone)]), Balance([RemotePlace(come)])])

    async def find() -> Balance:
        return next(balances)

    assert await RemoteCaller(find).call(ENVELOPE) == {"sum": 10}
    assert (len(gone.sent), len(come.sent)) == (1, 1)


async def test_what_is_too_much_to_take_in_has_the_work_ended():
    ended = anyio.Event()

    async def flood(envelope: Envelope, emit: Emit) -> JsonObject:
        try:
            while True:
                emit({"more": 1})
                await asyncio.sleep(0)
        finally:
            ended.set()

    def refuse(data: JsonObject) -> None:
        raise TransportError("it is too much", reason="too_large")

    transport = Leaky(Dispatcher({"count": flood}))
    with pytest.raises(TransportError, match="it is too much"):
        await make_caller(transport).call(ENVELOPE, on_progress=refuse)
    with anyio.fail_after(60):
        await ended.wait()
    assert [one.target for one in transport.sent] == ["count", CANCEL]
