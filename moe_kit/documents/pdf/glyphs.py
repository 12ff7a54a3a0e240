"""The characters of a PDF page with their places, as PDFium knows them."""

import ctypes
import math
from collections import defaultdict
from typing import NamedTuple

import pypdfium2.raw as pdfium

GLYPHS_MAX = 200_000  # a page of small print has 10,000; what follows is bounded by this

_HYPHENS = {0x02, 0xFFFE, 0xAD, 0x2010}  # PDFium's marks for a hyphen at a line's end, and the characters for it
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_UNMAPPED = "\ufffd"
_BOLD_WEIGHT = 600  # OpenType calls 600 semi-bold
_CELL = 8.0  # points: a square of the page in which doubles are looked for


class Glyph(NamedTuple):
    """A character, its box along the line, the line it stands on, its size, and its number in the page's content."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    order: int
    is_bold: bool


class PageGlyphs(NamedTuple):
    """The characters of a page that are written in one direction, turned so that it is left to right."""

    glyphs: list[Glyph]
    unmapped: int


def read_glyphs(textpage: "pdfium.FPDF_TEXTPAGE") -> PageGlyphs:
    """Read a page's characters: those of its main direction, then the others; what is drawn twice counts once."""
    reader = _GlyphReader(textpage)
    turned: defaultdict[int, list[Glyph]] = defaultdict(list)
    for number in range(min(pdfium.FPDFText_CountChars(textpage), GLYPHS_MAX)):
        found = reader.read(number)
        if found is not None:
            turned[found[0]].append(found[1])
    directions = sorted(turned.values(), key=len, reverse=True)
    glyphs: list[Glyph] = []
    for group in directions:
        # Each direction stands below the one before, as far as layout knows.
        floor = min((glyph.baseline for glyph in glyphs), default=0.0)
        shift = floor - max(glyph.baseline for glyph in group) - 100 if glyphs else 0.0
        kept = _drop_doubles(group)
        glyphs += [glyph._replace(baseline=glyph.baseline + shift) for glyph in kept] if shift else kept
    return PageGlyphs(glyphs, reader.unmapped)


class _GlyphReader:
    """Asks PDFium for one character after the other."""

    def __init__(self, textpage: "pdfium.FPDF_TEXTPAGE") -> None:
        self._page = textpage
        self._box = pdfium.FS_RECTF()
        self._matrix = pdfium.FS_MATRIX()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._refs = tuple(map(ctypes.byref, (self._box, self._matrix, self._x, self._y)))
        self._high = 0
        self._style: tuple[int, float, bool] | None = None
        self._height = (0.0, 0.0, 0.0)
        self.unmapped = 0

    def read(self, number: int) -> tuple[int, Glyph] | None:
        """The character's direction in quarter turns, with the character; None for what PDFium made up."""
        page = self._page
        code = pdfium.FPDFText_GetUnicode(page, number)
        if code <= 0x20 and code not in _HYPHENS:
            self._style = None
            if pdfium.FPDFText_IsGenerated(page, number) == 1:
                return None
        text = self._get_text(code)
        box, _, x, y = self._refs
        if not text or not pdfium.FPDFText_GetLooseCharBox(page, number, box):
            return None
        pdfium.FPDFText_GetCharOrigin(page, number, x, y)
        height = self._y.value, self._box.bottom, self._box.top
        if self._style is None or height != self._height:
            self._style, self._height = self._read_style(number), height
        turns, size, is_bold = self._style
        left, right, baseline = self._turn(turns)
        return turns, Glyph(text, left, right, baseline, size, number, is_bold)

    def _read_style(self, number: int) -> tuple[int, float, bool]:
        """Direction, size and weight: the same for the letters of a word that stand on one height."""
        page, place = self._page, self._matrix
        pdfium.FPDFText_GetMatrix(page, number, self._refs[1])
        size = pdfium.FPDFText_GetFontSize(page, number) * (math.hypot(place.c, place.d) or 1.0)
        turns = round(math.atan2(place.b, place.a) / (math.pi / 2)) % 4
        return turns, max(size, 0.5), pdfium.FPDFText_GetFontWeight(page, number) >= _BOLD_WEIGHT

    def _turn(self, turns: int) -> tuple[float, float, float]:
        box, x, y = self._box, self._x.value, self._y.value
        if turns == 0:
            return box.left, box.right, y
        if turns == 1:
            return box.bottom, box.top, -x
        if turns == 2:
            return -box.right, -box.left, -y
        return -box.top, -box.bottom, x

    def _get_text(self, code: int) -> str:
        if 0xD800 <= code < 0xDC00:  # where PDFium's characters have 16 bits
            self._high = code
            return ""
        if 0xDC00 <= code < 0xE000:
            high, self._high = self._high, 0
            return chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00) if high else ""
        if code in _HYPHENS:
            return "-"
        if code in _LIGATURES:
            return _LIGATURES[code]
        if code == 0 or code == 0xFFFD or 0xE000 <= code < 0xF900:
            self.unmapped += 1
            return _UNMAPPED
        text = chr(code)
        return " " if text.isspace() else text if text.isprintable() or code > 0x2000 else ""


def _drop_doubles(glyphs: list[Glyph]) -> list[Glyph]:
    """Take away characters that are drawn once more over themselves, to look bold or to cast a shadow."""
    kept: list[Glyph] = []
    places: defaultdict[tuple[str, int, int], list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        if glyph.text == " ":
            kept.append(glyph)
            continue
        text, left, right, baseline, size, *_ = glyph
        near = max(0.2 * (right - left), 0.05 * size)
        columns = {int((left - near) // _CELL), int((left + near) // _CELL)}
        rows = {int((baseline - near) // _CELL), int((baseline + near) // _CELL)}
        if any(
            abs(other.left - left) < near and abs(other.baseline - baseline) < near and not _is_ligature(other, glyph)
            for column in columns
            for row in rows
            for other in places.get((text, column, row), ())
        ):
            continue
        places[text, int(left // _CELL), int(baseline // _CELL)].append(glyph)
        kept.append(glyph)
    return kept


def _is_ligature(one: Glyph, other: Glyph) -> bool:
    """Whether two characters are one glyph: PDFium gives each letter of a ligature the box of the whole."""
    return other.order - one.order <= 2 and other.left == one.left and other.right == one.right
