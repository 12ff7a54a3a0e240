"""The dispatcher: once, in time, in turn, and refused in words."""

import asyncio

import anyio
import pytest

from moe.running.transports.dispatcher import Dispatcher
from moe_core.contracts.errors import ToolError
from moe_core.contracts.transports import (
    CANCEL,
    HEALTH,
    Emit,
    Envelope,
    TransportEvent,
    read_event,
)
from moe_core.contracts.wire import JsonObject

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]


async def ask(dispatcher: Dispatcher, target: str, name: str = "one", **fields) -> list[TransportEvent]:
    body = Envelope(id=name, run="r", target=target, **fields).encode()
    return [event async for one in dispatcher.handle(body) if (event := read_event(one)).type != "alive"]


async def echo(envelope: Envelope, emit: Emit) -> JsonObject:
    return envelope.payload


class Gate:
    """A handler that waits until it is let go, and counts how often it was begun."""

    def __init__(self) -> None:
        self.begun = 0
        self.free = anyio.Event()

    async def __call__(self, envelope: Envelope, emit: Emit) -> JsonObject:
        self.begun += 1
        emit({"begun": self.begun})
        await self.free.wait()
        return {"begun": self.begun}


async def test_what_is_no_envelope_is_answered_with_why():
    dispatcher = Dispatcher({"echo": echo})
    for body in (b"", b"{", b"[]", b'{"id": 1}', b'{"id": "a", "run": "r"}', b"\xff"):
        events = [read_event(one) async for one in dispatcher.handle(body)]
        assert [event.code for event in events] == ["unreadable"]
        assert "no envelope" in events[0].message


async def test_an_unknown_target_names_near_ones():
    [event] = await ask(Dispatcher({"drummer:search": echo, "belter:research": echo}), "drummer:serch")
    assert event.code == "unknown_target"
    assert event.hint == "did you mean drummer:search?"


async def test_a_duplicate_is_told_the_same_events_while_it_goes_on_and_after():
    gate = Gate()
    dispatcher = Dispatcher({"gate": gate})
    asked = [asyncio.create_task(ask(dispatcher, "gate")) for _ in range(3)]
    await asyncio.sleep(0.01)
    gate.free.set()
    found = [*await asyncio.gather(*asked), await ask(dispatcher, "gate")]
    assert gate.begun == 1
    assert found[0][-1].data == {"begun": 1}
    assert found == [found[0]] * 4


async def test_a_task_goes_on_when_nobody_listens_any_more():
    gate = Gate()
    dispatcher = Dispatcher({"gate": gate})
    events = dispatcher.handle(Envelope(id="one", run="r", target="gate").encode())
    assert read_event(await anext(events)).data == {"begun": 1}
    await events.aclose()
    gate.free.set()
    assert (await ask(dispatcher, "gate"))[-1].type == "result"
    assert gate.begun == 1


async def test_more_than_may_run_wait_and_more_than_may_wait_are_overloaded():
    gate = Gate()
    dispatcher = Dispatcher({"gate": gate}, running_max=2, waiting_max=1)
    asked = [asyncio.create_task(ask(dispatcher, "gate", f"g{number}")) for number in range(3)]
    await asyncio.sleep(0.01)
    health = dispatcher.describe_health()
    assert (health.running, health.waiting, health.limit, health.is_ready) == (2, 1, 2, False)
    assert health.reason == "1 tasks wait for their turn"
    [refused] = await ask(dispatcher, "gate", "late")
    assert (refused.code, refused.retryable) == ("overloaded", True)
    gate.free.set()
    assert [events[-1].type for events in await asyncio.gather(*asked)] == ["result"] * 3
    assert (await ask(dispatcher, "gate", "late"))[-1].type == "result"
    assert dispatcher.describe_health().is_ready


async def test_waiting_for_a_turn_counts_as_time():
    gate = Gate()
    dispatcher = Dispatcher({"gate": gate}, running_max=1)
    first = asyncio.create_task(ask(dispatcher, "gate", "first"))
    await asyncio.sleep(0.01)
    [late] = await ask(dispatcher, "gate", "second", ttl_ms=50)
    assert (late.code, gate.begun) == ("deadline", 1)
    gate.free.set()
    await first


async def test_a_time_that_was_over_at_arrival_begins_nothing():
    gate = Gate()
    [late] = await ask(Dispatcher({"gate": gate}), "gate", ttl_ms=0)
    assert (late.code, gate.begun) == ("deadline", 0)


async def test_a_result_that_comes_after_cancelling_is_ignored():
    done = anyio.Event()

    async def stubborn(envelope: Envelope, emit: Emit) -> JsonObject:
        with anyio.CancelScope(shield=True):
            await anyio.sleep(0.05)
        emit({"late": True})
        done.set()
        return {"late": True}

    dispatcher = Dispatcher({"stubborn": stubborn})
    asked = asyncio.create_task(ask(dispatcher, "stubborn"))
    await asyncio.sleep(0.01)
    [told] = await ask(dispatcher, CANCEL, "stop", payload={"id": "one"})
    assert told.data == {"cancelled": True}
    assert [event.code for event in await asked] == ["cancelled"]
    await done.wait()
    assert [event.code for event in await ask(dispatcher, "stubborn")] == ["cancelled"]


async def test_what_is_cancelled_before_it_arrives_is_not_begun():
    gate = Gate()
    dispatcher = Dispatcher({"gate": gate})
    [told] = await ask(dispatcher, CANCEL, "stop", payload={"id": "one"})
    assert told.data == {"cancelled": False}
    [event] = await ask(dispatcher, "gate")
    assert (event.code, gate.begun) == ("cancelled", 0)


async def test_a_failure_that_may_pass_is_tried_again_by_another_attempt_only():
    counts = []

    async def flaky(envelope: Envelope, emit: Emit) -> JsonObject:
        counts.append(envelope.attempt)
        if len(counts) == 1:
            raise ToolError("not now", retryable=True)
        return {"attempt": envelope.attempt}

    dispatcher = Dispatcher({"flaky": flaky})
    assert (await ask(dispatcher, "flaky"))[-1].retryable
    assert (await ask(dispatcher, "flaky"))[-1].code == "tool"
    assert (await ask(dispatcher, "flaky", attempt=2))[-1].data == {"attempt": 2}
    assert counts == [1, 2]


async def test_without_its_token_nothing_is_told_or_done():
    gate = Gate()
    dispatcher = Dispatcher({"gate": gate}, token="s3cret")
    for headers in ({}, {"authorization": "Bearer other"}, {"authorization": "s3cret"}, {"authorization": "Bearer ä"}):
        for target in ("gate", HEALTH, CANCEL):
            [event] = await ask(dispatcher, target, headers=headers)
            assert event.code == "refused"
            assert "s3cret" not in str(event)
    gate.free.set()
    assert (await ask(dispatcher, "gate", headers={"authorization": "Bearer s3cret"}))[-1].type == "result"


async def test_ends_are_forgotten_by_size_oldest_first_but_never_the_last(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("moe.running.transports.dispatcher.KEPT_BYTES", 3000)
    counts = []

    async def big(envelope: Envelope, emit: Emit) -> JsonObject:
        counts.append(envelope.id)
        return {"text": "x" * 1200}

    dispatcher = Dispatcher({"big": big})
    for name in ("a", "b", "c", "c", "b", "a"):
        await ask(dispatcher, "big", name)
    assert counts == ["a", "b", "c", "a"]


async def test_draining_takes_nothing_new_and_cancels_what_does_not_end_in_time():
    gate = Gate()
    dispatcher = Dispatcher({"gate": gate})
    asked = asyncio.create_task(ask(dispatcher, "gate"))
    await asyncio.sleep(0.01)
    await dispatcher.drain(seconds=0.05)
    assert (await asked)[-1].code == "cancelled"
    [refused] = await ask(dispatcher, "gate", "other")
    assert (refused.code, refused.message, refused.retryable) == ("overloaded", "it ends", True)
    assert not dispatcher.describe_health().is_ready
