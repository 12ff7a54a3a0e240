"""Blocks of Markdown that say more when they are written otherwise: tables, code, remarks to the author."""

import re
from collections.abc import Iterator

from moe_core.text.late_pattern import LatePattern
from moe_kit.documents.tables import Cell, write_table

_FENCE = LatePattern(r" {0,3}(`{3,}|~{3,})")
_RULE = LatePattern(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_REMARK = LatePattern(r"<!--.*?(?:-->|\Z)[ \t]*", re.DOTALL)
_PIPE = LatePattern(r"\\.|(`+)(?:(?!\1).)+\1|(\|)")
_BREAK = LatePattern(r"<br ?/?>", re.IGNORECASE)


def rewrite_blocks(text: str) -> str:
    """Write table rows with the names of their columns, and code right below the line that announces it.

    Remarks that no reader of the page sees are left out. All other lines stay as they are.
    """
    return rewrite_tables(_drop_remarks(text))


def rewrite_tables(text: str) -> str:
    """As `rewrite_blocks`, with all remarks: in plain text they are no marks of anything."""
    return "\n".join(_rewrite(text.split("\n")))


def _drop_remarks(text: str) -> str:
    if "<!--" not in text:
        return text
    kept: list[str] = []
    for part, is_code in _split_at_fences(text):
        kept.append(part if is_code else _REMARK.regex.sub("", part))
    return "".join(kept)


def _split_at_fences(text: str) -> Iterator[tuple[str, bool]]:
    """Stretches of whole lines; whether each is a block of code."""
    part: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        mark = _FENCE.regex.match(line)
        if not fence and mark:
            yield "".join(part), False
            part, fence = [line], mark.group(1)
        elif fence and mark and mark.group(1).startswith(fence):
            yield "".join((*part, line)), True
            part, fence = [], ""
        else:
            part.append(line)
    yield "".join(part), bool(fence)


def _rewrite(lines: list[str]) -> Iterator[str]:
    place, fence = 0, ""
    while place < len(lines):
        line = lines[place]
        mark = _FENCE.regex.match(line)
        if fence:
            fence = "" if mark and mark.group(1).startswith(fence) else fence
        elif mark:
            fence = mark.group(1)
        elif not line.strip() and _announces_code(lines, place):
            place += 1
            continue
        elif "|" in line and place + 1 < len(lines) and _is_rule(lines[place + 1], line):
            end = place + 2
            while end < len(lines) and "|" in lines[end] and lines[end].strip():
                end += 1
            yield from _write_rows(line, lines[place + 2 : end])
            place = end
            continue
        yield line
        place += 1


def _announces_code(lines: list[str], place: int) -> bool:
    """Whether a blank line parts a line that announces code from it."""
    before = lines[place - 1].rstrip() if place else ""
    return before.endswith(":") and place + 1 < len(lines) and _FENCE.regex.match(lines[place + 1]) is not None


def _is_rule(line: str, header: str) -> bool:
    return "|" in line and _RULE.regex.match(line) is not None and len(_split_row(line)) == len(_split_row(header))


def _write_rows(header: str, rows: list[str]) -> list[str]:
    table = [[Cell(text=cell) for cell in _split_row(row)] for row in (header, *rows)]
    return write_table(table, header_rows=1)


def _split_row(line: str) -> list[str]:
    """The cells of a row; a pipe in code or behind a backslash parts none."""
    line = line.strip().removeprefix("|")
    cells, begin = [], 0
    for match in _PIPE.regex.finditer(line):
        if match.group(2):
            cells.append(line[begin : match.start()])
            begin = match.end()
    if line[begin:].strip():
        cells.append(line[begin:])
    return [_BREAK.regex.sub(" ", cell.replace("\\|", "|")).strip() for cell in cells]
