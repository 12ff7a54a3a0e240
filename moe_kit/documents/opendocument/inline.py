"""The text of a paragraph, with what is anchored in it."""

from xml.etree.ElementTree import Element

import msgspec

_PASSED_OVER = frozenset(
    "annotation annotation-end tracked-changes hidden-text ruby-text desc title note-citation".split()
)
_SIGNS = {"tab": " ", "line-break": "\n"}
_SPACES_MAX = 100  # a count in the file may be anything; more are no layout
_PAGE_NUMBERS = frozenset(("page-number", "page-count"))


class InlineText(msgspec.Struct):
    """What a paragraph holds.

    Attributes:
        text: Its text; lines that its author broke are parted by line ends.
        notes: Its footnotes and endnotes.
        boxes: Text boxes and tables that are anchored in it.
        remarks: How many remarks are left out.
        has_page_number: It shows the number of its page, which is left out.
    """

    text: str = ""
    notes: list[Element] = msgspec.field(default_factory=list)
    boxes: list[Element] = msgspec.field(default_factory=list)
    remarks: int = 0
    has_page_number: bool = False


def read_inline(paragraph: Element) -> InlineText:
    """Read a paragraph."""
    found = InlineText()
    pieces: list[str] = []
    _read(paragraph, pieces, found)
    found.text = "\n".join(filter(None, (" ".join(line.split()) for line in "".join(pieces).split("\n"))))
    return found


def _read(element: Element, pieces: list[str], found: InlineText) -> None:
    pieces.append(" ".join((element.text or "").split("\n")))
    for child in element:
        tag = child.tag
        if tag == "annotation":
            found.remarks += 1
        elif tag in _PAGE_NUMBERS:
            found.has_page_number = True
        elif tag == "note":
            found.notes.append(child)
        elif tag in ("text-box", "table"):
            found.boxes.append(child)
        elif tag == "s":
            count = child.get("c", "1")
            pieces.append(" " * min(int(count) if count.isdecimal() else 1, _SPACES_MAX))
        elif tag in _SIGNS:
            pieces.append(_SIGNS[tag])
        elif tag not in _PASSED_OVER:
            _read(child, pieces, found)
        pieces.append(" ".join((child.tail or "").split("\n")))
