"""Characters of a page put together to pieces of lines, and these to rows across the page."""

import itertools
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from statistics import median

import msgspec
from msgspec.structs import replace

from moe_kit.documents.pdf.glyphs import Glyph

# In sizes of the font. TeX sets words 0.22 apart at the least and kerns letters by up to 0.08.
_WORD_GAP = 0.12
PIECE_GAP = 0.7  # words of one line are rarely that far apart, columns of a page or table never nearer
_SPACED_LETTERS_MIN = 6


class RowPiece(msgspec.Struct, frozen=True, kw_only=True):
    """Words of one line that stand together.

    Attributes:
        text: Its words, with single spaces.
        left: Where it begins.
        right: Where it ends.
        baseline: The line it stands on; grows upward.
        size: The size of most of its letters.
        order: When it was drawn, among the page's characters.
        is_bold: Most of its letters are.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    order: int
    is_bold: bool = False


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """All pieces on one height of the page, from left to right."""

    pieces: tuple[RowPiece, ...]
    baseline: float
    size: float


def build_rows(glyphs: list[Glyph]) -> list[Row]:
    """The rows of a page, from top to bottom."""
    pieces = sorted(_build_pieces(glyphs), key=lambda piece: -piece.size)
    rows: list[list[RowPiece]] = []
    heights: list[tuple[float, int]] = []  # baselines in order, each with its row
    for piece in pieces:
        place = bisect_left(heights, (piece.baseline, -1))
        near = [heights[n] for n in range(max(0, place - 3), min(len(heights), place + 3))]
        number = next((row for base, row in near if _share_line(piece, base, rows[row][0].size)), None)
        if number is None:
            heights.insert(place, (piece.baseline, len(rows)))
            rows.append([piece])
        else:
            rows[number].append(piece)
    built = [Row(pieces=_join_near(row), baseline=row[0].baseline, size=row[0].size) for row in rows]
    return sorted(built, key=lambda row: -row.baseline)


def _share_line(piece: RowPiece, baseline: float, size: float) -> bool:
    """Whether most of the smaller one's height is beside the other: a superscript is, the next line is not."""
    top = min(piece.baseline + 0.7 * piece.size, baseline + 0.7 * size)
    return top - max(piece.baseline, baseline) > 0.5 * 0.7 * min(piece.size, size)


def _build_pieces(glyphs: Iterable[Glyph]) -> list[RowPiece]:
    """Cut the stream of characters where it moves on to another place."""
    pieces: list[RowPiece] = []
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not _goes_on(run[-1], glyph):
            pieces += _make_piece(run)
            run = []
        if run or not glyph.text.isspace():
            run.append(glyph)
    return pieces + _make_piece(run)


def _goes_on(before: Glyph, glyph: Glyph) -> bool:
    size = max(before.size, glyph.size)
    is_same_line = abs(before.baseline - glyph.baseline) < 0.2 * size
    return is_same_line and _get_gap(before, glyph) < PIECE_GAP * size and abs(before.size - glyph.size) < 0.4 * size


def _get_gap(one: Glyph | RowPiece, other: Glyph | RowPiece) -> float:
    """The space between two, whichever comes first; negative where they overlap."""
    return max(other.left - one.right, one.left - other.right)


def _make_piece(run: list[Glyph]) -> list[RowPiece]:
    letters = [glyph for glyph in run if not glyph.text.isspace()]
    if not letters:
        return []
    text = unicodedata.normalize("NFC", _spell(run)).strip()
    sizes = sorted(glyph.size for glyph in letters)
    piece = RowPiece(
        text=text,
        left=min(glyph.left for glyph in letters),
        right=max(glyph.right for glyph in letters),
        baseline=letters[0].baseline,
        size=sizes[len(sizes) // 2],
        order=letters[0].order,
        is_bold=sum(glyph.is_bold for glyph in letters) * 2 > len(letters),
    )
    return [piece]


def _spell(run: list[Glyph]) -> str:
    """The characters as words: a gap is a space unless the letters are spaced out all alike."""
    word_gap = _find_word_gap(run)
    parts: list[str] = []
    before: Glyph | None = None
    for glyph in run:
        if glyph.text.isspace():
            if parts and parts[-1] != " ":
                parts.append(" ")
            continue
        if before is not None and parts[-1] != " ":
            is_apart = _get_gap(before, glyph) > word_gap * max(before.size, glyph.size)
            if is_apart and not unicodedata.combining(glyph.text[0]) and not _is_ideograph(before.text, glyph.text):
                parts.append(" ")
        parts.append(glyph.text)
        before = glyph
    return "".join(parts)


def _find_word_gap(run: list[Glyph]) -> float:
    """From which gap on a word ends, in sizes of the font."""
    gaps = [
        _get_gap(one, other) / max(one.size, other.size)
        for one, other in itertools.pairwise(run)
        if not one.text.isspace() and not other.text.isspace()
    ]
    if len(gaps) < _SPACED_LETTERS_MIN:
        return _WORD_GAP
    middle = median(gaps)
    is_even = sum(abs(gap - middle) < 0.25 * middle for gap in gaps) > 0.7 * len(gaps)
    return 1.6 * middle if middle > 0.6 * _WORD_GAP and is_even else _WORD_GAP


def _is_ideograph(one: str, other: str) -> bool:
    """Whether both are characters of a script that sets no spaces."""
    return all("\u3000" <= text[0] <= "\u9fff" or "\uff00" <= text[0] <= "\uffef" for text in (one, other))


def _join_near(pieces: list[RowPiece]) -> tuple[RowPiece, ...]:
    """Join pieces of one row that are no farther apart than words."""
    ordered = sorted(pieces, key=lambda piece: piece.left)
    if sum(map(_is_right_to_left, ordered)) * 2 > len(ordered):
        ordered = ordered[::-1]
    joined: list[RowPiece] = []
    for piece in ordered:
        gap = _get_gap(joined[-1], piece) if joined else 0.0
        if joined and gap < PIECE_GAP * max(joined[-1].size, piece.size):
            space = " " if gap > _WORD_GAP * min(joined[-1].size, piece.size) else ""
            joined[-1] = join_pieces(joined[-1], piece, space)
        else:
            joined.append(piece)
    return tuple(sorted(joined, key=lambda piece: piece.left))


def join_pieces(one: RowPiece, other: RowPiece, space: str) -> RowPiece:
    """Two pieces as one, with what stands between."""
    longer = one if len(one.text) >= len(other.text) else other
    return replace(
        longer,
        text=one.text + space + other.text,
        left=min(one.left, other.left),
        right=max(one.right, other.right),
        order=min(one.order, other.order),
    )


def _is_right_to_left(piece: RowPiece) -> bool:
    letters = [unicodedata.bidirectional(letter) for letter in piece.text if letter.isalpha()]
    return sum(kind in ("R", "AL") for kind in letters) * 2 > len(letters)
