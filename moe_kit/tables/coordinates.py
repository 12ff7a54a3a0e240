"""Coordinates in rows of tables: columns of latitude and longitude, and points of GeoJSON."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import msgspec

from moe_core.contracts.location import Location, tell_unmapped
from moe_core.text.late_pattern import LatePattern
from moe_kit.documents.formats.geojson import begin_behind_gap
from moe_kit.tables.naming import choose_naming

_LATITUDE = frozenset(("lat", "latitude", "breitengrad"))
_LONGITUDE = frozenset(("lon", "lng", "long", "longitude", "längengrad", "laengengrad"))
_BOTH = frozenset(("latlon", "latlng", "latlong"))
_AXES = frozenset(("n", "s", "e", "w", "x", "y"))  # "Latitude (N)" belongs to "Longitude (E)"
_HINTS = ("lat", "lon", "lng", "breitengrad", "ngengrad", "laengengrad")  # one is in each such column's name
_LABEL_MAX = 100
_ROWS_MAX = 200  # lines of one citation that are looked at
_CHARACTERS_MAX = 200_000  # of these lines: a hostile citation of 1.6 MB took 0.4 s
_CELLS_MAX = 300  # of a row
_NAME_MAX = 60  # characters of the name of a column of coordinates
_LINE_MAX = 8_000  # characters of a line; a longer one is an outline or no row at all
_DEGREES_MAX = 64  # characters; degrees, minutes and seconds with all their digits have less
_HEADER_LINES_MAX = 20_000  # lines above a row, in which the names of its columns are looked for
_MENTIONS = ("lat", "breitengrad", "coordinates", "bbox")  # one is in each row, or its header, that has any
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
_SIXTY = 60
_BOX_SIDES = (4, 6)
_MIDDLE_DIGITS = 9  # a tenth of a millimetre; written out, as "1e-05" is no number of degrees
_GEOMETRIES = frozenset(("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"))
_ABSENT = frozenset(("", "-", "\u2013", "?", "n/a", "na", "nan", "none", "null", "unknown"))

Cells = Sequence[tuple[str, str]]


class CoordinateError(ValueError):
    """A cell below a column of coordinates holds none."""


class Located(msgspec.Struct, frozen=True, kw_only=True):
    """What rows say of where they lie.

    Attributes:
        locations: Points that a map can show.
        faults: Why others cannot be shown, each in a sentence.
        missing: Where rows stand that have none: in a table whose other rows have some, a map lacks them.
    """

    locations: tuple[Location, ...] = ()
    faults: tuple[str, ...] = ()
    missing: tuple[int, ...] = ()


def locate_rows(text: str, start: int, end: int, headers: dict[int, list[str]] | None = None) -> Located:
    """The points of the rows that characters [start, end) of a document's text touch, in their order.

    Args:
        text: Of the document.
        start: The first of the characters.
        end: Behind the last one.
        headers: By where a line begins the names of its table's columns, as far as they were looked for: asked and
            added to, so that the rows of a long table are not gone through again for each stretch of it.
    """
    locations: list[Location] = []
    faults: list[str] = []
    missing: list[int] = []
    for place, cells in _iterate_rows(text, start, end, {} if headers is None else headers):
        try:
            location = read_location(cells)
        except CoordinateError as error:
            faults.append(str(error))
            continue
        fault = location.find_fault() if location else ""
        if location is None and len(cells) > 1:
            missing.append(place)
        elif location and fault:
            faults.append(tell_unmapped(location.label, fault))
        elif location:
            locations.append(location)
    return Located(locations=tuple(locations), faults=tuple(faults), missing=tuple(missing))


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
    absent = [one.strip().lower() in _ABSENT for one in (latitude, longitude)]
    if all(absent):
        return None
    label = _find_label(cells, used)
    try:
        if any(absent):
            raise CoordinateError(f"its {'latitude' if absent[0] else 'longitude'} is missing")
        return Location(latitude=_parse_degrees(latitude), longitude=_parse_degrees(longitude), label=label)
    except CoordinateError as error:
        raise CoordinateError(tell_unmapped(label, str(error))) from error


def _find_coordinates(cells: Cells) -> tuple[frozenset[str], str, str] | None:
    """Names of the columns that hold them, and latitude and longitude as they are written."""
    rests: dict[frozenset[str], tuple[str, str]] = {}
    named = [(key, _split_key(key), value) for key, value in cells if _may_name(key)]
    for key, words, value in named:
        if (words & _LATITUDE and words & _LONGITUDE) or words & _BOTH:
            latitude, parted, longitude = value.partition(", ")
            if parted:
                return frozenset((key,)), latitude, longitude
        elif words & _LATITUDE:
            rests.setdefault(words - _LATITUDE - _AXES, (key, value))
    for key, words, value in named:
        first = rests.get(words - _LONGITUDE - _AXES) if words & _LONGITUDE else None
        if first is not None:
            return frozenset((first[0], key)), first[1], value
    return _find_geometry(cells)


def _may_name(key: str) -> bool:
    return len(key) <= _NAME_MAX and any(hint in key.lower() for hint in _HINTS)


def _find_geometry(cells: Cells) -> tuple[frozenset[str], str, str] | None:
    """A point of GeoJSON, which has its longitude first, or the middle of an outline."""
    named = dict(cells)
    prefixes = (key.removesuffix("type") for key, value in cells if _is_geometry(key, value))
    told = ((prefix, _list_geometry(prefix, cells)) for prefix in prefixes)
    prefix, used = next((one for one in told if one[1]), ("", frozenset()))
    if not used:
        return None
    if named[f"{prefix}type"] == "Point":
        longitude, _, after = named.get(f"{prefix}coordinates", "").partition(", ")
        return used, after.partition(", ")[0], longitude
    sides = named.get(f"{prefix}bbox", "").split(", ")
    if len(sides) in _BOX_SIDES:
        half = len(sides) // 2  # its corner in the south-west comes first, with its height if it has one
        return used, _find_middle(sides[1::half][:2]), _find_middle(sides[::half][:2], wraps=True)
    positions = [(*value.split(", ")[:2], "")[:2] for key, value in cells if key.startswith(f"{prefix}coordinates")]
    longitudes = [one[0] for one in positions]
    with suppress(ValueError):  # no number: told with what stands there
        longitudes = begin_behind_gap(sorted(longitudes, key=float))
    longitudes = [*longitudes[:1], *longitudes[-1:]]
    return used, _find_middle([one[1] for one in positions]), _find_middle(longitudes, wraps=True)


def _is_geometry(key: str, value: str) -> bool:
    return value in _GEOMETRIES and (key == "type" or key.endswith(".type"))


def _list_geometry(prefix: str, cells: Cells) -> frozenset[str]:
    """The columns of a geometry; none for another thing's type, such as "Point" among a feature's properties."""
    where = (f"{prefix}coordinates", f"{prefix}bbox")
    found = frozenset(key for key, _ in cells if key.startswith(where))
    return found | {f"{prefix}type"} if found else found


def _find_middle(written: Sequence[str], *, wraps: bool = False) -> str:
    """The middle between the least and the greatest; one that is no number as it stands.

    Args:
        written: Degrees.
        wraps: They are a box's west and east; one whose west is the greater lies across the 180th meridian.
    """
    numbers: list[float] = []
    for one in written:
        try:
            numbers.append(float(one))
        except ValueError:
            return one
    if not numbers:
        return ""
    middle = (min(numbers) + max(numbers)) / 2
    if wraps and numbers[0] > numbers[-1]:
        middle += -180 if middle > 0 else 180
    return f"{middle:.{_MIDDLE_DIGITS}f}"


def _find_label(cells: Cells, used: frozenset[str]) -> str:
    told = {key: value for key, value in cells if key not in used and value.strip()}
    named = choose_naming(list(told))
    if named is not None:
        return told[named][:_LABEL_MAX]
    return next((value[:_LABEL_MAX] for key, value in told.items() if _may_tell(key, value)), "")


def _may_tell(key: str, value: str) -> bool:
    return "type" not in _split_key(key) and any(map(str.isalpha, value))


def _parse_degrees(written: str) -> float:
    bare = written.strip()
    match = _DEGREES.regex.fullmatch(" ".join(bare.split())) if len(bare) <= _DEGREES_MAX else None
    if match is None:
        raise CoordinateError(f"{bare[:40]!r} is no number of degrees")
    degrees = sum(
        float((match[part] or "0").replace(",", ".")) / share
        for part, share in (("degrees", 1), ("minutes", 60), ("seconds", 3600))
    )
    for part in ("minutes", "seconds"):
        if float((match[part] or "0").replace(",", ".")) >= _SIXTY:
            raise CoordinateError(f"{bare!r} has {match[part]} {part}, which end at 59")
    side = (match["before"] or match["after"] or "").upper()
    return -degrees if match["sign"] in ("-", "\u2212") or side in ("S", "W") else degrees


def _split_key(key: str) -> frozenset[str]:
    return frozenset(_WORDS.regex.findall(_CAMEL.regex.sub(" ", key).lower()))


def _iterate_rows(text: str, start: int, end: int, headers: dict[int, list[str]]) -> Iterator[tuple[int, Cells]]:
    """Where each row begins, with its cells."""
    names: list[str] | None = None  # of the columns of the table between bars that the line before is in
    for place, line_end in _iterate_lines(text, start, min(end, start + _CHARACTERS_MAX)):
        if text.find("|", place, line_end) < 0:
            names = None
            if line_end - place <= _LINE_MAX and "; " in (line := text[place:line_end]):
                pairs = (pair.partition(": ") for pair in line.split("; ", _CELLS_MAX)[:_CELLS_MAX])
                yield place, [(key, value) for key, parted, value in pairs if parted]
            continue
        if names is None:
            names = headers[place] = _read_header(text, place, headers)
        if names and line_end - place <= _LINE_MAX:
            cells = _split_bars(text[place:line_end])
            if cells != names and not _is_rule(cells):
                yield place, list(zip(names, cells, strict=False))


def _is_rule(cells: Sequence[str]) -> bool:
    return all(not cell.strip("-: ") for cell in cells)


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


def _read_header(text: str, place: int, known: Mapping[int, list[str]]) -> list[str]:
    """The names in the first of the lines of cells between bars that a line is among; none without coordinates."""
    first = place
    for _ in range(_HEADER_LINES_MAX):
        if first in known:
            return known[first]
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
    return [cell.strip().strip("*_`") for cell in bare.split("|", _CELLS_MAX)[:_CELLS_MAX]]
