"""A moment of the past as it is typed: a length of time until now, or a date."""

import re
import time
from datetime import datetime

import click

_UNITS = {"m": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0}
_LENGTH = re.compile(r"([0-9]{1,6})([mhdw])")
_FORMS = "7d, 24h, 30m, 2w, or a date like 2026-11-29 or 2026-11-29T08:30"


def read_since(_ctx: click.Context, _param: click.Parameter, text: str | None) -> float | None:
    """Read a moment, as Unix time in seconds; dates are those of this machine's time zone.

    Raises:
        click.BadParameter: It is none, or lies ahead.
    """
    if text is None:
        return None
    length = _LENGTH.fullmatch(text.strip().lower())
    now = time.time()
    if length is not None:
        return max(0.0, now - int(length[1]) * _UNITS[length[2]])
    try:
        moment = datetime.fromisoformat(text.strip()).astimezone().timestamp()
    except (ValueError, OverflowError, OSError):
        raise click.BadParameter(f"{text!r} is neither a length of time nor a date: write {_FORMS}") from None
    if moment > now:
        raise click.BadParameter(f"{text!r} lies ahead")
    return max(0.0, moment)
