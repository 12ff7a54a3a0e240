"""Ranges of numbers as tables write them: "under 2", "2 to 3", "from 18", "over 20 kg"."""

import re
from math import inf

import msgspec

_WORDED = (
    "one two three four five six seven eight nine ten eleven twelve",
    "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
)
_FIGURES = {word: float(place) for row in _WORDED for place, word in enumerate(row.split(), start=1)}
_NUMBER = r"\d+(?:[.,]\d+)?"
_UNIT = r"(?:\s?[^\W\d_]{1,8}\.?|\s?%|\s?°C?)?"
_BETWEEN = re.compile(rf"({_NUMBER}){_UNIT}\s?(?:to|bis|[–-])\s?({_NUMBER}){_UNIT}", re.IGNORECASE)
_BELOW = re.compile(rf"(?:under|below|less than|unter|<)\s?({_NUMBER}){_UNIT}", re.IGNORECASE)
_UP_TO = re.compile(rf"(?:up to|at most|bis(?: zu)?|≤|<=)\s?({_NUMBER}){_UNIT}", re.IGNORECASE)
_ABOVE = re.compile(rf"(?:over|above|more than|über|>)\s?({_NUMBER}){_UNIT}", re.IGNORECASE)
_FROM = re.compile(
    rf"(?:from|at least|ab|≥|>=)\s?({_NUMBER}){_UNIT}"
    rf"|({_NUMBER}){_UNIT}\s?(?:\+|and (?:over|above|more|older)|und mehr)",
    re.IGNORECASE,
)
_PATTERNS = (_BETWEEN, _BELOW, _UP_TO, _ABOVE, _FROM)
_FIGURE = re.compile(rf"(?<![\w.,]){_NUMBER}(?![\w.,]*\d)|\b(?:{'|'.join(_FIGURES)})\b", re.IGNORECASE)


class ValueRange(msgspec.Struct, frozen=True):
    """Numbers from `low` to `high`; an open end leaves its border out."""

    low: float
    high: float
    is_low_open: bool = False
    is_high_open: bool = False

    def __contains__(self, number: float) -> bool:
        above = number > self.low if self.is_low_open else number >= self.low
        return above and (number < self.high if self.is_high_open else number <= self.high)


def read_range(text: str) -> ValueRange | None:
    """The range that a text as a whole is; None where it is none."""
    text = text.strip(" .")
    return next((_make(match) for pattern in _PATTERNS if (match := pattern.fullmatch(text))), None)


def find_ranges(text: str) -> list[ValueRange]:
    """The ranges that a text speaks of, each once."""
    found = [_make(match) for pattern in _PATTERNS for match in pattern.finditer(text)]
    return list(dict.fromkeys(found))


def _make(match: re.Match[str]) -> ValueRange:
    first, second = _read(match[1] or match[2]), _read(match[match.lastindex or 1])
    if match.re is _BETWEEN:
        return ValueRange(first, second)
    if match.re in (_BELOW, _UP_TO):
        return ValueRange(-inf, first, is_high_open=match.re is _BELOW)
    return ValueRange(first, inf, is_low_open=match.re is _ABOVE)


def find_figures(text: str) -> list[float]:
    """The numbers that a text says, in figures or, up to twelve, in words."""
    return [_FIGURES.get(match.group().lower()) or _read(match.group()) for match in _FIGURE.finditer(text)]


def _read(number: str) -> float:
    return float(number.replace(",", "."))
