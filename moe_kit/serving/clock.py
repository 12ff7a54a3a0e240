"""When an exchange with a server has to be over."""

import time

import msgspec


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """When an exchange has to be over.

    Attributes:
        over_at: By `time.monotonic`.
        seconds: How long it may take in all.
        is_deadline: The run's deadline is what limits it, not the provider's timeout.
    """

    over_at: float
    seconds: float
    is_deadline: bool

    @property
    def seconds_left(self) -> float:
        """Never negative."""
        return max(0.0, self.over_at - time.monotonic())


def start_clock(timeout_seconds: float, deadline: float | None = None) -> Clock:
    """A clock that stops after the timeout, or at the deadline (Unix time) when that is earlier."""
    left = timeout_seconds if deadline is None else deadline - time.time()
    seconds = min(timeout_seconds, left)
    return Clock(over_at=time.monotonic() + seconds, seconds=seconds, is_deadline=left < timeout_seconds)
