"""Which of several equals is asked."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.running.transports.balance import FAILURES_MAX, REST_SECONDS, Balance, RemotePlace
from moe_core.contracts.transports import TransportPlace
from plugins.transports.inproc import InprocTransport


def make_places(number: int) -> list[RemotePlace]:
    return [RemotePlace(InprocTransport(TransportPlace(url=f"inproc://{one}"))) for one in range(number)]


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def draw_first(places: Sequence[RemotePlace], number: int) -> Sequence[RemotePlace]:
    return places[:number]


def fail(balance: Balance, place: RemotePlace, times: int = FAILURES_MAX) -> None:
    for _ in range(times):
        balance.note_failure(place)


def test_the_less_busy_of_two_drawn_is_asked():
    first, second, third = places = make_places(3)
    first.outstanding, second.outstanding = 2, 1
    assert Balance(places, draw=draw_first).pick() is second
    assert third.outstanding == 0  # it was not drawn


def test_work_is_shared_evenly_by_the_choice_of_two():
    places = make_places(10)
    balance = Balance(places)
    for _ in range(1_000):
        balance.pick().outstanding += 1
    assert max(place.outstanding for place in places) <= 105


def test_one_that_fails_five_times_in_a_row_rests_and_longer_each_time():
    clock = Clock()
    bad, good = places = make_places(2)
    balance = Balance(places, clock=clock)
    fail(balance, bad, FAILURES_MAX - 1)
    balance.note_success(bad)
    fail(balance, bad, FAILURES_MAX - 1)
    assert Counter(balance.pick() for _ in range(50))[bad] > 0
    for rest in (1, 2, 3):
        balance.note_failure(bad)
        clock.now += REST_SECONDS * rest - 0.1
        assert {balance.pick() for _ in range(50)} == {good}
        clock.now += 0.2
        assert bad in {balance.pick() for _ in range(50)}
    balance.note_success(bad)
    fail(balance, bad)
    assert bad.rests == 1


def test_the_last_one_never_rests():
    [only] = places = make_places(1)
    balance = Balance(places, clock=Clock())
    fail(balance, only, 50)
    assert balance.pick() is only
    assert only.rests == 0


def test_another_than_the_one_that_just_failed_is_asked_where_there_is_one():
    first, second = places = make_places(2)
    second.outstanding = 9
    assert {Balance(places).pick(but=first) for _ in range(20)} == {second}
    assert Balance([first]).pick(but=first) is first


@given(
    number=st.integers(1, 6),
    steps=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["fail", "succeed", "wait", "pick"])), max_size=200),
)
def test_whatever_happens_one_that_does_not_rest_is_left_and_only_such_are_asked(number, steps):
    clock = Clock()
    places = make_places(number)
    balance = Balance(places, clock=clock)
    for place, step in steps:
        chosen = places[place % number]
        match step:
            case "fail":
                balance.note_failure(chosen)
            case "succeed":
                balance.note_success(chosen)
            case "wait":
                clock.now += 7
            case "pick":
                assert clock.now >= balance.pick().rests_until
        able = [one for one in places if clock.now >= one.rests_until]
        assert able
        assert all(one.failures >= FAILURES_MAX for one in places if one not in able)


@pytest.mark.parametrize("number", [1, 2, 5])
def test_places_may_be_replaced_and_those_that_stay_keep_what_is_known_of_them(number):
    places = make_places(number)
    balance = Balance(places)
    fail(balance, places[0], 2)
    balance.replace_places([*make_places(1), places[0]])
    assert places[0].failures == 2
    assert len(balance.places) == 2
