"""Many readers of one run, some of which take nothing."""

import asyncio
import time
from contextlib import contextmanager

import pytest

from moe.server.streams.event_stream import RunEventStream
from moe.server.streams.feed import RunFeed, encode_end
from moe_core.contracts.event import Event, EventKind

EVENTS = 40


class OneRun:
    """What hands out the feed of the only run there is."""

    def __init__(self):
        self.feed = RunFeed()

    @contextmanager
    def read(self, run_id):
        news = self.feed.enter()
        try:
            yield self.feed, news
        finally:
            self.feed.leave(news)


class Reader:
    """A connection: takes what it is sent, but for one that is lazy, which takes the answer's head alone."""

    def __init__(self, *, is_lazy):
        self.is_lazy = is_lazy
        self.taken = b""

    async def send(self, message):
        if self.is_lazy and message["type"] == "http.response.body":
            await asyncio.Event().wait()
        self.taken += message.get("body", b"")

    async def receive(self):
        await asyncio.Event().wait()


async def tell(after):
    for number in range(1, EVENTS + 1):
        await asyncio.sleep(0.005)
        data = {"n": number}
        yield Event(
            run_id="r", correlation_id="c", sequence=number, at=time.time(), kind=EventKind.NOTE, agent="", data=data
        )


@pytest.mark.anyio
async def test_a_hundred_that_take_nothing_are_cut_and_three_hundred_others_miss_and_wait_for_nothing():
    run = OneRun()
    lazy, eager = ([Reader(is_lazy=word) for _ in range(count)] for word, count in ((True, 100), (False, 300)))

    async def follow(reader, stall_seconds):
        options = {"after": 0, "heartbeat_seconds": 60, "stall_seconds": stall_seconds}
        await RunEventStream(run, "r", **options)({}, reader.receive, reader.send)

    lazy_ones = [asyncio.create_task(follow(reader, 600)) for reader in lazy[:50]]
    cut_ones = [asyncio.create_task(follow(reader, 0.05)) for reader in lazy[50:]]
    others = [asyncio.create_task(follow(reader, 600)) for reader in eager]
    async with asyncio.timeout(60):
        await run.feed.fill(tell, lambda: encode_end("stream.end", {}))
        await asyncio.gather(*others, *cut_ones)  # the others end while fifty still take nothing
    assert not any(task.done() for task in lazy_ones)
    whole = eager[0].taken
    assert [line for line in whole.split(b"\n") if line.startswith(b"id: ")] == [
        b"id: %d" % number for number in range(1, EVENTS + 1)
    ]
    assert b"event: stream.end" in whole
    assert all(reader.taken == whole for reader in eager)
    assert not any(reader.taken for reader in lazy)
    assert run.feed.readers == 50
    for task in lazy_ones:
        task.cancel()
    await asyncio.gather(*lazy_ones, return_exceptions=True)
    assert run.feed.readers == 0
