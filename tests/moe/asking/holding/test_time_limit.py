"""Limits of time: their timer, their cancelling, and what passes through them."""

import asyncio
import time

import anyio
import pytest

from moe.asking.holding.time_limit import AGAIN_SECONDS, WORDS_MAX, TimeLimit, answer_within

pytestmark = pytest.mark.anyio


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


@pytest.mark.virtual_time
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


@pytest.mark.virtual_time
async def test_who_never_stops_is_told_no_more_after_a_minute_and_its_answer_counts():
    work = Stubborn(swallows=10**6)
    async with TimeLimit(1.0):
        assert await work.work() == "done"
    assert work.heard == WORDS_MAX


@pytest.mark.virtual_time
async def test_whoever_is_cancelled_from_outside_is_so_whatever_the_limit_said():
    work = Stubborn(swallows=1)
    with anyio.move_on_after(5.5) as scope:
        async with TimeLimit(5.0):
            await work.work()
    assert scope.cancelled_caught
    assert work.heard == 2


@pytest.mark.virtual_time
async def test_what_ends_in_time_is_told_nothing():
    async with TimeLimit(5.0) as limit:
        await asyncio.sleep(1)
    assert repr(limit) == "<TimeLimit of 5 s, told 0 times>"
    with pytest.raises(LookupError):
        async with TimeLimit(5.0):
            raise LookupError("its own")


async def test_an_answer_that_is_there_at_once_sets_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer() -> str:
        return "here"

    def refuse(*_: object) -> None:
        raise AssertionError("a timer was set")

    monkeypatch.setattr(asyncio.get_running_loop(), "call_at", refuse)
    assert await answer_within(answer(), 1.0) == "here"


async def test_an_answer_that_takes_a_while_comes_through() -> None:
    async def answer() -> str:
        said = []
        for word in ("one", "two", "three"):
            await asyncio.sleep(0)
            said.append(word)
        return " ".join(said)

    assert await answer_within(answer(), 60.0) == "one two three"


async def test_a_future_may_be_awaited() -> None:
    waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(waiting.set_result, "here")
    assert await answer_within(waiting, 60.0) == "here"


async def test_what_is_late_is_cancelled_where_it_waits() -> None:
    told = []

    async def answer() -> None:
        await asyncio.sleep(0)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            told.append("cancelled")
            raise

    with pytest.raises(TimeoutError):
        await answer_within(answer(), 0.01)
    assert told == ["cancelled"]


async def test_the_time_runs_from_the_beginning_of_its_first_step() -> None:
    is_asked = False

    async def answer() -> None:
        nonlocal is_asked
        time.sleep(0.02)
        is_asked = True
        await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        await answer_within(answer(), 0.01)
    assert is_asked


async def test_what_refuses_to_be_cancelled_goes_on_to_its_end() -> None:
    async def answer() -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
        return "late"

    assert await answer_within(answer(), 0.01) == "late"


async def test_cancellation_from_outside_is_no_timeout() -> None:
    began = asyncio.Event()

    async def answer() -> None:
        began.set()
        await asyncio.sleep(60)

    async def wait() -> None:
        await answer_within(answer(), 60.0)

    task = asyncio.create_task(wait())
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("waits", [False, True])
async def test_an_error_comes_through(waits: bool) -> None:
    async def answer() -> None:
        if waits:
            await asyncio.sleep(0)
        raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        await answer_within(answer(), 60.0)
