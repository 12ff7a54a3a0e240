"""The time zone of this machine, by name."""

import os
from pathlib import Path
from zoneinfo import available_timezones

_LOCAL = Path("/etc/localtime")
_PARTS_MAX = 3  # of a zone's name: America/Argentina/Salta


def find_local_timezone() -> str:
    """As TZ or the system's settings name it; "UTC" where they name none."""
    named = os.environ.get("TZ", "").removeprefix(":")
    parts = _LOCAL.resolve().parts
    wanted = [named, *("/".join(parts[-length:]) for length in range(1, _PARTS_MAX + 1))]
    known = available_timezones()
    return next((name for name in wanted if name in known), "UTC")
