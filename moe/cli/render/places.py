"""Where in its document a citation stands, as people find it: by page, row of a table or line."""

import csv
import io
import os
from functools import lru_cache
from pathlib import Path

from moe.contracts.result import Citation
from moe_core.files.regular import read_regular
from moe_core.text.lines import join_line

_WRITTEN_OTHERWISE = frozenset((".md", ".markdown", ".mdown", ".mkd", ".txt", ".text"))
_MARKS = {".csv": ",;\t|", ".tsv": "\t"}  # between the cells of such files
_MAX_BYTES = 4_000_000  # larger files are not read again only to count


def find_place(citation: Citation) -> str:
    """The place as it stands behind the name of the document; "" where none is known."""
    if citation.page:
        return name_page(citation.page)
    row = find_row(citation)
    if row is not None:
        return f", row {row}"
    line = find_line(citation)
    return f", line {line}" if line is not None else ""


def find_row(citation: Citation) -> int | None:
    """The row of its comma- or tab-separated file, from 1 below the head, where a citation is one and the only such."""
    path = Path(citation.document)
    if path.suffix.lower() not in _MARKS:
        return None
    try:
        rows = _read_rows(path, os.stat(path).st_mtime_ns)
    except (OSError, ValueError, csv.Error):
        return None
    found = [number for number, row in enumerate(rows, start=1) if row == citation.text]
    return found[0] if len(found) == 1 else None


def find_line(citation: Citation) -> int | None:
    """The line of its file that a citation starts on, where the file is text and says just that, there or once."""
    path = Path(citation.document)
    try:
        text = _read(path).replace("\r\n", "\n").replace("\r", "\n")
    except (OSError, ValueError):
        return None
    start = citation.start
    if text[start : citation.end] != citation.text:
        # What was read of these may lack, or write otherwise, what stands above.
        start = text.find(citation.text) if path.suffix.lower() in _WRITTEN_OTHERWISE else -1
        if start < 0 or text.find(citation.text, start + 1) >= 0:
            return None
    return text.count("\n", 0, start) + 1


def name_page(page: str) -> str:
    """A page's label as it stands behind the name of its document."""
    return f", page{'s' if '-' in page.strip('-') else ''} {join_line(page)}" if page else ""


@lru_cache(maxsize=1)  # an answer over a table cites many rows of one file
def _read_rows(path: Path, _changed: int) -> tuple[str, ...]:
    """The rows below the head as they are written into text: the name of each column with what stands in it."""
    text = _read(path)
    head = text.partition("\n")[0]
    mark = max(_MARKS[path.suffix.lower()], key=head.count)
    names, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    return tuple(
        "; ".join(f"{name.strip()}: {cell.strip()}" for name, cell in zip(names, row, strict=False) if cell.strip())
        for row in rows
        if any(map(str.strip, row))
    )


def _read(path: Path) -> str:
    return read_regular(path, max_bytes=_MAX_BYTES).decode("utf-8-sig")
