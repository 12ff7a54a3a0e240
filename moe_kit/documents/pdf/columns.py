"""The order in which a page is read: down each column, along each row of a table."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from moe_kit.documents.pdf.rows import PIECE_GAP, Row, RowPiece, join_pieces

_DEPTH_MAX = 6
_PROSE_LINES_MIN = 3
_PROSE_CHARACTERS_MIN = 18
_MARKER = re.compile(r"[•●○◦▪■–—*·‣-]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.):]|\[\w{1,8}\]|§|(?:\d+\.)+\d*|\d{1,2}")
_LEADERS = re.compile(r"(?:\s?\.){4,}\s?")
_WIDE_GAP = 2.0  # between pieces of a line that stands alone, in sizes of its font: more is no space between words

Span = tuple[float, float]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it is read.

    Attributes:
        text: Its words; " | " stands between the cells of a table's row.
        left: Where it begins.
        right: Where it ends.
        baseline: How high it stands.
        size: The size of its letters.
        is_bold: Most of its letters are.
        is_cells: It is a row of a table.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    is_bold: bool = False
    is_cells: bool = False


def read_lines(rows: Sequence[Row], depth: int = 0) -> list[Line]:
    """Put the rows of a page, or of a part of it, into reading order."""
    lines: list[Line] = []
    begin = 0
    while begin < len(rows):
        end, gutters = _find_block(rows, begin) if depth < _DEPTH_MAX else (begin + 1, [])
        lines += _read_block(rows[begin:end], gutters, depth) if gutters else _read_alone(rows[begin:end])
        begin = end
    return lines


def _find_block(rows: Sequence[Row], begin: int) -> tuple[int, list[Span]]:
    """The longest run of rows that share an empty strip between texts, with its strips."""
    covered: list[Span] = []
    gutters: list[Span] = []
    for end in range(begin, len(rows)):
        wider = _cover(covered, rows[end])
        found = _find_gaps(wider, rows[end].size)
        if not found and (gutters or (len(wider) == 1 and end > begin and _is_wide(rows[end], wider))):
            return (end, gutters) if gutters else (begin + 1, [])
        covered, gutters = wider, found
    return (len(rows), gutters) if gutters else (begin + 1, [])


def _is_wide(row: Row, covered: list[Span]) -> bool:
    """Whether a row covers what was covered so far: no strip can follow from there on."""
    return row.pieces[-1].right - row.pieces[0].left > 0.9 * (covered[0][1] - covered[0][0])


def _cover(covered: list[Span], row: Row) -> list[Span]:
    merged: list[Span] = []
    for left, right in sorted([*covered, *((piece.left, piece.right) for piece in row.pieces)]):
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return merged


def _find_gaps(covered: list[Span], size: float) -> list[Span]:
    return [(one[1], other[0]) for one, other in pairwise(covered) if other[0] - one[1] >= PIECE_GAP * size]


def _read_block(rows: Sequence[Row], gutters: list[Span], depth: int) -> list[Line]:
    """Rows that share empty strips: columns of a page, a table, or text with marks in its margin."""
    border = _find_column_border(rows, gutters)
    if border is not None:
        head, rows, tail = _trim(rows, border)
        left, right = _split(rows, border)
        return [
            *read_lines(head, depth + 1),
            *read_lines(left, depth + 1),
            *read_lines(right, depth + 1),
            *read_lines(tail, depth + 1),
        ]
    lefts = [row.pieces[0] for row in rows if row.pieces[0].right <= gutters[0][0] + 0.1]
    if all(_MARKER.fullmatch(piece.text) for piece in lefts):
        if len(gutters) > 1 and depth < _DEPTH_MAX:
            return _read_cells(rows, gutters[1:])
        return _read_alone(rows)
    if sum(len(row.pieces) > 1 for row in rows) < 2:
        return _read_alone(rows)
    return _read_cells(rows, gutters)


def _find_column_border(rows: Sequence[Row], gutters: list[Span]) -> Span | None:
    """The widest strip between two columns that are read one after the other."""
    for gutter in sorted(gutters, key=lambda span: span[0] - span[1]):
        left, right = _split(rows, gutter)
        if len(left) < 2 or len(right) < 2:
            continue
        if _is_drawn_down(left, right) or (_is_prose(left) and _is_prose(right)):
            return gutter
    return None


def _split(rows: Sequence[Row], gutter: Span) -> tuple[list[Row], list[Row]]:
    middle = (gutter[0] + gutter[1]) / 2
    sides: tuple[list[Row], list[Row]] = ([], [])
    for row in rows:
        for side, is_right in zip(sides, (False, True), strict=True):
            pieces = tuple(piece for piece in row.pieces if (piece.left > middle) == is_right)
            if pieces:
                side.append(replace(row, pieces=pieces))
    return sides


def _is_drawn_down(left: list[Row], right: list[Row]) -> bool:
    """Whether one side was drawn before the other began, as columns are and rows of tables are not."""
    first, second = ([piece.order for row in side for piece in row.pieces] for side in (left, right))
    return max(first) < min(second) or max(second) < min(first)


def _is_prose(rows: list[Row]) -> bool:
    """Whether lines fill their column and go on in the next."""
    if len(rows) < _PROSE_LINES_MIN:
        return False
    texts = [" ".join(piece.text for piece in row.pieces) for row in rows]
    begin, end = min(row.pieces[0].left for row in rows), max(row.pieces[-1].right for row in rows)
    full = sum(row.pieces[-1].right - row.pieces[0].left > 0.7 * (end - begin) for row in rows)
    long = sum(len(text) >= _PROSE_CHARACTERS_MIN or (not text.isascii() and len(text) >= 9) for text in texts)
    joined = "".join(texts)
    has_case = joined.lower() != joined.upper()
    going_on = sum(text[0].islower() or before[-1] in "-,;" for before, text in pairwise(texts))
    return min(full, long) >= 0.55 * len(rows) and (not has_case or going_on >= 0.35 * (len(rows) - 1))


def _trim(rows: Sequence[Row], gutter: Span) -> tuple[Sequence[Row], Sequence[Row], Sequence[Row]]:
    """Take off what stands above or below both columns, on one side alone and apart from it."""
    middle = (gutter[0] + gutter[1]) / 2
    both = [n for n, row in enumerate(rows) if row.pieces[0].left < middle < row.pieces[-1].right]
    if not both:
        return [], rows, []
    steps = sorted(one.baseline - other.baseline for one, other in pairwise(rows))
    usual = steps[len(steps) // 2] if steps else 0.0
    begin, end = 0, len(rows)
    for number in range(both[0], 0, -1):
        if rows[number - 1].baseline - rows[number].baseline > 1.6 * usual:
            begin = number
            break
    for number in range(both[-1], len(rows) - 1):
        if rows[number].baseline - rows[number + 1].baseline > 1.6 * usual:
            end = number + 1
            break
    return rows[:begin], rows[begin:end], rows[end:]


def _read_cells(rows: Sequence[Row], gutters: list[Span]) -> list[Line]:
    """A table's rows, the lines of one cell joined."""
    borders = [(left + right) / 2 for left, right in gutters]
    table: list[list[list[RowPiece]]] = []
    for row in rows:
        cells = [
            [piece for piece in row.pieces if _count_below(borders, piece.left) == n] for n in range(len(borders) + 1)
        ]
        if table and _is_continued(table[-1], cells, borders, rows):
            for above, cell in zip(table[-1], cells, strict=True):
                above += cell
        else:
            table.append(cells)
    return [line for cells in table if (line := _make_line(cells)) is not None]


def _count_below(borders: list[float], place: float) -> int:
    return sum(border < place for border in borders)


def _is_continued(
    above: list[list[RowPiece]], cells: list[list[RowPiece]], borders: list[float], rows: Sequence[Row]
) -> bool:
    """Whether a line goes on with the cells of the line above."""
    filled = [n for n, cell in enumerate(cells) if cell]
    if any(not above[n] for n in filled):
        return False
    drawn_before = any(cells[n][0].order < later.order for n in filled for cell in above[n + 1 :] for later in cell[:1])
    is_full = all(_is_full(above[n][-1], n, borders, rows) for n in filled)
    if drawn_before and is_full:
        return True
    is_unit = all(cells[n][0].text[:1] == "(" for n in filled)
    goes_on = all(cells[n][0].text[:1].islower() or cells[n][0].text[:1] == "(" for n in filled)
    if len(filled) > 1:
        return is_unit or (goes_on and is_full)
    if filled[0] == 0:
        return goes_on and is_full
    size = cells[filled[0]][0].size
    step = above[filled[0]][-1].baseline - cells[filled[0]][0].baseline
    return is_full and step < 1.6 * size


def _is_full(piece: RowPiece, column: int, borders: list[float], rows: Sequence[Row]) -> bool:
    """Whether a line of a cell is so long that the cell may go on below it."""
    beside = [other for row in rows for other in row.pieces if _count_below(borders, other.left) == column]
    left, right = min(other.left for other in beside), max(other.right for other in beside)
    return piece.right - left > 0.75 * (right - left)


def _make_line(cells: list[list[RowPiece]]) -> Line | None:
    texts = [_join_texts(piece.text for piece in cell) for cell in cells]
    pieces = [piece for cell in cells for piece in cell]
    shown = [text for text in texts if text]
    if not shown:
        return None
    return _describe(pieces, " | ".join(shown), is_cells=len(shown) > 1)


def _join_texts(texts: Iterable[str]) -> str:
    """The lines of a cell as one; a hyphen at a line's end keeps the mark of that end."""
    joined = ""
    for text in texts:
        is_cut = joined[-2:-1].isalpha() and joined.endswith("-") and text[:1].islower()
        joined += ("\n" if is_cut else " " if joined else "") + text
    return joined


def _read_alone(rows: Iterable[Row]) -> list[Line]:
    """Rows that no strip parts: lines of text."""
    lines = []
    for row in rows:
        whole = row.pieces[0]
        for piece in row.pieces[1:]:
            is_far = piece.left - whole.right > _WIDE_GAP * max(piece.size, whole.size)
            is_apart = is_far and not _MARKER.fullmatch(whole.text) and not _LEADERS.search(whole.text + piece.text)
            whole = join_pieces(whole, piece, " | " if is_apart else " ")
        lines.append(_describe(row.pieces, whole.text, is_cells=" | " in whole.text))
    return lines


def _describe(pieces: Sequence[RowPiece], text: str, *, is_cells: bool) -> Line:
    longest = max(pieces, key=lambda piece: len(piece.text))
    return Line(
        text=_LEADERS.sub(" … ", text).strip(),
        left=min(piece.left for piece in pieces),
        right=max(piece.right for piece in pieces),
        baseline=max(piece.baseline for piece in pieces),
        size=longest.size,
        is_bold=longest.is_bold,
        is_cells=is_cells,
    )
