"""Tables as lines of text: each row with the names of its columns, where the table names them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from moe_kit.documents.outline import collapse
from moe_kit.documents.records import clean_key

_NAME_CHARACTERS_MAX = 60  # a longer first row holds sentences, not names
_SPAN_MAX = 1_000  # as browsers do; a cell may claim to span any number of columns
_ROW_LABEL = "row"  # what the column is called that names the rows, where nobody says
_FIGURE = re.compile(r"\W*(?:[A-Z]{3} )?\d")  # figures begin with a digit, or their currency
_NUMBER = re.compile(r"\W*\d[\d\W]*")
_FIGURE_CHARACTERS_MAX = 30
_YEAR = re.compile(r"(?:1[89]|20)\d\d")


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell with the columns and rows that it spans."""

    text: str
    columns: int = 1
    rows: int = 1


class RecordWriter:
    """Writes rows as "name: value; name: value"; a row may be longer than the names."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the names of the columns; one that is blank becomes "column 3", one that comes again "Sum (2)".

        Args:
            names: In the order of the columns.
        """
        self._names: list[str] = []
        counts: Counter[str] = Counter()
        for number, name in enumerate(map(clean_key, names), start=1):
            counts[name] += 1
            again = f" ({counts[name]})" if counts[name] > 1 else ""
            self._names.append(f"{name}{again}" if name else f"column {number}")

    @property
    def names(self) -> list[str]:
        """The names so far."""
        return self._names

    def write(self, cells: Sequence[str]) -> str:
        """A row as one line; "" when all its cells are blank."""
        while len(self._names) < len(cells):
            self._names.append(f"column {len(self._names) + 1}")
        pairs = [
            f"{name}: {value}"
            for name, cell in zip(self._names, cells, strict=False)
            if (value := " ".join(cell.split()))
        ]
        line = "; ".join(pairs)
        return line if line.count(";") < len(pairs) else self._write_with_commas(cells)

    def _write_with_commas(self, cells: Sequence[str]) -> str:
        """As `write`; a semicolon in a value becomes a comma, because it is what parts the pairs."""
        shown = zip(self._names, map(collapse, cells), strict=False)
        return "; ".join(f"{name}: {value.replace(';', ',')}" for name, value in shown if value)


def write_table(rows: Sequence[Sequence[Cell]], *, header_rows: int | None = None) -> list[str]:
    """A table's rows as lines: "name: value; name: value", or "a | b" where no row names the columns.

    A cell that spans rows stands in each of them. One that spans columns stands once; in a header it names them all.

    Args:
        rows: Its rows; a cell that one above spans is not there again.
        header_rows: How many rows at the top name the columns; None when nobody says, and it is to be guessed.
    """
    grid = [row for row in _lay_out(rows) if any(text for _, text in row.values())]
    columns = max(map(len, grid), default=0)
    lines = []
    while columns > 1 and grid and len(grid[0]) == 1:  # a line above the names tells what the table is
        lines.append(_join(grid.pop(0)))
        header_rows = header_rows and header_rows - 1
    if header_rows is None:
        header_rows = int(has_header([[text for _, text in row.values()] for row in grid]))
    if not 0 < header_rows < len(grid):
        return [*lines, *map(_join, grid)]
    names = _name_columns(grid[:header_rows])
    return [*lines, *filter(None, (_write_record(names, row) for row in grid[header_rows:]))]


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row seems to name the columns: short words, none of them twice, over something else.

    Two columns without figures are taken for names and values, a pair a row, which have no header.
    """
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    first = [cell.strip() for cell in rows[0]]
    named = first[1:] if not first[0] else first
    if not all(named) or len(set(named)) < len(named) or any(len(name) > _NAME_CHARACTERS_MAX for name in named):
        return False
    if any(is_figure(name) and not _YEAR.fullmatch(name) for name in named):
        return False
    body = rows[1:]
    if any(set(row) & set(named) for row in body[:50]):
        return False
    if len(first) > 2:
        return True
    is_word = _YEAR.fullmatch(first[1]) or not any(char.isdigit() for char in first[1])
    return bool(is_word) and sum(is_figure(row[1]) for row in body if len(row) > 1) > len(body) / 2


def is_names_row(row: Sequence[str]) -> bool:
    """Whether the first row of a table that is nothing else names its columns: most cells differ, none is a figure."""
    cells = [cell.strip() for cell in row]
    is_varied = len(set(cells)) > len(cells) / 2
    return any(cells) and is_varied and not any(_NUMBER.fullmatch(cell) and not _YEAR.fullmatch(cell) for cell in cells)


def find_first_row(rows: Sequence[Sequence[str]]) -> int:
    """Where the table begins: what stands above the names of its columns fills fewer cells than most rows do."""
    counts = [sum(1 for cell in row if cell.strip()) for row in rows]
    widths = Counter(count for count in counts if count)
    usual = max(widths, key=lambda count: (widths[count], count), default=0)
    if usual < 2:
        return 0
    return next((place for place, count in enumerate(counts) if count >= max(2, usual / 2)), 0)


def is_figure(text: str) -> bool:
    """Whether a cell holds a number, an amount, a date or a time."""
    return len(text) <= _FIGURE_CHARACTERS_MAX and _FIGURE.match(text) is not None


_GridRow = dict[int, tuple[int, str]]  # by the column that a cell begins in: how many it spans, its text


def _lay_out(rows: Sequence[Sequence[Cell]]) -> Iterator[_GridRow]:
    """Rows with the columns of their cells, those among them that a cell above spans."""
    above: dict[int, tuple[int, int, str]] = {}  # by column: rows still to come, columns, text
    for cells in rows:
        placed: _GridRow = {column: (width, text) for column, (_, width, text) in above.items()}
        taken = {place for column, (width, _) in placed.items() for place in range(column, column + width)}
        coming = {column: (left - 1, width, text) for column, (left, width, text) in above.items() if left > 1}
        column = 0
        for cell in cells:
            while column in taken:
                column += 1
            width = min(max(cell.columns, 1), _SPAN_MAX)
            placed[column] = (width, collapse(cell.text))
            if cell.rows > 1:
                coming[column] = (cell.rows - 1, width, placed[column][1])
            column += width
        above = coming
        yield dict(sorted(placed.items()))


def _name_columns(header: Sequence[_GridRow]) -> dict[int, str]:
    """The names of the columns; where there are several rows of names, the upper ones come first."""
    parts: dict[int, dict[str, None]] = {}
    for row in header:
        for column, (width, text) in row.items():
            for place in range(column, column + width):
                if text:
                    parts.setdefault(place, {})[text] = None
    return {column: clean_key(" ".join(names)) for column, names in parts.items()}


def _join(row: _GridRow) -> str:
    return " | ".join(text for _, text in row.values())


def _write_record(names: dict[int, str], row: _GridRow) -> str:
    if len(row) == 1 < len(names):  # a heading for the rows below it
        return _join(row)
    pairs = []
    for column, (_, text) in row.items():
        if text:
            name = names.get(column) or (f"column {column + 1}" if column else _ROW_LABEL)
            pairs.append(f"{name}: {text.replace(';', ',')}")
    return "; ".join(pairs)
