"""Tables found in a document's text: lines of "key: value; key: value", and lines of cells between bars."""

import re
from collections.abc import Iterator, Sequence

from moe_core.contracts.evidence import Document
from moe_kit.tables.columns_line import COLUMNS_LINE
from moe_kit.tables.table import DocumentTable, build_table

_PAIRED = frozenset(("text/csv", "text/tab-separated-values"))  # every line of these is a row
_PAIRS = re.compile(r"[^:;|]{1,100}: .*?; [^:;|]{1,100}: ")
_RULE = re.compile(r"[\s|:=+-]*-[\s|:=+-]*\Z")
_TOTAL = re.compile(r"(?:grand |sub)?totals?\b|sum\b|(?:summe|gesamt|insgesamt)\b", re.IGNORECASE)
_ROWS_MIN = 2
_CAPTION_CHARACTERS_MAX = 100  # a paragraph says much that the rows below it are not about

_Line = tuple[int, str]


def find_tables(document: Document) -> list[DocumentTable]:
    """All tables of a document, in order; rows of totals are left out of them."""
    text = document.text
    if document.media_type not in _PAIRED and " | " not in text and "; " not in text:
        return []
    sections = [(section.start, section.end, section.title) for section in document.sections]
    tables = (
        _read(document, block, before or _find_section(sections, block[0][0]))
        for block, before in _find_blocks(document)
    )
    return [table for table in tables if table is not None]


def _find_section(sections: Sequence[tuple[int, int, str]], place: int) -> str:
    """The title of the innermost section that a place is in: the key of JSON that a list of records is below."""
    return next((title for start, end, title in reversed(sections) if start <= place < end), "")


def _find_blocks(document: Document) -> Iterator[tuple[list[_Line], str]]:
    """Runs of lines of one form, each with its caption: the line of text before it, if that is no paragraph."""
    is_paired = document.media_type in _PAIRED
    block: list[_Line] = []
    form, before, place = "", "", 0
    for line in document.text.split("\n"):
        found = _find_form(line, is_paired=is_paired)
        if found != form and block:
            yield block, before
            block = []
        form = found
        if found:
            block.append((place, line))
        elif line.strip():
            caption = line.strip().lstrip("#").strip()
            before = caption if len(caption) <= _CAPTION_CHARACTERS_MAX else ""
        place += len(line) + 1
    if block:
        yield block, before


def _find_form(line: str, *, is_paired: bool) -> str:
    if is_paired:
        return "pairs" if ": " in line else ""
    if line.startswith(COLUMNS_LINE) or _PAIRS.match(line):
        return "pairs"
    return "bars" if " | " in line or line.lstrip().startswith("|") else ""


def _read(document: Document, block: Sequence[_Line], before: str) -> DocumentTable | None:
    if block[0][1].startswith(COLUMNS_LINE) and len(block) > 1:
        block = block[1:]
        return _read_pairs(document, block, before)
    first = block[0][1]
    return (
        _read_bars(document, block, before)
        if " | " in first or "|" in first[:3]
        else _read_pairs(document, block, before)
    )


def _read_pairs(document: Document, lines: Sequence[_Line], before: str) -> DocumentTable | None:
    columns: dict[str, list[str]] = {}
    rows: list[tuple[int, int]] = []
    for start, line in lines:
        if _TOTAL.match(_strip_marks(line.partition(": ")[2])):
            continue
        for pair in line.split("; "):
            key, _, value = pair.partition(": ")
            cells = columns.get(key)
            if cells is None:
                cells = columns[key] = []
            if len(cells) < len(rows):
                cells.extend([""] * (len(rows) - len(cells)))
            cells.append(_strip_marks(value))
        rows.append((start, start + len(line)))
    if not rows:
        return None
    for cells in columns.values():
        del cells[len(rows) :]  # a key that a row has twice
        cells.extend([""] * (len(rows) - len(cells)))
    return build_table(document.document_id, _join(document, before), list(columns), list(columns.values()), rows)


def _read_bars(document: Document, lines: Sequence[_Line], before: str) -> DocumentTable | None:
    parted = [(start, line, _split_cells(line)) for start, line in lines if not _RULE.match(line)]
    if len(parted) <= _ROWS_MIN - 1:
        return None
    names = [name or f"column {number}" for number, name in enumerate(parted[0][2], start=1)]
    body = [row for row in parted[1:] if len(row[2]) == len(names) and not _TOTAL.match(row[2][0])]
    if len(names) < 2 or not body or len(set(names)) < len(names):
        return None
    cells = [[row[2][place] for row in body] for place in range(len(names))]
    rows = [(start, start + len(line)) for start, line, _ in body]
    return build_table(document.document_id, _join(document, before), names, cells, rows)


def _split_cells(line: str) -> list[str]:
    bare = line.strip().removeprefix("|").removesuffix("|")
    return [_strip_marks(cell) for cell in bare.split("|")]


def _strip_marks(cell: str) -> str:
    """A cell without what Markdown sets it off by."""
    return cell.strip().strip("*_`")


def _join(document: Document, before: str) -> str:
    return " ".join(part for part in (document.title, before) if part)
