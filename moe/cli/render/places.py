"""Where in its document a citation stands, as people find it: by page, row of a table or line."""

from pathlib import Path

from moe.contracts.result import Citation
from moe_core.files.regular import read_regular
from moe_core.text.lines import join_line

_WRITTEN_OTHERWISE = frozenset((".md", ".markdown", ".mdown", ".mkd", ".txt", ".text"))
_MAX_BYTES = 4_000_000  # larger files are not read again only to count


def find_place(citation: Citation) -> str:
    """The place as it stands behind the name of the document; "" where none is known."""
    if citation.page:
        return name_page(citation.page)
    if citation.row is not None:
        return f", row {citation.row}"
    line = find_line(citation)
    return f", line {line}" if line is not None else ""


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


def _read(path: Path) -> str:
    return read_regular(path, max_bytes=_MAX_BYTES).decode("utf-8-sig")
