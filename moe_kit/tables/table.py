"""A table: named columns of cells, and where each row stands in its document."""

import re
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import PurePath

import msgspec

from moe_kit.tables.cells import is_empty, parse_amounts, parse_dates, parse_months, writes_decimal_comma

_SAMPLE = 300  # cells of each column, to tell how its numbers are written
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_IDENTIFIER = re.compile(
    r"(?:^|[\W_])(?:id|no|nr|number|nummer|code|key|phone|telefon|zip|plz|postcode|ext)(?:$|[\W_])"
)


class Column(msgspec.Struct, frozen=True, dict=True):
    """One column.

    Attributes:
        cells: One a row, "" where there is none.
        decimal_comma: Its table writes 1.234,50.
        is_first: It is the table's first.
    """

    name: str
    cells: Sequence[str]
    decimal_comma: bool = False
    is_first: bool = False

    @cached_property
    def numbers(self) -> list[float | None] | None:
        """Its numbers, None for each row without; None when it holds text."""
        return parse_amounts(self.cells, decimal_comma=self.decimal_comma)

    @cached_property
    def dates(self) -> list[date | None] | None:
        """Its dates, None for each row without; None when it holds others."""
        return parse_dates(self.cells)

    @cached_property
    def months(self) -> list[date | None] | None:
        """The first days of its months, None for each row without; None when it holds others."""
        return parse_months(self.cells)

    @cached_property
    def values(self) -> dict[str, int]:
        """Each different cell, with how many rows have it."""
        counts: dict[str, int] = {}
        for cell in self.cells:
            counts[cell] = counts.get(cell, 0) + 1
        return {cell: count for cell, count in counts.items() if not is_empty(cell)}

    @cached_property
    def holds_years(self) -> bool:
        """Whether all it holds are years."""
        return bool(self.values) and all(_YEAR.fullmatch(value.strip()) for value in self.values)

    @property
    def is_measure(self) -> bool:
        """Whether its numbers may be added up: no years, no numbers that only name a row."""
        if self.numbers is None or self.holds_years or _IDENTIFIER.search(self.name.lower()):
            return False
        is_whole = all(number is None or number.is_integer() for number in self.numbers)
        return not (self.is_first and is_whole and len(self.values) == len(self.cells) > 1)


class DocumentTable(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a document that have the same columns.

    Attributes:
        document: Its id.
        heading: What it stands under.
        rows: [start, end) of each row in the document.
    """

    document: str
    heading: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[int, int]]

    @property
    def file(self) -> str:
        """The name of its file."""
        return PurePath(self.document).name


def build_table(
    document: str, heading: str, names: Sequence[str], cells: Sequence[Sequence[str]], rows: Sequence[tuple[int, int]]
) -> DocumentTable:
    """A table of columns of cells."""
    samples = [cell for column in cells for cell in islice(column, _SAMPLE)]
    comma = writes_decimal_comma(samples)
    named = zip(names, cells, strict=True)
    columns = tuple(Column(name, column, comma, not place) for place, (name, column) in enumerate(named))
    return DocumentTable(document=document, heading=heading, columns=columns, rows=rows)
