"""Where in the text of a table from a CSV or TSV file a row stands: there each row is a line of its own."""

import re
from bisect import bisect_right
from collections.abc import Callable
from threading import Lock

from moe_core.contracts.evidence import Document
from moe_kit.tables.columns_line import COLUMNS_LINE

_SUFFIXES = (".csv", ".tsv", ".tab")  # looked at before the text, which may be long
_MEDIA_TYPES = ("text/csv", "text/tab-separated-values")


class TableRows:
    """Numbers the rows of tables; keeps the lines of the one that was asked about last, of which answers cite many.

    Args:
        get_document: The document of an id that is there.
    """

    def __init__(self, get_document: Callable[[str], Document]) -> None:
        self._get_document = get_document
        self._last: tuple[str, list[int], int] = "", [], 0
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"<TableRows, last of {self._last[0]!r}>"

    def find(self, document_id: str, start: int) -> int | None:
        """The row that a character stands in, from 1 below the head; None above the rows, and where no table is."""
        if not document_id.lower().endswith(_SUFFIXES):
            return None
        with self._lock:
            if self._last[0] != document_id:
                self._last = (document_id, *_find_lines(self._get_document(document_id)))
            _, begins, above = self._last
        row = bisect_right(begins, start) - above
        return row if row > 0 else None


def _find_lines(document: Document) -> tuple[list[int], int]:
    """Where each line begins, and how many lines stand above the rows; no lines where no table is."""
    if document.media_type not in _MEDIA_TYPES:
        return [], 0
    begins = [match.start() for match in re.finditer("^", document.text, re.MULTILINE)]
    named = (above for above, begin in enumerate(begins, 1) if document.text.startswith(COLUMNS_LINE, begin))
    return begins, next(named, 0)
