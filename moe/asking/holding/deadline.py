"""Deadlines: Unix times in seconds; None is no deadline."""

import time


def get_seconds_left(deadline: float | None) -> float | None:
    """What is left; negative when it is over."""
    return None if deadline is None else deadline - time.time()


def is_over(deadline: float | None) -> bool:
    """Whether it has come."""
    return deadline is not None and time.time() >= deadline


def share_time(deadline: float | None, share: float) -> float | None:
    """An earlier deadline: a share, 0 to 1, of what is left."""
    if deadline is None:
        return None
    now = time.time()
    return now + max(0.0, deadline - now) * share
