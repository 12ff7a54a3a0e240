"""What transports over brokers share, on a broker that is a dictionary."""

import socket
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import anyio
import pytest

from moe.running.transports.dispatcher import Dispatcher
from moe_core.contracts.errors import RequestError, TransportError
from moe_core.contracts.transports import BrokerMessage, Emit, Envelope, TakeMessage, TransportPlace
from moe_core.contracts.wire import JsonObject
from moe_core.testing import check_transport
from moe_kit.brokers.transport import MESSAGE_ID, REASON, STREAM, BrokerTransport, Headers, OnMessage

pytestmark = pytest.mark.anyio
HEARD: dict[str, list[OnMessage]] = defaultdict(list)


class Memory:
    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass


class MemoryTransport(BrokerTransport):
    name, summary, schemes = "memory", "A broker that is a dictionary", ("memory",)
    largest = 16 << 20

    def make_broker(self) -> Any:
        return Memory()

    def listen_shared(self, broker: Any, on_message: OnMessage) -> None:
        HEARD[self.queue].append(on_message)

    def listen_all(self, broker: Any, on_message: OnMessage) -> None:
        HEARD[self.control].append(on_message)

    def listen_replies(self, broker: Any, on_message: OnMessage) -> None:
        HEARD[self.replies].append(on_message)

    def listen_intake(self, broker: Any, take: TakeMessage) -> None:
        raise NotImplementedError

    async def send(self, body: bytes, to: str, headers: Headers, *, ttl_ms: int | None = None) -> None:
        if len(body) > self.largest:
            raise self.refuse(ValueError("too much"), is_too_large=True)
        if self.queue == "away" and to == self.dead:
            raise self.refuse(OSError("gone"))
        for hear in HEARD[to]:
            await hear(body, headers)
        if to.endswith(".dead"):
            HEARD[f"letters of {to}"].append((body, headers))


@pytest.fixture
def url() -> Iterator[str]:
    HEARD.clear()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"memory://user:s3cret@127.0.0.1:{listening.getsockname()[1]}"


async def test_the_contract_is_held_and_large_messages_refused_in_both_directions(url, monkeypatch):
    await check_transport(MemoryTransport, url, make_dispatch=Dispatcher)
    HEARD.clear()
    monkeypatch.setattr(MemoryTransport, "largest", 1_000_000)
    await check_transport(MemoryTransport, url, make_dispatch=Dispatcher, refuses_above=1_000_000)


async def test_events_of_a_stream_that_nobody_reads_any_more_are_left(url):
    asking = MemoryTransport(TransportPlace(url=url))

    async def echo(envelope: Envelope, emit: Emit) -> JsonObject:
        return envelope.payload

    async with anyio.create_task_group() as group:
        ready = anyio.Event()
        group.start_soon(
            lambda: MemoryTransport(TransportPlace(url=url)).serve(Dispatcher({"echo": echo}), on_ready=ready.set)
        )
        await ready.wait()
        events = asking.stream(Envelope(id="a", run="r", target="echo"))
        assert await anext(events)
        await events.aclose()
        await HEARD[asking.replies][0](b"late", {STREAM: "gone"})
        group.cancel_scope.cancel()


async def test_what_cannot_be_read_is_kept_with_its_reason_before_it_is_acknowledged(url, monkeypatch):
    monkeypatch.setattr("moe_kit.brokers.transport.AGAIN_SECONDS", 0.0)
    message = BrokerMessage(body=b"odd", message_id="a")

    async def take(message: BrokerMessage) -> str:
        return "it is odd"

    async def fail(message: BrokerMessage) -> str:
        raise OSError("not now")

    async def accept(message: BrokerMessage) -> str:
        return ""

    here = MemoryTransport(TransportPlace(url=url))
    assert await here.take_over(message, accept)
    assert not HEARD["letters of moe.tasks.dead"]
    assert await here.take_over(message, take)
    assert HEARD["letters of moe.tasks.dead"] == [(b"odd", {REASON: "it is odd", MESSAGE_ID: "a"})]
    assert not await here.take_over(message, fail)
    assert not await MemoryTransport(TransportPlace(url=f"{url}?queue=away")).take_over(message, take)


async def test_a_broker_that_nobody_serves_is_told_without_its_password():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    asking = MemoryTransport(TransportPlace(url=f"memory://user:s3cret@127.0.0.1:{port}"))
    with pytest.raises(TransportError, match="nothing listens there") as caught:
        await anext(asking.stream(Envelope(id="a", run="r", target="echo")))
    assert (caught.value.reason, caught.value.retryable) == ("unreachable", True)
    assert "s3cret" not in f"{caught.value} {caught.value.address}"


@pytest.mark.parametrize(
    ("query", "hint"), [("queu=q", "did you mean queue?"), ("queue=q&heartbeat=1", "there is queue, as in ?queue=NAME")]
)
def test_a_parameter_that_no_broker_has_is_refused_without_the_password(query, hint):
    with pytest.raises(RequestError, match="has an unknown parameter '") as caught:
        MemoryTransport(TransportPlace(url=f"memory://user:s3cret@host:1?{query}"))
    assert caught.value.hint == hint
    assert "s3cret" not in str(caught.value)
    assert MemoryTransport(TransportPlace(url="memory://host:1?queue=q")).queue == "q"
