"""Heads, feet and numbers that pages repeat, which are no part of the text."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from moe_kit.documents.pdf.rows import Row

_ROUNDS = 3  # lines of a head or foot
_ROWS_MIN = 3  # a page with fewer may be nothing but a title
_APART = 1.4  # from the text, in steps of its lines
_SHARE_MIN = 0.5  # of the pages, heads of left and right pages taken together
_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|página|pagina)\s*)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|von|de|sur|di)\s*\d{1,4})?\W*", re.I
)
_DIGITS = re.compile(r"\d+")


def drop_running_heads(pages: Sequence[list[Row]]) -> None:
    """Take heads, feet and page numbers off the pages."""
    steps = [one.baseline - other.baseline for rows in pages for one, other in pairwise(rows)]
    step = median(steps) if steps else 0.0
    for is_foot in (False, True):
        for _ in range(_ROUNDS):
            if not _drop_once(pages, step, is_foot=is_foot):
                break


def _drop_once(pages: Sequence[list[Row]], step: float, *, is_foot: bool) -> bool:
    place = -1 if is_foot else 0
    outer = [
        (rows, rows[place]) for rows in pages if len(rows) >= _ROWS_MIN or (len(rows) == 2 and _is_bare(rows[place]))
    ]
    shapes = Counter(_get_shape(row) for _, row in outer)
    exact = Counter((row_text(row), round(row.baseline)) for _, row in outer)
    heights = Counter(round(row.baseline) for _, row in outer)
    repeated = sum(count for count in shapes.values() if count > 1)
    if len(outer) < 2 or repeated < _SHARE_MIN * len(pages):
        return False
    dropped = False
    for rows, row in outer:
        around = sum(heights[round(row.baseline) + shift] for shift in (-2, -1, 0, 1, 2))
        is_usual = around >= 0.3 * len(outer) and around > 1
        is_apart = _get_gap(rows, is_foot=is_foot) > _APART * step
        is_same = exact[row_text(row), round(row.baseline)] >= max(3, _SHARE_MIN * len(pages))
        if is_usual and shapes[_get_shape(row)] > 1 and (is_apart or is_same or _is_bare(row)):
            del rows[place]
            dropped = True
    return dropped


def row_text(row: Row) -> str:
    """Its words."""
    return " ".join(piece.text for piece in row.pieces)


def _get_shape(row: Row) -> str:
    text = row_text(row)
    return "0" if _NUMBER.fullmatch(text) else _DIGITS.sub("0", text)


def _is_bare(row: Row) -> bool:
    return _NUMBER.fullmatch(row_text(row)) is not None


def _get_gap(rows: Sequence[Row], *, is_foot: bool) -> float:
    one, other = (rows[-2], rows[-1]) if is_foot else (rows[0], rows[1])
    return one.baseline - other.baseline
