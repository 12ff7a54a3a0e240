"""Numbers, dates and wordings found in text, with the place they stand at."""

import math
import re
from collections.abc import Iterator
from datetime import date

import msgspec

_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "bn": 1e9}
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<sign>[-−])?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?(?P<scale>thousand|million|billion|bn)\b|(?![\d]))",
    re.IGNORECASE,
)
_MONTH_NAMES = "january february march april may june july august september october november december".split()
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATES = (
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)"),
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})(?!\d)", re.IGNORECASE
    ),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)", re.IGNORECASE),
)


class FoundNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A number and where it begins and ends."""

    value: float
    start: int
    end: int


def find_numbers(text: str) -> list[FoundNumber]:
    """Numbers in order; grouped thousands and "2.5 million" are understood."""
    found = []
    for match in _NUMBER.finditer(text):
        value = float(match["digits"].replace(",", "")) * _SCALES.get((match["scale"] or "").lower(), 1.0)
        sign = -1.0 if match["sign"] else 1.0
        if math.isfinite(value):
            found.append(FoundNumber(value=sign * value, start=match.start(), end=match.end()))
    return found


def find_dates(text: str) -> list[str]:
    """Full dates in ISO form, in order of the patterns; dates that do not exist are left out."""
    return [found.isoformat() for pattern in _DATES for match in pattern.finditer(text) for found in _read_date(match)]


def _read_date(match: re.Match[str]) -> Iterator[date]:
    groups = match.groupdict()
    if groups.get("number"):
        month = int(groups["number"])
    else:
        month = next(n for n, name in enumerate(_MONTH_NAMES, 1) if name.startswith(groups["month"].lower()))
    try:
        yield date(int(groups["year"]), month, int(groups["day"]))
    except ValueError:
        return
