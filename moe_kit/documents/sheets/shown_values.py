"""Values of cells as a spreadsheet shows them."""

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_NUMBER = re.compile(r"[#0?](?:[#0?,.]*[#0?])?,*")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.|(General)', re.IGNORECASE)
_NO_DECIMALS = re.compile(r"e[+-]|/", re.IGNORECASE)  # powers of ten and fractions, which are written as decimals here
_EXACT_MAX = 1e15  # up to here a float holds every whole number
_PLAIN_DIGITS = 15  # what a spreadsheet keeps of a number; the rest is noise of its binary form


def show_value(value: object, number_format: str = "General") -> str:
    """A cell's value as text; dates as 2026-03-14, amounts with their currency, shares with their percent sign.

    Args:
        value: The value; None for an empty cell.
        number_format: The format of the cell, as files of Excel write it.
    """
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _show_number(value, number_format)
        case datetime():
            moment = value.replace(microsecond=0, tzinfo=None)
            return moment.date().isoformat() if moment.time() == time() else _trim_seconds(moment.isoformat(" "))
        case date():
            return value.isoformat()
        case time():
            return _trim_seconds(value.replace(microsecond=0, tzinfo=None).isoformat())
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return str(value)


def _trim_seconds(text: str) -> str:
    return text.removesuffix(":00") if text.count(":") > 1 else text


def _show_number(value: float, number_format: str) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    before, pattern, after = _split_format(number_format)
    if not pattern or _NO_DECIMALS.search(number_format) or abs(value) >= _EXACT_MAX:
        return f"{value:.{_PLAIN_DIGITS}g}" if isinstance(value, float) else str(value)
    number = Decimal(repr(value)) * (100 if "%" in before + after else 1)
    shown = pattern.rstrip(",")
    number /= 1_000 ** (len(pattern) - len(shown))
    whole, _, decimals = shown.partition(".")
    rounded = number.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    digits, _, part = f"{abs(rounded):f}".partition(".")
    digits = digits.zfill(whole.count("0"))
    digits = f"{int(digits):,}" if "," in whole else digits
    needed = len(decimals.rstrip("#?"))
    part = part[:needed] + part[needed:].rstrip("0")
    sign = "-" if rounded < 0 else ""
    return f"{sign}{before}{digits}{'.' if part else ''}{part}{after}"


@lru_cache(maxsize=1_000)
def _split_format(number_format: str) -> tuple[str, str, str]:
    """What stands before a number, its pattern, and what stands after it; the format of positive numbers counts."""
    section = number_format.partition(";")[0]
    marks = {chr(0xE000 + ord(sign)): sign for sign in map(chr, range(33, 127))}
    hidden = str.maketrans({sign: mark for mark, sign in marks.items()})
    text = _LITERAL.sub(lambda match: (match[1] or match[2] or match[3] or "").translate(hidden), section)
    shown = str.maketrans(marks)
    found = _NUMBER.search(text)
    if not found:
        return "", "", ""
    return text[: found.start()].translate(shown), found.group(), text[found.end() :].translate(shown).rstrip()
