"""How often a failed request is sent again, and after which wait."""

import random

import msgspec

_DOUBLINGS_MAX = 64  # beyond that the bound is the greatest one in any case, and a float would overflow


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """How to ask again: waits are random between 0 and a bound that doubles, so that many callers spread out.

    Source: "full jitter" of AWS Architecture Blog, Exponential Backoff And Jitter (2015).

    Attributes:
        attempts_max: Requests at most, the first included.
        wait_first_seconds: Bound of the wait before the second request.
        wait_max_seconds: Greatest bound. What a server asks to wait comes on top of it, and is never cut short.
    """

    attempts_max: int = 3
    wait_first_seconds: float = 0.5
    wait_max_seconds: float = 20.0

    def draw_wait(self, attempts: int, retry_after: float | None) -> float:
        """Seconds to wait after so many attempts, when the server asked for a wait or for none."""
        bound = min(self.wait_max_seconds, self.wait_first_seconds * 2.0 ** min(attempts - 1, _DOUBLINGS_MAX))
        return random.uniform(0.0, bound) + (retry_after or 0.0)
