"""One encoding of an event, for every reader."""

import asyncio

import pytest

from moe.server.streams.feed import CHUNK_MAX, RunFeed, encode_event
from moe_core.contracts.event import Event, EventKind

pytestmark = pytest.mark.anyio


def make_event(sequence, size=10):
    return Event(
        run_id="r", correlation_id="c", sequence=sequence, at=0.0, kind=EventKind.NOTE, data={"text": "x" * size}
    )


async def fill(feed, *events):
    async def follow(after):
        for event in events:
            yield event

    await feed.fill(follow, lambda: b"end")


async def test_readers_share_the_bytes_of_an_event():
    feed = RunFeed()
    await fill(feed, make_event(1), make_event(2))
    first, second = feed.read(1), feed.read(1)
    assert first[0] is second[0]
    assert first == (encode_event(make_event(2)), 2)
    assert feed.read(2) == (b"", 2)
    assert feed.last == b"end"


async def test_a_reader_is_given_so_much_at_once_and_no_more():
    feed = RunFeed()
    await fill(feed, *(make_event(number, CHUNK_MAX // 3) for number in range(1, 8)), make_event(8, 2 * CHUNK_MAX))
    place, sizes = 0, []
    while place < 8:
        told, place = feed.read(place)
        sizes.append(len(told))
    assert max(sizes[:-1]) <= CHUNK_MAX
    assert sizes[-1] > CHUNK_MAX


async def test_a_place_is_found_by_number():
    feed = RunFeed()
    await fill(feed, make_event(3), make_event(5))
    assert [feed.find_place(after) for after in (0, 3, 4, 5, 99)] == [0, 1, 1, 2, 2]


async def test_the_first_end_counts():
    feed = RunFeed()
    feed.close(b"stopping")
    await fill(feed, make_event(1))
    assert feed.last == b"stopping"


async def test_many_readers_are_woken_some_at_a_time_and_all():
    feed = RunFeed()
    waiting = [feed.enter() for _ in range(100)]
    await fill(feed, make_event(1))
    await asyncio.sleep(0)
    assert 0 < sum(news.is_set() for news in waiting) < 100
    for news in waiting[:50]:
        news.clear()
    feed.close(b"end")
    for _ in range(30):
        await asyncio.sleep(0)
    assert all(news.is_set() for news in waiting)


async def test_what_passes_by_is_told_after_the_event_before_it_and_without_a_number():
    feed = RunFeed()
    feed.pass_on(b"early", 2)
    assert feed.read(0) == (b"", 0)
    await fill(feed, make_event(1), make_event(2))
    feed.pass_on(b"now", 2)
    feed.pass_on(b"late", 1)
    told, place = feed.read(0)
    tail = b"event: answer.piece\ndata: early\n\nevent: answer.piece\ndata: now\n\n"
    assert told == encode_event(make_event(1)) + encode_event(make_event(2)) + tail
    assert feed.read(place) == (b"", place)
    assert feed.find_place(2) == place
