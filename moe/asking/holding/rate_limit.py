"""Taking turns: so many calls at once, so many in any minute, in the order in which they came."""

import time
from collections import deque
from collections.abc import Callable

import anyio

MINUTE = 60.0


class RateWindow:
    """At most so many starts in any period, however they are spread; not a bucket that may give twice as many.

    Args:
        per_period: Starts at most.
        period_seconds: In that time.
        clock: In seconds, never going back.
    """

    __slots__ = ("_clock", "_period", "_starts")

    def __init__(
        self, per_period: int, *, period_seconds: float = MINUTE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._starts: deque[float] = deque(maxlen=per_period)
        self._period = period_seconds
        self._clock = clock

    @property
    def per_period(self) -> int:
        """Starts at most."""
        return self._starts.maxlen or 1

    def seconds_until(self, place: int = 0) -> float:
        """How long until the next start is allowed, or for those who wait, that of a place in the queue, from 0."""
        starts, most = self._starts, self._starts.maxlen or 1
        periods, index = divmod(len(starts) + place, most)
        if periods == 0:
            return 0.0
        now = self._clock()
        first = max(now, starts[index] + self._period) if index < len(starts) else now + self._period
        return first + (periods - 1) * self._period - now

    def resize(self, per_period: int) -> None:
        """Allow so many from now on; the latest starts count still."""
        self._starts = deque(self._starts, maxlen=per_period)

    def take(self) -> bool:
        """Start, if that is allowed now."""
        if self.seconds_until() > 0:
            return False
        self._starts.append(self._clock())
        return True


class RateLimiter:
    """Lets calls in by their order of coming. For one event loop at a time.

    Attributes:
        in_use: Calls that are in.
    """

    __slots__ = ("_full", "_max_concurrent", "_queue", "_window", "in_use")

    def __init__(self, *, max_concurrent: int | None = None, window: RateWindow | None = None) -> None:
        self._max_concurrent = max_concurrent
        self._window = window
        self._full = (max_concurrent, window.per_period if window is not None else None)
        self._queue: deque[_Turn] = deque()
        self.in_use = 0

    def __repr__(self) -> str:
        return f"<RateLimiter {self.in_use} of {self._max_concurrent or 'any number'} in, {len(self._queue)} waiting>"

    @property
    def waiting(self) -> int:
        """Calls that wait."""
        return len(self._queue)

    def share(self, processes: int) -> None:
        """Let in what falls to one of so many processes which all ask the same server, and one call at least."""
        concurrent, per_period = self._full
        if concurrent is not None:
            self._max_concurrent = max(1, concurrent // processes)
        if self._window is not None and per_period is not None:
            self._window.resize(max(1, per_period // processes))
        self._wake()

    def try_enter(self) -> bool:
        """Enter without waiting, unless others wait."""
        return not self._queue and self._take()

    async def enter(self, *, seconds_max: float | None = None) -> None:
        """Wait for one's turn and enter; `leave` afterwards.

        Args:
            seconds_max: Longest wait; when it is known to be longer, nobody waits at all.

        Raises:
            TimeoutError: It was not this call's turn by then. A cancelled wait leaves nothing behind.
        """
        if self.try_enter():
            return
        window = self._window
        if seconds_max is not None and window is not None and window.seconds_until(len(self._queue)) > seconds_max:
            raise TimeoutError
        turn = _Turn()
        self._queue.append(turn)
        try:
            with anyio.fail_after(seconds_max):
                while self._queue[0] is not turn or not self._take():
                    await self._wait(turn)
        finally:
            self._queue.remove(turn)
            self._wake()

    def leave(self) -> None:
        """Make room for the next."""
        self.in_use -= 1
        self._wake()

    def _take(self) -> bool:
        if self._is_full or (self._window is not None and not self._window.take()):
            return False
        self.in_use += 1
        return True

    @property
    def _is_full(self) -> bool:
        return self._max_concurrent is not None and self.in_use >= self._max_concurrent

    async def _wait(self, turn: "_Turn") -> None:
        """Wait until something may have changed for the first in the queue."""
        is_timed = self._queue[0] is turn and not self._is_full
        with anyio.move_on_after(self._window.seconds_until() if is_timed and self._window else None):
            await turn.changed.wait()
        turn.changed = anyio.Event()

    def _wake(self) -> None:
        if self._queue:
            self._queue[0].changed.set()


class _Turn:
    """A place in the queue."""

    __slots__ = ("changed",)

    def __init__(self) -> None:
        self.changed = anyio.Event()
