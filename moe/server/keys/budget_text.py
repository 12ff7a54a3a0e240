"""How the budget of a key is written: "tokens=1M/day"."""

import re
from datetime import UTC, datetime, timedelta

import msgspec

from moe_core.contracts.errors import RequestError

_BUDGET = re.compile(r"\s*tokens\s*=\s*(\d{1,12})\s*([km]?)\s*/\s*(h|hour|d|day)\s*")
_SCALES = {"": 1, "k": 1_000, "m": 1_000_000}
_UNITS = {"h": "hour", "d": "day"}


class KeyBudget(msgspec.Struct, frozen=True, kw_only=True):
    """What a key may have models read and write in a while.

    Attributes:
        tokens: So many.
        unit: hour or day, by the clock of UTC.
    """

    tokens: int
    unit: str

    def __str__(self) -> str:
        return f"tokens={self.tokens}/{self.unit}"

    def name_period(self, now: float) -> str:
        """The hour or day that a moment lies in."""
        form = "%Y-%m-%d" if self.unit == "day" else "%Y-%m-%dT%H"
        return datetime.fromtimestamp(now, UTC).strftime(form)

    def count_seconds_left(self, now: float) -> int:
        """Until that hour or day is over."""
        begun = datetime.fromtimestamp(now, UTC).replace(minute=0, second=0, microsecond=0)
        over = begun + timedelta(hours=1) if self.unit == "hour" else begun.replace(hour=0) + timedelta(days=1)
        return max(1, round(over.timestamp() - now))


def read_budget(text: str) -> KeyBudget:
    """A budget as it was typed, or as it is kept.

    Raises:
        RequestError: It is none.
    """
    found = _BUDGET.fullmatch(text.lower())
    if found is None or not int(found[1]):
        raise RequestError(f"{text!r} is no budget of a key", hint="write it as tokens=1M/day or tokens=50k/hour")
    return KeyBudget(tokens=int(found[1]) * _SCALES[found[2]], unit=_UNITS[found[3][0]])
