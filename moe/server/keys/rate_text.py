"""How rates are written."""

import re

from moe_core.contracts.errors import RequestError

_RATE = re.compile(r"\s*([1-9]\d{0,8})\s*/\s*(s|sec|second|m|min|minute|h|hour|d|day)s?\s*")
_UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day"}


def read_rate(text: str) -> str:
    """A rate as it is kept: "60/min" is "60/minute".

    Raises:
        RequestError: It is none.
    """
    found = _RATE.fullmatch(text.lower())
    if found is None:
        raise RequestError(f"{text!r} is no rate", hint="write it as 60/min, 5/s or 1000/day")
    return f"{found[1]}/{_UNITS[found[2][0]]}"
