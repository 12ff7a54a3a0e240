"""What parts the cells of a table that is plain text."""

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice

_DELIMITERS = "\t;|,"  # a comma stands in numbers and in prose as well: the others come first
_SAMPLE_ROWS = 50
_EVEN_SHARE = 0.9


def find_delimiter(text: str) -> str:
    """The delimiter that parts the first rows into columns, alike in most of them; "," when there is none."""
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = [len(row) for row in islice(_iterate_rows(text, delimiter), _SAMPLE_ROWS)]
        columns, count = Counter(widths).most_common(1)[0] if widths else (1, 0)
        if columns < 2:
            continue
        share = count / len(widths)
        # The row of names is parted as the others are; rows of one cell above it are no part of the table.
        first = next((width for width in widths if width > 1), 1)
        if share >= _EVEN_SHARE and first == columns and widths[0] == columns:
            return delimiter
        # Even rows matter more than many columns: a comma inside the prose of a cell makes uneven ones.
        score = share**2 * min(columns, 10) * (1 if first == columns else 0.3)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _iterate_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    lines = text.split("\n", 4 * _SAMPLE_ROWS)[: 4 * _SAMPLE_ROWS]
    return (row for row in csv.reader((f"{line}\n" for line in lines), delimiter=delimiter) if any(row))
