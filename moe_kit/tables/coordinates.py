"""Coordinates in rows of tables: columns of latitude and longitude, and points of GeoJSON."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from moe_core.contracts.location import Location, tell_unmapped
from moe_core.text.late_pattern import LatePattern

_LATITUDE = frozenset(("lat", "latitude", "breitengrad"))
_LONGITUDE = frozenset(("lon", "lng", "long", "longitude", "längengrad", "laengengrad"))
_BOTH = frozenset(("latlon", "latlng", "latlong"))
_AXES = frozenset(("n", "s", "e", "w", "x", "y"))  # "Latitude (N)" belongs to "Longitude (E)"
# What tells a person which row is meant, the best first.
_NAMING = ("name", "title", "label", "address", "street", "place", "site", "building", "property", "town", "city")
_LABEL_MAX = 100
_ROWS_MAX = 200  # lines of one citation that are looked at
_LINE_MAX = 8_000  # characters of a line; a longer one is an outline or no row at all
_DEGREES_MAX = 64  # characters; degrees, minutes and seconds with all their digits have less
_HEADER_LINES_MAX = 20_000  # lines above a row, in which the names of its columns are looked for
_MENTIONS = ("lat", "breitengrad", "coordinates")  # one is in each row, or its header, that has any
_WORDS = LatePattern(r"[^\W_]+")
_CAMEL = LatePattern(r"(?<=[a-z])(?=[A-Z])")
# What is matched is kept (`+` after a quantifier), so that nothing is tried twice: documents may be hostile.
_NUMBER = r"\d{1,15}+(?:[.,]\d{1,20}+)?+"
_DEGREES = LatePattern(
    rf"(?P<before>[NSEWO])?+ ?+(?P<sign>[+\-\u2212]?+) ?+(?P<degrees>{_NUMBER}) ?+(?:°|º|deg)?+ ?+"
    rf"(?:(?P<minutes>{_NUMBER}) ?+['\u2032\u2019] ?+)?"
    rf"(?:(?P<seconds>{_NUMBER}) ?+(?:\"|\u2033|\u201d|'') ?+)?(?P<after>[NSEWO])?+",
    re.IGNORECASE,
)
_ABSENT = frozenset(("", "-", "\u2013", "?", "n/a", "na", "nan", "none", "null", "unknown"))

Cells = Sequence[tuple[str, str]]


class CoordinateError(ValueError):
    """A cell below a column of coordinates holds none."""


class Located(msgspec.Struct, frozen=True, kw_only=True):
    """What rows say of where they lie.

    Attributes:
        locations: Points that a map can show.
        faults: Why others cannot be shown, each in a sentence.
    """

    locations: tuple[Location, ...] = ()
    faults: tuple[str, ...] = ()


def locate_rows(text: str, start: int, end: int) -> Located:
    """The points of the rows that characters [start, end) of a document's text touch, in their order."""
    locations: list[Location] = []
    faults: list[str] = []
    for cells in _iterate_rows(text, start, end):
        try:
            location = read_location(cells)
        except CoordinateError as error:
            faults.append(str(error))
            continue
        fault = location.find_fault() if location else ""
        if location and not fault:
            locations.append(location)
        elif location:
            faults.append(tell_unmapped(location.label, fault))
    return Located(locations=tuple(locations), faults=tuple(faults))


def read_location(cells: Cells) -> Location | None:
    """The point of a row; None for a row without.

    Args:
        cells: Name of the column and what stands in it, in their order.

    Raises:
        CoordinateError: What stands in a column of coordinates is no number of degrees.
    """
    found = _find_coordinates(cells)
    if found is None:
        return None
    used, latitude, longitude = found
    if latitude.strip().lower() in _ABSENT or longitude.strip().lower() in _ABSENT:
        return None
    label = _find_label(cells, used)
    try:
        return Location(latitude=_parse_degrees(latitude), longitude=_parse_degrees(longitude), label=label)
    except CoordinateError as error:
        raise CoordinateError(tell_unmapped(label, str(error))) from error


def _find_coordinates(cells: Cells) -> tuple[frozenset[str], str, str] | None:
    """Names of the columns that hold them, and latitude and longitude as they are written."""
    rests: dict[frozenset[str], tuple[str, str]] = {}
    for key, value in cells:
        words = _split_key(key)
        if (words & _LATITUDE and words & _LONGITUDE) or words & _BOTH:
            latitude, parted, longitude = value.partition(", ")
            if parted:
                return frozenset((key,)), latitude, longitude
        elif words & _LATITUDE:
            rests.setdefault(words - _LATITUDE - _AXES, (key, value))
    for key, value in cells:
        words = _split_key(key)
        first = rests.get(words - _LONGITUDE - _AXES) if words & _LONGITUDE else None
        if first is not None:
            return frozenset((first[0], key)), first[1], value
    return _find_point(cells)


def _find_point(cells: Cells) -> tuple[frozenset[str], str, str] | None:
    """A point of GeoJSON, which has its longitude first."""
    named = dict(cells)
    for key, value in cells:
        prefix, found, rest = key.rpartition("coordinates")
        if found and not rest and named.get(f"{prefix}type") == "Point":
            longitude, _, after = value.partition(", ")
            return frozenset((key, f"{prefix}type")), after.partition(", ")[0], longitude
    return None


def _find_label(cells: Cells, used: frozenset[str]) -> str:
    told = [(_split_key(key), value) for key, value in cells if key not in used and any(map(str.isalpha, value))]
    for name in _NAMING:
        for words, value in told:
            if name in words and value:
                return value[:_LABEL_MAX]
    return next((value[:_LABEL_MAX] for words, value in told if "type" not in words), "")


def _parse_degrees(written: str) -> float:
    bare = written.strip()
    match = _DEGREES.regex.fullmatch(" ".join(bare.split())) if len(bare) <= _DEGREES_MAX else None
    if match is None:
        raise CoordinateError(f"{bare[:40]!r} is no number of degrees")
    degrees = sum(
        float((match[part] or "0").replace(",", ".")) / share
        for part, share in (("degrees", 1), ("minutes", 60), ("seconds", 3600))
    )
    side = (match["before"] or match["after"] or "").upper()
    return -degrees if match["sign"] in ("-", "\u2212") or side in ("S", "W") else degrees


def _split_key(key: str) -> frozenset[str]:
    return frozenset(_WORDS.regex.findall(_CAMEL.regex.sub(" ", key).lower()))


def _iterate_rows(text: str, start: int, end: int) -> Iterator[Cells]:
    names: list[str] | None = None  # of the columns of the table between bars that the line before is in
    for place, line_end in _iterate_lines(text, start, end):
        if text.find("|", place, line_end) < 0:
            names = None
            if line_end - place <= _LINE_MAX and _mentions(line := text[place:line_end]):
                yield [(key, value) for key, _, value in (pair.partition(": ") for pair in line.split("; "))]
            continue
        if names is None:
            names = _read_header(text, place)
        if names and line_end - place <= _LINE_MAX:
            cells = _split_bars(text[place:line_end])
            if cells != names:
                yield list(zip(names, cells, strict=False))


def _iterate_lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Begin and end of the lines that characters [start, end) touch."""
    place = text.rfind("\n", 0, start) + 1
    for _ in range(_ROWS_MAX):
        if place >= max(end, start + 1) or place >= len(text):
            return
        found = text.find("\n", place)
        line_end = len(text) if found < 0 else found
        yield place, line_end
        place = line_end + 1


def _mentions(line: str) -> bool:
    folded = line.lower()
    return any(word in folded for word in _MENTIONS)


def _read_header(text: str, place: int) -> list[str]:
    """The names in the first of the lines of cells between bars that a line is among; none without coordinates."""
    first = place
    for _ in range(_HEADER_LINES_MAX):
        above = text.rfind("\n", 0, first - 1) + 1 if first else 0
        if not first or text.find("|", above, first - 1) < 0:
            break
        first = above
    found = text.find("\n", first)
    line_end = len(text) if found < 0 else found
    if line_end - first > _LINE_MAX or not _mentions(header := text[first:line_end]):
        return []
    return _split_bars(header)


def _split_bars(line: str) -> list[str]:
    bare = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip().strip("*_`") for cell in bare.split("|")]
