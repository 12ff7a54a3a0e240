"""Tables of web pages: which of them hold data, and their rows as lines."""

from collections.abc import Callable

from selectolax.lexbor import LexborNode

from moe_kit.documents.tables import Cell, write_table

_CELLS = ("td", "th")
_PAIR = ["th", "td"]
_PROSE_CHARACTERS = 1_000  # a cell with more makes its table a way to set text side by side
_LAYOUT_ROLES = ("presentation", "none")


def is_data_table(table: LexborNode) -> bool:
    """Whether a table's rows are records; many a table only sets a page's parts side by side."""
    if (table.attributes.get("role") or "").lower() in _LAYOUT_ROLES or table.css_first("table table, h1, h2, h3"):
        return False
    has_names = table.css_first("th") is not None
    if not has_names and table.css_first("pre, ul, ol, h4, p + p"):
        return False
    cells = table.css("td, th")
    if len(cells) < 2 or all(len(_find_cells(row)) < 2 for row in table.css("tr")):
        return False
    return has_names or all(len(cell.text()) <= _PROSE_CHARACTERS for cell in cells)


def read_rows(table: LexborNode, read_inline: Callable[[LexborNode], str]) -> list[str]:
    """A table's rows as lines.

    Args:
        table: A table that holds data.
        read_inline: Gives all text of an element as one line.
    """
    rows = [row for row in table.css("tr") if _find_cells(row)]
    kinds = [[cell.tag for cell in _find_cells(row)] for row in rows]
    if _PAIR in kinds and all(kind in (_PAIR, ["th"], ["td"]) for kind in kinds):  # a name with its value, a row each
        return list(filter(None, (": ".join(filter(None, map(read_inline, _find_cells(row)))) for row in rows)))
    named = 0
    while named < len(rows) and _names_columns(rows[named]):
        named += 1
    cells = [[_read_cell(cell, read_inline) for cell in _find_cells(row)] for row in rows]
    return write_table(cells, header_rows=named or None)


def _find_cells(row: LexborNode) -> list[LexborNode]:
    return [cell for cell in row.iter() if cell.tag in _CELLS]


def _names_columns(row: LexborNode) -> bool:
    if row.parent is not None and row.parent.tag == "thead":
        return True
    cells = _find_cells(row)
    return all(cell.tag == "th" for cell in cells) or (
        len(cells) > 2 and not cells[0].text().strip() and all(cell.tag == "th" for cell in cells[1:])
    )


def _read_cell(cell: LexborNode, read_inline: Callable[[LexborNode], str]) -> Cell:
    return Cell(
        text=read_inline(cell),
        columns=_read_span(cell.attributes.get("colspan")),
        rows=_read_span(cell.attributes.get("rowspan")),
    )


def _read_span(value: str | None) -> int:
    value = (value or "").strip()
    return int(value) if value.isdecimal() and len(value) < 6 else 1
