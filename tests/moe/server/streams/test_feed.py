"""One encoding of an event, for every reader."""

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
