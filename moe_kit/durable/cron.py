"""Times of a schedule, as cron writes them."""

from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from croniter import croniter
from croniter.croniter import CroniterBadDateError

from moe_core.contracts.errors import RequestError

_FIELDS = (
    ("minute", "0-59"),
    ("hour", "0-23"),
    ("day of the month", "1-31"),
    ("month", "1-12"),
    ("day of the week", "0-7"),
)
_SECOND = ("second", "0-59")
_EXAMPLE = '"0 7 * * mon-fri" is at seven on working days, "*/30 * * * *" every half hour'


def check_cron(cron: str) -> None:
    """Refuse what is no cron expression.

    Raises:
        RequestError: Which field is wrong; the hint has an example.
    """
    fields = cron.split()
    names = (_SECOND, *_FIELDS) if len(fields) == len(_FIELDS) + 1 else _FIELDS
    if not cron.startswith("@") and len(fields) != len(names):
        raise RequestError(
            f"{cron!r} is no time for a schedule: it has {len(fields)} fields, not five (or six, seconds first)",
            hint=_EXAMPLE,
        )
    if not _is_cron(cron):
        raise RequestError(f"{cron!r} is no time for a schedule{_find_wrong(fields, names)}", hint=_EXAMPLE)
    try:
        next(find_times(cron, "UTC", datetime.now(ZoneInfo("UTC"))))
    except StopIteration:
        raise RequestError(f"{cron!r} never comes", hint=_EXAMPLE) from None


def check_timezone(name: str) -> None:
    """Refuse what is no time zone.

    Raises:
        RequestError: It is none; the nearest are in the hint.
    """
    known = available_timezones()
    if name not in known:
        near = get_close_matches(name, sorted(known)) or ["Europe/Berlin", "America/New_York", "UTC"]
        raise RequestError(f"no time zone is called {name!r}", hint=f"such as {', '.join(near[:3])}")


def find_times(cron: str, timezone: str, start: datetime, *, backwards: bool = False) -> Iterator[datetime]:
    """The times from a moment on, or before it, the nearest first."""
    found = croniter(cron, start.astimezone(ZoneInfo(timezone)), second_at_beginning=True)
    while True:
        try:
            yield found.get_prev(datetime) if backwards else found.get_next(datetime)
        except CroniterBadDateError:
            return


def _is_cron(text: str) -> bool:
    return bool(croniter.is_valid(text, second_at_beginning=True))


def _find_wrong(fields: list[str], names: tuple[tuple[str, str], ...]) -> str:
    """Which field alone is wrong, in words."""
    for place, (field, (name, bounds)) in enumerate(zip(fields, names, strict=False)):
        if not _is_cron(" ".join("*" if other != place else field for other in range(len(names)))):
            return f": {field!r} is no {name} ({bounds})"
    return ""
