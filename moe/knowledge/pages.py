"""Which pages of its document a stretch of text stands on."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from moe_core.contracts.evidence import Page


def name_pages(pages: Sequence[Page], start: int, end: int) -> str:
    """The label of the page that characters [start, end) stand on, "7"; "7-8" where they run over several; or "".

    Args:
        pages: The document's, in order; none for a document that has none.
        start: The first character.
        end: The character after the last.
    """
    starts = [page.start for page in pages]
    first = bisect_right(starts, start) - 1
    last = bisect_left(starts, end) - 1
    if first < 0:
        return ""
    labels = pages[first].label, pages[max(first, last)].label
    return labels[0] if labels[0] == labels[1] else "-".join(labels)
