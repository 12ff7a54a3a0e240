"""Tables in CSV and TSV: a line for the column names, then a line a row."""

import csv
import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document
from moe_core.contracts.loader import Loaded
from moe_kit.documents.delimiters import find_delimiter
from moe_kit.documents.encodings import read_text
from moe_kit.documents.tables import RecordWriter, find_first_row, is_names_row
from moe_kit.tables.columns_line import write_columns

_SAMPLE_ROWS = 50
_CHARACTERS_MAX = 40_000_000  # what is written of one table, so that its memory is bounded
_SWALLOWED_LINES = 200  # a quotation mark that nobody closes takes the lines below it into its cell
_SEPARATOR_LINE = re.compile(r"sep=(.)\n", re.IGNORECASE)


class _SwallowedError(Exception):
    """A cell took in far more lines than a cell has."""


def load_csv(path: Path, document_id: str) -> Loaded:
    """Read a table as one document, each row a line "column: value; column: value".

    Raises:
        DocumentError: It cannot be read as a table.
    """
    text = read_text(path, document_id)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # a cell may be all of it
    is_tabbed = path.suffix.lower() in (".tsv", ".tab")
    named = _SEPARATOR_LINE.match(text)  # so Excel says what it parts cells by
    if named:
        text = text[named.end() :]
    delimiter = named.group(1) if named else "\t" if is_tabbed else find_delimiter(text)
    notes: list[str] = []
    try:
        try:
            lines = _write_rows(_iterate_rows(text, delimiter, csv.QUOTE_MINIMAL), notes)
        except _SwallowedError:
            lines = _write_rows(_iterate_rows(text, delimiter, csv.QUOTE_NONE), notes)
    except csv.Error as error:
        raise DocumentError(f"{document_id} could not be read as a table: {error}", path=document_id) from error
    document = Document(
        document_id=document_id,
        title="",
        text="\n".join(lines),
        source=document_id,
        media_type="text/tab-separated-values" if delimiter == "\t" else "text/csv",
    )
    return Loaded(documents=(document,), notes=tuple(notes))


def _iterate_rows(text: str, delimiter: str, quoting: int) -> Iterator[list[str]]:
    for row in csv.reader(_iterate_lines(text), delimiter=delimiter, quoting=quoting):  # type: ignore[arg-type]
        if quoting == csv.QUOTE_MINIMAL and any(
            len(cell) > _SWALLOWED_LINES and cell.count("\n") > _SWALLOWED_LINES for cell in row
        ):
            raise _SwallowedError
        yield row


def _iterate_lines(text: str) -> Iterator[str]:
    """The lines with their ends; one at a time, because a copy of the text may be too much."""
    place = 0
    while place < len(text):
        end = text.find("\n", place) + 1 or len(text)
        yield text[place:end]
        place = end


def _write_rows(rows: Iterator[list[str]], notes: list[str]) -> list[str]:
    sample = list(islice(rows, _SAMPLE_ROWS))
    first = find_first_row(sample)
    lines = [" ".join(" ".join(row).split()) for row in sample[:first]]
    body = sample[first:]
    if body and is_names_row(body[0]):
        writer = RecordWriter(body.pop(0))
        lines.append(write_columns(writer.names))
    else:
        writer = RecordWriter(())
    length = 0
    for number, row in enumerate(chain(body, rows), start=1):
        line = writer.write(row)
        if line:
            lines.append(line)
            length += len(line) + 1
            if length > _CHARACTERS_MAX:
                notes.append(f"read in part: its first {number:,} rows; split it")
                break
    return list(filter(None, lines))
