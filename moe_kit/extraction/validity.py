"""From when what a text says holds: told by its words, the headings above it, or its file's name."""

import re
from collections.abc import Iterator
from pathlib import PurePath

import msgspec

from moe_kit.extraction.units import Unit
from moe_kit.tables.cells import parse_month

Day = tuple[int, int, int]
"""Year, month, day; 0 for a month or day that is not told."""

_MONTH = (
    r"(?P<{0}>Jan(?:uary|uar)?|Feb(?:ruary|ruar)?|Mar(?:ch)?|März|Apr(?:il)?|May|Mai|June?|Juni|July?|Juli|Aug(?:ust)?"
    r"|Sept?(?:ember)?|O[ck]t(?:ober)?|Nov(?:ember)?|De[cz](?:ember)?)\.?"
)
_DATE = re.compile(
    r"(?<![\d.-])(?:(?P<y1>(?:19|20)\d\d)[-_](?P<m1>0[1-9]|1[0-2])(?:[-_](?P<d1>[0-3]\d))?(?!\d)"
    r"|(?P<d2>[0-3]?\d)\.\s?(?P<m2>[01]?\d)\.\s?(?P<y2>(?:19|20)\d\d)(?!\d)"
    rf"|(?P<d3>[0-3]?\d)(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{_MONTH.format('m3')},?\s+(?P<y3>(?:19|20)\d\d)(?!\d)"
    rf"|\b{_MONTH.format('m4')}\s+(?:(?P<d4>[0-3]?\d)(?:st|nd|rd|th)?,?\s+)?(?P<y4>(?:19|20)\d\d)(?!\d)"
    r"|(?<!\w)(?P<y5>(?:19|20)\d\d)(?![\w-]|[.,]\d|\s?(?:m|km|kg|g|cm|mm|euros?|EUR|€|dollars?|pounds?)\b))",
    re.IGNORECASE,
)
_HOLDS = re.compile(
    r"\b(?:valid|effective|in force|applies|apply|applicable|as)\s+(?:from|since|of|as of|as from)\s+(?:the\s+)?\Z"
    r"|\b(?:since|starting|as from|from)\s+(?:the\s+)?\Z|\beffective(?:\s+date)?:?\s+\Z"
    r"|\b(?:(?:last )?(?:updated|changed|revised|amended)|version(?: of)?|date|issued|status|stand|datum|fassung"
    r"(?: vom)?)(?: on)?:?\s+(?:vom\s+|of\s+)?\Z"
    r"|\b(?:gültig|gilt|gelten|wirksam)?\s*(?:ab|seit)\s+(?:dem\s+)?\Z"
    r"|\b(?:in kraft|gültig)\s+(?:seit|ab)\s+(?:dem\s+)?\Z",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*(?:to|until|till|bis|[-–])\s", re.IGNORECASE)  # "from 3 May to 9 June" says how long
_VERSION_WORDS = re.compile(
    r"\b(?:old|new|current|former|previous|version|edition|valid|effective|from|since|as of|updated?|revised|archived?"
    r"|alt|alte[rns]?|neu|neue[rns]?|stand|fassung|gültig|ab|seit|vom|of|v\d+)\b",
    re.IGNORECASE,
)
_IN_FILE_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_.]?(0[1-9]|1[0-2])(?:[-_.]?([0-3]\d))?)?(?!\d)")
_ASKED = re.compile(
    r"[\s,]*\b(?P<word>in(?: the year)?|as of|on|at|during|before|until|till|prior to|up to|im(?: jahre?)?|am"
    r"|vor(?: dem)?|bis(?: zum)?|anno)\s+(?:the\s+)?\Z",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"before|until|till|prior|up to|vor|bis", re.IGNORECASE)


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A time that a question asks about.

    Attributes:
        last: The last day of it; of a time before a day, that day.
        is_before: What held before that day is meant.
        rest: The question without it.
    """

    last: Day
    is_before: bool
    rest: str

    def has_begun(self, day: Day) -> bool:
        """Whether what holds from a day on held at that time."""
        return day < self.last if self.is_before else day <= self.last


def find_validity(unit: Unit) -> Day | None:
    """The day from which a unit holds; None where nothing tells it."""
    own = next(_find_holding(unit.text), None)
    if own is not None:
        return own
    title = unit.evidence.title
    headings = unit.context.split("\n")[1 if title else 0 :] if unit.context else []
    for heading in reversed(headings):
        day = next((day for day, _, _ in find_days(heading)), None)
        if day is not None:
            return day
    above = unit.evidence.text[: unit.start - unit.evidence.start]
    day = max(_find_holding(above), default=None) if not headings or "#" not in above.lstrip("#") else None
    return day or _read_file_name(unit.evidence.document) or next((day for day, _, _ in find_days(title)), None)


def find_moment(question: str) -> Moment | None:
    """The time that a question asks about: "in 2021", "before May 2022", "bis 2020"."""
    for day, start, end in find_days(question):
        asked = _ASKED.search(question[:start])
        if asked is not None:
            is_before = _BEFORE.match(asked["word"]) is not None
            last = day if is_before else (day[0], day[1] or 12, day[2] or 31)
            return Moment(last=last, is_before=is_before, rest=question[: asked.start()] + question[end:])
    return None


def strip_validity(text: str) -> str:
    """A title or heading without what tells one version of it from another."""
    return _VERSION_WORDS.sub(" ", _DATE.sub(" ", text))


def strip_file_name(document: str) -> str:
    """A file's name without its dates and its ending, where it has dates; "" where it has none."""
    stem = PurePath(document).stem
    bare = _IN_FILE_NAME.sub(" ", stem)
    return bare.strip(" -_.").lower() if bare != stem else ""


def find_days(text: str) -> Iterator[tuple[Day, int, int]]:
    """The dates and years of a text with the characters they stand in."""
    for match in _DATE.finditer(text):
        found = match.groupdict()
        number = next(n for n in "12345" if found[f"y{n}"])
        month, day = found.get(f"m{number}"), found.get(f"d{number}")
        yield (int(found[f"y{number}"]), _read_month(month), int(day or 0)), match.start(), match.end()


def _find_holding(text: str) -> Iterator[Day]:
    for day, start, end in find_days(text):
        if _HOLDS.search(text[:start]) and not _ENDS.match(text[end:]):
            yield day


def _read_month(text: str | None) -> int:
    return int(text or 0) if not text or text.isdigit() else parse_month(text) or 0


def _read_file_name(document: str) -> Day | None:
    match = _IN_FILE_NAME.search(PurePath(document).stem)
    return (int(match[1]), int(match[2] or 0), int(match[3] or 0)) if match else None
