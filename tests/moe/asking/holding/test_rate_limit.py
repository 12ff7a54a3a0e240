"""Turns: their order, their number, and that nothing is lost when somebody leaves the queue."""

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.asking.holding.rate_limit import RateLimiter, RateWindow


class FakeClock:
    def __init__(self):
        self.now = 50.0

    def __call__(self):
        return self.now


@given(
    st.integers(1, 5),
    st.lists(st.one_of(st.just("start"), st.floats(0.01, 40)), max_size=60),
)
def test_no_period_holds_more_starts_than_allowed(most, steps):
    clock = FakeClock()
    window = RateWindow(most, period_seconds=60, clock=clock)
    starts = []
    for step in steps:
        if step != "start":
            clock.now += step
        elif window.take():
            starts.append(clock.now)
        else:
            assert window.seconds_until() > 0
    for first, last in zip(starts, starts[most:], strict=False):
        assert last - first >= 60 - 1e-9


@given(st.integers(1, 4), st.lists(st.floats(0, 50), max_size=8), st.integers(0, 9))
def test_a_wait_that_is_foretold_is_the_wait_there_is(most, pauses, ahead):
    clock = FakeClock()
    window = RateWindow(most, period_seconds=60, clock=clock)
    for pause in pauses:
        window.take()
        clock.now += pause
    asked = clock.now
    foretold = window.seconds_until(ahead)
    for _ in range(ahead + 1):
        clock.now += window.seconds_until() + 1e-9
        assert window.take()
    assert clock.now - asked == pytest.approx(foretold, abs=1e-6)


@pytest.mark.anyio
async def test_no_more_than_so_many_are_in_and_they_come_in_order():
    limiter = RateLimiter(max_concurrent=3)
    order, together = [], []

    async def visit(number):
        await limiter.enter()
        order.append(number)
        together.append(limiter.in_use)
        await anyio.sleep(0)
        limiter.leave()

    async with anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(visit, number)
    assert order == list(range(20))
    assert max(together) == 3
    assert (limiter.in_use, limiter.waiting) == (0, 0)


@pytest.mark.anyio
async def test_nobody_passes_those_who_wait():
    limiter = RateLimiter(max_concurrent=1)
    assert limiter.try_enter()
    entered = anyio.Event()

    async def wait():
        await limiter.enter()
        entered.set()

    async with anyio.create_task_group() as group:
        group.start_soon(wait)
        await anyio.wait_all_tasks_blocked()
        limiter.leave()
        assert not limiter.try_enter()
        await entered.wait()
    assert limiter.in_use == 1


@pytest.mark.anyio
async def test_who_comes_as_a_place_gets_free_stands_behind_those_who_wait():
    limiter = RateLimiter(max_concurrent=1)
    assert limiter.try_enter()
    order = []

    async def visit(name):
        await limiter.enter()
        order.append(name)
        limiter.leave()

    async with anyio.create_task_group() as group:
        group.start_soon(visit, "first")
        await anyio.wait_all_tasks_blocked()
        limiter.leave()  # the first has not noticed yet
        await visit("second")
    assert order == ["first", "second"]


@pytest.mark.anyio
async def test_places_that_get_free_together_are_all_taken():
    limiter = RateLimiter(max_concurrent=3)
    assert all(limiter.try_enter() for _ in range(3))
    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(limiter.enter)
        await anyio.wait_all_tasks_blocked()
        for _ in range(3):
            limiter.leave()
        await anyio.wait_all_tasks_blocked()
        entered = (limiter.in_use, limiter.waiting)
        group.cancel_scope.cancel()
    assert entered == (3, 0)


@pytest.mark.anyio
@pytest.mark.parametrize("who", [0, 1, 2])
async def test_whoever_is_cancelled_while_waiting_leaves_the_way_free(who):
    limiter = RateLimiter(max_concurrent=1)
    assert limiter.try_enter()
    scopes = [anyio.CancelScope() for _ in range(3)]
    order = []

    async def visit(number):
        with scopes[number]:
            await limiter.enter()
            order.append(number)
            limiter.leave()

    async with anyio.create_task_group() as group:
        for number in range(3):
            group.start_soon(visit, number)
        await anyio.wait_all_tasks_blocked()
        scopes[who].cancel()
        await anyio.wait_all_tasks_blocked()
        limiter.leave()
    assert order == [number for number in range(3) if number != who]
    assert (limiter.in_use, limiter.waiting) == (0, 0)


@pytest.mark.anyio
async def test_one_who_is_cancelled_as_the_turn_comes_does_not_keep_it():
    limiter = RateLimiter(max_concurrent=1)
    assert limiter.try_enter()
    scope = anyio.CancelScope()
    entered = []

    async def visit(name):
        await limiter.enter()
        entered.append(name)
        limiter.leave()

    async def visit_and_be_cancelled():
        with scope:
            await visit("cancelled")

    async with anyio.create_task_group() as group:
        group.start_soon(visit_and_be_cancelled)
        await anyio.wait_all_tasks_blocked()
        group.start_soon(visit, "next")
        await anyio.wait_all_tasks_blocked()
        scope.cancel()
        limiter.leave()
        await anyio.wait_all_tasks_blocked()
        group.cancel_scope.cancel()
    assert entered == ["next"]
    assert (limiter.in_use, limiter.waiting) == (0, 0)


@pytest.mark.anyio
async def test_a_turn_that_does_not_come_in_time_is_given_up():
    limiter = RateLimiter(max_concurrent=1)
    assert limiter.try_enter()
    with pytest.raises(TimeoutError):
        await limiter.enter(seconds_max=0.01)
    assert (limiter.in_use, limiter.waiting) == (1, 0)


@pytest.mark.anyio
async def test_a_wait_that_is_known_to_be_too_long_is_not_begun():
    limiter = RateLimiter(window=RateWindow(1, period_seconds=3600))
    assert limiter.try_enter()
    limiter.leave()
    with anyio.fail_after(60), pytest.raises(TimeoutError):
        await limiter.enter(seconds_max=600)


@pytest.mark.anyio
async def test_those_who_come_too_often_wait_and_then_enter_in_order():
    limiter = RateLimiter(max_concurrent=5, window=RateWindow(2, period_seconds=0.05))
    order = []

    async def visit(number):
        await limiter.enter(seconds_max=10)
        order.append(number)
        limiter.leave()

    async with anyio.create_task_group() as group:
        for number in range(7):
            group.start_soon(visit, number)
    assert order == list(range(7))
    assert (limiter.in_use, limiter.waiting) == (0, 0)


def test_a_limit_is_shared_among_processes_and_whole_again_when_they_are_gone():
    clock = FakeClock()
    limiter = RateLimiter(max_concurrent=4, window=RateWindow(6, clock=clock))
    limiter.share(2)
    assert [limiter.try_enter() for _ in range(3)] == [True, True, False]
    limiter.leave()
    assert [limiter.try_enter(), limiter.try_enter()] == [True, False]
    limiter.leave()
    assert not limiter.try_enter()  # three of this minute are used up
    limiter.share(1)
    assert [limiter.try_enter() for _ in range(4)] == [True, True, True, False]
    clock.now += 61
    for _ in range(4):
        limiter.leave()
    limiter.share(100)
    assert [limiter.try_enter(), limiter.try_enter()] == [True, False]
