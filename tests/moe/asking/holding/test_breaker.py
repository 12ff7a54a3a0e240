"""The breaker of one server, by a clock that the tests set."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.asking.holding.breaker import REST_SECONDS_MAX, Breaker, BreakerState


class FakeClock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def breaker(clock):
    return Breaker(failures_max=3, rest_seconds=30, clock=clock)


def fail(breaker, times=3, **how):
    return [breaker.record_failure(breaker.admit(), **how) for _ in range(times)]


def test_it_opens_after_so_many_failures_in_a_row(breaker):
    assert fail(breaker) == [False, False, True]
    assert breaker.state is BreakerState.OPEN
    assert breaker.admit() is None


def test_a_success_between_failures_begins_the_count_anew(breaker):
    fail(breaker, 2)
    breaker.record_success(breaker.admit())
    assert fail(breaker, 2) == [False, False]
    assert breaker.admit() is not None


def test_after_the_rest_one_call_alone_tries_the_server(breaker, clock):
    fail(breaker)
    clock.now += 29.9
    assert breaker.admit() is None
    assert breaker.rest_left_seconds == pytest.approx(0.1)
    clock.now += 0.1
    assert breaker.admit() is not None
    assert breaker.state is BreakerState.HALF_OPEN
    assert [breaker.admit() for _ in range(3)] == [None] * 3


def test_a_trial_that_succeeds_closes_it(breaker, clock):
    fail(breaker)
    clock.now += 30
    assert breaker.record_success(breaker.admit())
    assert breaker.state is BreakerState.CLOSED
    assert fail(breaker, 2) == [False, False]


def test_a_trial_that_fails_lets_the_server_rest_again(breaker, clock):
    fail(breaker)
    clock.now += 30
    assert breaker.record_failure(breaker.admit())
    assert breaker.rest_left_seconds == 30


def test_a_trial_that_tells_nothing_leaves_the_trial_to_the_next(breaker, clock):
    fail(breaker)
    clock.now += 30
    breaker.record_nothing(breaker.admit())
    assert breaker.admit() is not None
    assert breaker.admit() is None


@pytest.mark.parametrize("late", ["success", "failure", "nothing"])
def test_what_calls_from_before_it_opened_say_is_dropped(breaker, clock, late):
    old = breaker.admit()
    fail(breaker)
    clock.now += 30
    trial = breaker.admit()
    getattr(breaker, f"record_{late}")(old)
    assert breaker.state is BreakerState.HALF_OPEN
    assert breaker.admit() is None
    assert breaker.record_success(trial)


@pytest.mark.parametrize(("asked", "rest"), [(None, 30), (5, 30), (90, 90), (1e9, REST_SECONDS_MAX)])
def test_it_rests_as_long_as_the_server_asks_within_bounds(breaker, asked, rest):
    fail(breaker, wait_seconds=asked, reason="asked too often")
    assert breaker.rest_left_seconds == pytest.approx(rest)
    assert breaker.reason == "asked too often"


@given(st.lists(st.sampled_from(["admit", "success", "failure", "nothing", "time"])))
def test_a_breaker_that_is_not_closed_has_at_most_one_call_under_way(steps):
    clock = FakeClock()
    breaker = Breaker(failures_max=2, rest_seconds=10, clock=clock)
    under_way = []  # permits given since the state last changed
    for step in steps:
        before = breaker.state
        if step == "time":
            clock.now += 6
        elif step == "admit":
            permit = breaker.admit()
            under_way += [] if permit is None else [permit]
        elif under_way:
            getattr(breaker, f"record_{step}")(under_way.pop())
        if breaker.state is not before:
            under_way = [permit] if step == "admit" else []
        assert breaker.state is BreakerState.CLOSED or len(under_way) <= 1
        assert (breaker.state is BreakerState.HALF_OPEN) == (
            breaker.state is not BreakerState.CLOSED and bool(under_way)
        )
