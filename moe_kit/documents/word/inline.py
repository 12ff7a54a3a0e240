"""The text of a paragraph as it stands when all tracked changes are accepted."""

import re
from xml.etree.ElementTree import Element

import msgspec

# What holds no text of the paragraph's own: properties, what was deleted or moved away, embedded files.
_PASSED_OVER = frozenset("pPr rPr sdtPr del moveFrom rt object Fallback fldData delText delInstrText".split())
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote"}
_PAGE_FIELD = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
_CHANGES = frozenset("ins del moveFrom moveTo".split())


class ParagraphText(msgspec.Struct):
    """What a paragraph holds.

    Attributes:
        text: Its text; lines that its author broke are parted by line ends.
        notes: Its footnotes and endnotes, by kind and id.
        boxes: The contents of text boxes that are anchored in it.
        has_page_number: It shows the number of its page, which is left out.
        is_changed: Some of it was inserted or deleted while changes were tracked.
        is_bold: All its text is bold.
    """

    text: str = ""
    notes: list[tuple[str, str]] = msgspec.field(default_factory=list)
    boxes: list[Element] = msgspec.field(default_factory=list)
    has_page_number: bool = False
    is_changed: bool = False
    is_bold: bool = True


def read_paragraph(paragraph: Element) -> ParagraphText:
    """Read a paragraph, without the properties of its own mark."""
    reader = _Reader()
    for child in paragraph:
        reader.read(child)
    found = reader.found
    found.text = "\n".join(filter(None, (" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))))
    return found


def is_on(properties: Element | None, name: str) -> bool:
    """Whether properties switch something on, as bold."""
    element = properties.find(name) if properties is not None else None
    return element is not None and element.get("val", "1") not in ("0", "false", "off", "none")


class _Reader:
    def __init__(self) -> None:
        self.found = ParagraphText()
        self.pieces: list[str] = []
        self._fields: list[str | None] = []  # the instructions of those that are open; None while the result is read

    def read(self, element: Element) -> None:
        tag = element.tag
        if tag in _CHANGES:
            self.found.is_changed = True
        if tag in _PASSED_OVER:
            return
        if tag == "t":
            self._add(element.text or "")
        elif tag in _SIGNS:
            self._add(_SIGNS[tag])
        elif tag in _NOTES:
            self.found.notes.append((_NOTES[tag], element.get("id", "")))
        elif tag == "txbxContent":
            self.found.boxes.append(element)
        elif tag in ("fldChar", "instrText", "fldSimple"):
            self._read_field(element, tag)
        elif not _is_hidden(element, tag):
            if tag == "r" and self.found.is_bold and element.find("t") is not None:
                self.found.is_bold = is_on(element.find("rPr"), "b")
            for child in element:
                self.read(child)

    def _add(self, text: str) -> None:
        if all(instruction is None for instruction in self._fields):
            self.pieces.append(text)

    def _read_field(self, element: Element, tag: str) -> None:
        """Of a field, its last result counts, unless that is the number of a page."""
        if tag == "fldSimple":
            self._fields.append(element.get("instr", ""))
            self._begin_result()
            for child in element:
                self.read(child)
            self._fields.pop()
        elif tag == "instrText":
            if self._fields and self._fields[-1] is not None:
                self._fields[-1] += element.text or ""
        elif element.get("fldCharType") == "begin":
            self._fields.append("")
        elif element.get("fldCharType") == "separate":
            self._begin_result()
        elif self._fields:
            self._fields.pop()

    def _begin_result(self) -> None:
        if self._fields and self._fields[-1] is not None:
            is_page = _PAGE_FIELD.match(self._fields[-1]) is not None
            self.found.has_page_number = self.found.has_page_number or is_page
            if not is_page:
                self._fields[-1] = None


def _is_hidden(element: Element, tag: str) -> bool:
    """Text that Word does not show, and the words that ask for text in a form."""
    if tag == "r":
        return is_on(element.find("rPr"), "vanish")
    return tag == "sdt" and is_on(element.find("sdtPr"), "showingPlcHdr")
