"""A circuit breaker: a server that keeps failing is left alone for a while, then tried with one request.

Our own, because those to be had do not fit: pybreaker (1.4) does not await asyncio coroutines, aiobreaker (1.2) has had
no release since 2021, purgatory (3.0) goes by the clock on the wall, lets all calls through while it tries the server,
and takes a cancelled call for a failure.
"""

import time
from collections.abc import Callable
from enum import Enum

REST_SECONDS_MAX = 600.0
"""However long a server asks to be left alone: afterwards it is tried."""


class BreakerState(Enum):
    """Where a breaker stands."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"


class Breaker:
    """The state of one server. Whoever gets a permit says once how it went; what late ones say is dropped.

    Attributes:
        state: CLOSED lets all through, OPEN none until the rest is over, HALF_OPEN one that is still under way.
        failures: In a row.
        reason: What the last failure was.
    """

    __slots__ = ("_clock", "_failures_max", "_opened_until", "_period", "_rest_seconds", "failures", "reason", "state")

    def __init__(self, *, failures_max: int, rest_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures_max = failures_max
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._period = 0  # counts the changes of state: a permit is good for one period
        self._opened_until = 0.0
        self.failures = 0
        self.reason = ""
        self.state = BreakerState.CLOSED

    def __repr__(self) -> str:
        return f"<Breaker {self.state.value}, {self.failures} failures>"

    @property
    def rest_left_seconds(self) -> float:
        """How long the server is still left alone; 0 when it may be asked."""
        return max(0.0, self._opened_until - self._clock()) if self.state is BreakerState.OPEN else 0.0

    @property
    def is_resting(self) -> bool:
        """Whether `admit` would refuse."""
        if self.state is BreakerState.CLOSED:
            return False
        return self.state is BreakerState.HALF_OPEN or self._clock() < self._opened_until

    def admit(self) -> int | None:
        """A permit to ask the server, or None; after the rest the first to come gets the only one."""
        if self.state is not BreakerState.CLOSED:
            if self.is_resting:
                return None
            self._change(BreakerState.HALF_OPEN)
        return self._period

    def record_success(self, permit: int) -> bool:
        """The server answered, be it with a refusal; whether that closed the breaker."""
        if permit != self._period:
            return False
        self.failures = 0
        if self.state is BreakerState.CLOSED:
            return False
        self._change(BreakerState.CLOSED)
        return True

    def record_failure(self, permit: int, *, wait_seconds: float | None = None, reason: str = "") -> bool:
        """The server failed; whether that opened the breaker.

        Args:
            permit: What `admit` gave.
            wait_seconds: How long the server asked to be left alone, if it did.
            reason: What went wrong, for messages.
        """
        if permit != self._period:
            return False
        self.failures += 1
        self.reason = reason
        if self.failures < self._failures_max:
            return False
        rest = min(max(self._rest_seconds, wait_seconds or 0.0), max(REST_SECONDS_MAX, self._rest_seconds))
        self._opened_until = self._clock() + rest
        self._change(BreakerState.OPEN)
        return True

    def record_nothing(self, permit: int) -> None:
        """The call ended without telling of the server: cancelled, or never sent. The next may try it."""
        if permit == self._period and self.state is BreakerState.HALF_OPEN:
            self._change(BreakerState.OPEN)

    def _change(self, state: BreakerState) -> None:
        self.state = state
        self._period += 1
