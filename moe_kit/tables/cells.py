"""Cells as values: numbers as people write them, dates, and whether a column holds them."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from moe_core.text.late_pattern import LatePattern

# What stands for a cell without a value.
_EMPTY = frozenset(("", "-", "–", "—", "n/a", "na", "none", "null", "nan", "?", "k. a.", "k.a.", "."))
_AMOUNT = LatePattern(
    r"\(?\s*(?:[£$€¥]|[A-Z]{3}\s)?\s*(?P<sign>[-+−]?)\s*(?:[£$€¥]\s*)?(?P<digits>\d[\d.,'\u202f\xa0 ]*)\s*"
    r"(?P<unit>[£$€¥%‰°]|[^\W\d_][\w²³/.°]{0,11})?\s*\)?\Z"
)
_DECIMAL_COMMA = LatePattern(r"\d,\d{1,2}\Z|\d\.\d{3},\d+\Z")
_DECIMAL_POINT = LatePattern(r"\d\.\d{1,2}\Z|\d,\d{3}\.\d+\Z|\A\d{1,3}(?:,\d{3}){2,}\Z")
_NUMERIC_SHARE = 0.9  # of the cells that hold something; a few remarks do not make a column text
_SAMPLE = 500  # cells that tell whether a column holds dates at all
_DATE = LatePattern(
    r"\A(?:(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})|(?P<a>\d{1,2})[./-](?P<b>\d{1,2})[./-](?P<c>\d{4}))"
    r"(?:[T ]\d{1,2}:\d{2}.*)?\Z"
)
_MONTH_OF_YEAR = LatePattern(
    r"(?P<y>(?:1[89]|20)\d\d)[-/](?P<m>0?[1-9]|1[0-2])|(?P<m2>0?[1-9]|1[0-2])[-/](?P<y2>(?:1[89]|20)\d\d)"
    r"|(?P<name>[^\W\d_]{3,9})\.? (?P<y3>(?:1[89]|20)\d\d)"
)
_WORDED_DATE = LatePattern(
    r"\A(?:(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?\s+(?P<m>[^\W\d]{3,9})\.?,?|(?P<m2>[^\W\d]{3,9})\.?\s+(?P<d2>\d{1,2}),?)\s+"
    r"(?P<y>\d{4})\Z"
)
_MONTH_STEMS = {
    "jan": 1, "feb": 2, "mar": 3, "mär": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip


def is_empty(cell: str) -> bool:
    """Whether a cell stands for no value."""
    return cell.strip().lower() in _EMPTY


def writes_decimal_comma(cells: Iterable[str]) -> bool:
    """Whether numbers among the cells have a comma before their decimals: more of them than have a point."""
    commas = points = 0
    for cell in cells:
        match = _AMOUNT.regex.match(cell.strip())
        if match is not None:
            digits = match["digits"].strip()
            commas += _DECIMAL_COMMA.regex.search(digits) is not None
            points += _DECIMAL_POINT.regex.search(digits) is not None
    return commas > points


def parse_amount(cell: str, *, decimal_comma: bool) -> float | None:
    """The number that a cell is, whatever its currency, unit or thousands marks; None where it is none."""
    match = _AMOUNT.regex.match(cell.strip())
    if match is None:
        return None
    digits = re.sub(r"['\u202f\xa0 ]", "", match["digits"]).rstrip(".,")
    digits = digits.replace(".", "").replace(",", ".") if decimal_comma else digits.replace(",", "")
    try:
        value = float(digits)
    except ValueError:
        return None
    is_negative = match["sign"] in ("-", "−") or (cell.strip().startswith("(") and cell.strip().endswith(")"))
    return -value if is_negative else value


def parse_amounts(cells: Sequence[str], *, decimal_comma: bool) -> list[float | None] | None:
    """A column's numbers, None for each cell without one; None when it is no column of numbers."""
    known: dict[str, float | None] = {}
    numbers: list[float | None] = []
    for cell in cells:
        if cell not in known:
            known[cell] = None if is_empty(cell) else parse_amount(cell, decimal_comma=decimal_comma)
        numbers.append(known[cell])
    gaps = {cell for cell in known if is_empty(cell)}
    held = sum(cell not in gaps for cell in cells)
    found = sum(number is not None for number in numbers)
    return numbers if found and found >= _NUMERIC_SHARE * held else None


def parse_month(word: str) -> int | None:
    """The month that a word names, in English or German."""
    return _MONTH_STEMS.get(word.lower()[:3])


def parse_dates(cells: Sequence[str]) -> list[date | None] | None:
    """A column's dates, None for each cell without one; None when it is no column of dates.

    In "3/4/2024" the day comes first unless a second number of the column above 12 says otherwise.
    """
    sample = [cell for cell in cells[:_SAMPLE] if not is_empty(cell)]
    likely = sum(1 for cell in sample if _DATE.regex.match(cell.strip()) or _WORDED_DATE.regex.match(cell.strip()))
    if sample and likely < _NUMERIC_SHARE * len(sample):
        return None
    month_first = any(
        (match := _DATE.regex.match(cell.strip())) and match["b"] and int(match["b"]) > 12 for cell in set(cells)
    )
    known = {cell: _parse_date(cell.strip(), month_first=month_first) for cell in set(cells)}
    gaps = {cell for cell in known if is_empty(cell)}
    held = sum(cell not in gaps for cell in cells)
    dates = [known[cell] for cell in cells]
    found = sum(value is not None for value in dates)
    return dates if found and found >= _NUMERIC_SHARE * held else None


def parse_months(cells: Sequence[str]) -> list[date | None] | None:
    """The first days of a column's months ("2025-02", "02/2025", "Feb 2025"), None for each other cell.

    Returns:
        None when it is no column of months.
    """
    known = {cell: _parse_month_of_year(cell.strip()) for cell in set(cells)}
    held = sum(not is_empty(cell) for cell in cells)
    months = [known[cell] for cell in cells]
    found = sum(value is not None for value in months)
    return months if found and found >= _NUMERIC_SHARE * held else None


def _parse_month_of_year(cell: str) -> date | None:
    match = _MONTH_OF_YEAR.regex.fullmatch(cell)
    if match is None:
        return None
    number = parse_month(match["name"]) if match["name"] else int(match["m"] or match["m2"])
    return date(int(match["y"] or match["y2"] or match["y3"]), number, 1) if number else None


def _parse_date(cell: str, *, month_first: bool) -> date | None:
    match, worded = _DATE.regex.match(cell), _WORDED_DATE.regex.match(cell)
    try:
        if match is not None and match["y"]:
            return date(int(match["y"]), int(match["m"]), int(match["d"]))
        if match is not None:
            day, month = (match["b"], match["a"]) if month_first else (match["a"], match["b"])
            return date(int(match["c"]), int(month), int(day))
        if worded is not None:
            number = parse_month(worded["m"] or worded["m2"])
            return date(int(worded["y"]), number, int(worded["d"] or worded["d2"])) if number else None
    except ValueError:
        return None
    return None
