"""A limit of time that is insisted on."""

import asyncio

import anyio
import pytest

from moe.asking.holding.time_limit import AGAIN_SECONDS, WORDS_MAX, TimeLimit

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]


class Stubborn:
    """Goes on until it has been told to stop more often than it cares to hear."""

    def __init__(self, swallows: int) -> None:
        self.swallows, self.heard = swallows, 0

    async def work(self) -> str:
        while True:
            try:
                await asyncio.sleep(3600)
                return "done"
            except asyncio.CancelledError:
                self.heard += 1
                if self.heard > self.swallows:
                    raise


async def test_who_does_not_stop_at_the_first_word_is_told_again_each_second():
    started = anyio.current_time()
    work = Stubborn(swallows=2)
    with pytest.raises(TimeoutError):
        async with TimeLimit(5.0):
            await work.work()
    assert work.heard == 3
    assert anyio.current_time() - started == pytest.approx(5.0 + 2 * AGAIN_SECONDS, abs=0.1)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0, "what comes after is not cancelled"


async def test_who_never_stops_is_told_no_more_after_a_minute_and_its_answer_counts():
    work = Stubborn(swallows=10**6)
    async with TimeLimit(1.0):
        assert await work.work() == "done"
    assert work.heard == WORDS_MAX


async def test_whoever_is_cancelled_from_outside_is_so_whatever_the_limit_said():
    work = Stubborn(swallows=1)
    with anyio.move_on_after(5.5) as scope:
        async with TimeLimit(5.0):
            await work.work()
    assert scope.cancelled_caught
    assert work.heard == 2


async def test_what_ends_in_time_is_told_nothing():
    async with TimeLimit(5.0) as limit:
        await asyncio.sleep(1)
    assert repr(limit) == "<TimeLimit of 5 s, told 0 times>"
    with pytest.raises(LookupError):
        async with TimeLimit(5.0):
            raise LookupError("its own")
