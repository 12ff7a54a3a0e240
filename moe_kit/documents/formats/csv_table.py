"""Tables in CSV and TSV: a line for the column names, then a line a row."""

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import islice
from pathlib import Path

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document
from moe_core.contracts.loader import Loaded
from moe_kit.documents.encodings import read_text
from moe_kit.documents.outline import collapse
from moe_kit.documents.records import clean_key, format_record

_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 50


def load_csv(path: Path, document_id: str) -> Loaded:
    """Read a table as one document, each row a line "column: value; column: value".

    Raises:
        DocumentError: It cannot be read as a table.
    """
    text = read_text(path, document_id)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # a cell may be all of it
    is_tabbed = path.suffix.lower() == ".tsv"
    delimiter = "\t" if is_tabbed else find_delimiter(text)
    try:
        lines = _format_rows(text, delimiter)
    except csv.Error as error:
        raise DocumentError(f"{document_id} could not be read as a table: {error}", path=document_id) from error
    document = Document(
        document_id=document_id,
        title="",
        text="\n".join(lines),
        source=document_id,
        media_type="text/tab-separated-values" if is_tabbed else "text/csv",
    )
    return Loaded(documents=(document,))


def find_delimiter(text: str) -> str:
    """The delimiter that parts the first rows into the most columns, alike in most rows; "," when there is none."""
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        rows = [
            row
            for row in islice(
                csv.reader(text.split("\n", _SAMPLE_ROWS)[:_SAMPLE_ROWS], delimiter=delimiter), _SAMPLE_ROWS
            )
            if row
        ]
        if not rows:
            continue
        columns, count = Counter(map(len, rows)).most_common(1)[0]
        # Even rows matter more than many columns: a comma inside the prose of a cell makes uneven ones.
        score = (count / len(rows)) ** 2 * min(columns, 10) if columns > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _format_rows(text: str, delimiter: str) -> list[str]:
    rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    first = next((row for row in rows if any(cell.strip() for cell in row)), [])
    if _is_header(first):
        names = [clean_key(cell) or f"column {number}" for number, cell in enumerate(first, start=1)]
        lines = ["columns: " + ", ".join(names)]
        body: Iterator[list[str]] = rows
    else:
        names, lines = [], []
        body = iter([first, *rows])
    for row in body:
        names += [f"column {number}" for number in range(len(names) + 1, len(row) + 1)]
        line = format_record(zip(names, map(collapse, row), strict=False))
        if line:
            lines.append(line)
    return lines


def _is_header(row: list[str]) -> bool:
    cells = [cell.strip() for cell in row]
    return bool(cells) and len(set(cells)) == len(cells) and not any(_is_number(cell) for cell in cells)


def _is_number(cell: str) -> bool:
    digits = cell.strip("%£$€ +-").replace(",", "").replace(".", "")
    return digits.isdecimal() and not (
        len(digits) == 4 and digits[:2] in ("18", "19", "20")
    )  # a year may head a column
