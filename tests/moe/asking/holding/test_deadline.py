"""What is left of a time, and a share of it."""

import time

from moe.asking.holding.deadline import get_seconds_left, is_over, share_time


def test_no_deadline_never_comes_and_has_no_share() -> None:
    assert get_seconds_left(None) is None
    assert not is_over(None)
    assert share_time(None, 0.5) is None


def test_a_share_is_of_what_is_left() -> None:
    now = time.time()
    shared = share_time(now + 1000, 0.25)
    assert shared is not None
    assert 240 < shared - now <= 251


def test_a_share_of_no_time_is_over_now_and_not_earlier() -> None:
    now = time.time()
    shared = share_time(now - 1000, 0.5)
    assert shared is not None
    assert shared >= now
    assert is_over(shared)
