"""Figures of a text: values however they are written, with the unit that stands beside them."""

import re
from collections.abc import Iterator

import msgspec

from moe_core.text.late_pattern import LatePattern

_SMALL = {
    word: value
    for value, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split()
    )
}
_TENS = {
    word: 10 * tens for tens, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth".split(), 1
    )
}
_WORDED = {**_SMALL, **_TENS, **_ORDINALS, "dozen": 12, "once": 1, "twice": 2, "thrice": 3, "single": 1}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "bn": 1e9, "k": 1e3, "m": 1e6}
_SAID_ALONE = frozenset(["one", "second", "single", "once", "first"])  # mostly no amounts: "one of the", "a second"
_UNITS = {
    alias: unit
    for unit, aliases in {
        "%": "% percent percentage",
        "kg": "kg kilogram kilograms kilo kilos",
        "g": "g gram grams gramme grammes",
        "t": "t ton tons tonne tonnes",
        "lb": "lb lbs",
        "km": "km kilometre kilometres kilometer kilometers",
        "m": "m metre metres meter meters",
        "cm": "cm centimetre centimetres centimeter centimeters",
        "mm": "mm millimetre millimetres millimeter millimeters",
        "mile": "mile miles mi",
        "ft": "ft foot feet",
        "inch": "inch inches",
        "ha": "ha hectare hectares",
        "acre": "acre acres",
        "l": "l litre litres liter liters",
        "s": "s sec second seconds",
        "min": "min minute minutes",
        "h": "h hour hours hr hrs",
        "day": "day days",
        "week": "week weeks",
        "month": "month months",
        "year": "year years",
        "GBP": "£ gbp pound pounds",
        "USD": "$ usd dollar dollars",
        "EUR": "€ eur euro euros",
        "kW": "kw kilowatt kilowatts",
        "MW": "mw megawatt megawatts",
        "kWh": "kwh",
        "MWh": "mwh",
        "W": "w watt watts",
        "MB": "mb",
        "GB": "gb",
        "TB": "tb",
    }.items()
    for alias in aliases.split()
}
_WORD = r"[^\W\d_]+"
_FIGURE = LatePattern(
    rf"(?P<sign>[£$€])?\s?(?<![\w.,])(?P<digits>\d+(?:[.,’' \u202f\u00a0]\d{{3}})*(?:[.,]\d+)?|\d+)(?!\d)"
    rf"(?:(?:st|nd|rd|th)\b)?"
    rf"(?:\s?(?P<scale>hundred|thousand|million|billion|bn|[km](?=\b))\b)?(?:[\s-]?(?P<unit>[£$€%]|{_WORD}))?"
    rf"|\b(?P<worded>{'|'.join(sorted(_WORDED, key=len, reverse=True))})\b"
    rf"(?:[- ](?P<ones>{'|'.join(_SMALL)})\b)?(?:\s(?P<wscale>hundred|thousand|million|billion)\b)?"
    rf"(?:[\s-](?P<wunit>{_WORD}))?",
    re.IGNORECASE,
)
_GROUPED = LatePattern(r"\d{1,3}(?:[.,’' \u202f\u00a0]\d{3})+\Z")


class Figure(msgspec.Struct, frozen=True):
    """A value and its unit.

    Attributes:
        values: What its digits may mean: 1.240 is both 1.24 and 1240.
        unit: "" where none that is known stands beside it.
        is_weak: A word that seldom is an amount ("one of the").
    """

    values: frozenset[float]
    unit: str
    start: int
    end: int
    is_weak: bool = False

    def is_like(self, other: "Figure") -> bool:
        """Whether both may be the same amount: a unit that only one of them has says nothing against it."""
        same_unit = self.unit == other.unit or not self.unit or not other.unit
        return same_unit and not self.values.isdisjoint(other.values)


def find_figures(text: str) -> list[Figure]:
    """All figures in order, those in words too."""
    return [figure for match in _FIGURE.regex.finditer(text) for figure in _read(match)]


def _read(match: re.Match[str]) -> Iterator[Figure]:
    if match["worded"]:
        word = match["worded"].lower()
        value: float = _WORDED[word] + (_SMALL[match["ones"].lower()] if match["ones"] else 0)
        value *= _SCALES[match["wscale"].lower()] if match["wscale"] else 1
        is_weak = word in _SAID_ALONE and not match["ones"] and not match["wscale"]
        unit = _UNITS.get((match["wunit"] or "").lower(), "")
        stop = match.end("wscale") if match["wscale"] else match.end("ones") if match["ones"] else match.end("worded")
        yield Figure(frozenset([round(float(value), 6)]), unit, match.start("worded"), stop, is_weak and not unit)
        return
    unit_word = match["unit"] or ""
    scale_word = (match["scale"] or "").lower()
    unit = _UNITS.get(match["sign"] or "", "") or _UNITS.get(unit_word.lower(), "")
    values = _read_digits(match["digits"])
    if scale_word == "m" and not match["sign"]:  # "22 m" are metres, "£22 m" are millions
        scale_word, unit = "", unit or "m"
    factor = _SCALES.get(scale_word, 1.0)
    yield Figure(
        frozenset(round(value * factor, 6) for value in values), unit, match.start("digits"), match.end("digits")
    )


def _read_digits(digits: str) -> set[float]:
    plain = re.sub(r"[’' \u202f\u00a0]", "", digits)
    values = set()
    if _GROUPED.regex.match(digits):
        values.add(float(re.sub(r"[.,]", "", plain)))
    if plain.count(",") + plain.count(".") == 1:
        values.add(float(plain.replace(",", ".")))
    elif "," in plain and "." in plain:
        last = max(plain.rfind(","), plain.rfind("."))
        values.add(float(re.sub(r"[.,]", "", plain[:last]) + "." + plain[last + 1 :]))
    elif plain.isdigit():
        values.add(float(plain))
    return values or {float(re.sub(r"\D", "", plain))}
