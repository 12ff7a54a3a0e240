"""How often somebody may ask."""

import time

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from moe.server.problems import ProblemError


class RateLimits:
    """Counts requests of keys and addresses, over a window that moves."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._items: dict[str, RateLimitItem] = {}

    def __repr__(self) -> str:
        return f"<RateLimits, {len(self._items)} rates>"

    async def count(self, who: str, rate: str) -> dict[str, str]:
        """Count a request; the headers that tell what is left.

        Args:
            who: A key or an address.
            rate: As `read_rate` gives it.

        Raises:
            ProblemError: It is one too many.
        """
        item = self._items.setdefault(rate, parse(rate))
        is_allowed = await self._limiter.hit(item, who)
        window = await self._limiter.get_window_stats(item, who)
        wait = max(1, round(window.reset_time - time.time()))
        headers = {
            "ratelimit-limit": str(item.amount),
            "ratelimit-remaining": str(max(0, window.remaining)),
            "ratelimit-reset": str(wait),
        }
        if not is_allowed:
            headers["retry-after"] = str(wait)
            told = f"more than {rate.replace('/', ' requests a ')}"
            raise ProblemError("rate", told, hint=f"come back in {wait} s", headers=headers)
        return headers
