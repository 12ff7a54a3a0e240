"""The rows of OpenDocument sheets, one at a time, whatever their number."""

import re
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element

import msgspec
from defusedxml.ElementTree import iterparse

from moe_kit.documents.opendocument.inline import read_inline
from moe_kit.documents.sheets.merged_cells import Merge

_NAMESPACE = re.compile(r"\{[^}]*\}")
_COLUMNS_MAX = 1_000  # a count in the file may be anything; sheets pad rows to 16,384
_MIDNIGHT = "T00:00:00"


class OpenSheet(msgspec.Struct):
    """A sheet that is being read: what is said of it is complete once its rows are.

    Attributes:
        name: Its name.
        style: The style that says whether it is shown.
        remarks: How many remarks on cells are left out.
        merges: Cells that span others, each known once its row was given.
    """

    name: str
    style: str
    remarks: int = 0
    merges: list[Merge] = msgspec.field(default_factory=list)


class OpenSheetReader:
    """Gives the sheets of a file in order, each to be read before the next."""

    def __init__(self, content: IO[bytes]) -> None:
        """Begin.

        Args:
            content: The file's content, as XML.
        """
        self._events = iterparse(content, events=("start", "end"))
        self.hidden_styles: set[str] = set()

    def read(self) -> Iterator[tuple[OpenSheet, Iterator[list[str]]]]:
        """Sheets with their rows."""
        for event, element in self._events:
            tag = _NAMESPACE.sub("", element.tag)
            if event == "end" and tag == "style":
                self._read_style(element)
            elif event == "start" and tag == "table":
                attributes = _bare(element)
                sheet = OpenSheet(name=attributes.get("name", ""), style=attributes.get("style-name", ""))
                rows = self._read_rows(sheet, element)
                yield sheet, rows
                for _ in rows:  # whoever took them may have left some
                    pass
                element.clear()

    def _read_style(self, style: Element) -> None:
        for properties in style:
            if properties.tag.endswith("}table-properties") and _bare(properties).get("display") == "false":
                self.hidden_styles.add(_bare(style).get("name", ""))

    def _read_rows(self, sheet: OpenSheet, table: Element) -> Iterator[list[str]]:
        number = 0
        for event, element in self._events:
            if event != "end":
                continue
            if element is table:
                return
            if element.tag.endswith("}table-row"):
                cells = _read_cells(element, sheet, number)
                repeated = _read_int(_bare(element).get("number-rows-repeated"), 1)
                for _ in range(repeated if cells else min(repeated, 1)):
                    yield cells
                number += repeated
                element.clear()


def _read_cells(row: Element, sheet: OpenSheet, number: int) -> list[str]:
    cells: list[str] = []
    for cell in row:
        tag = _NAMESPACE.sub("", cell.tag)
        attributes = _bare(cell)
        text = _read_value(cell, attributes, sheet) if tag == "table-cell" else ""
        if tag in ("table-cell", "covered-table-cell"):
            rows = _read_int(attributes.get("number-rows-spanned"), 1)
            if rows > 1 and text:
                sheet.merges.append((number, len(cells), number + rows - 1, len(cells)))
            count = _read_int(attributes.get("number-columns-repeated"), 1)
            cells += [text] * min(count, _COLUMNS_MAX - len(cells))
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _read_value(cell: Element, attributes: dict[str, str], sheet: OpenSheet) -> str:
    """What a cell shows; a date as 2026-03-14, because how it is shown depends on who looks."""
    date = attributes.get("date-value", "")
    if date:
        return date.removesuffix(_MIDNIGHT).replace("T", " ")
    lines = []
    for paragraph in cell:
        if paragraph.tag.endswith("}annotation"):
            sheet.remarks += 1
        elif paragraph.tag.endswith("}p"):
            for element in paragraph.iter():
                element.tag = _NAMESPACE.sub("", element.tag)
            lines.append(read_inline(paragraph).text)
    return " ".join(lines)


def _bare(element: Element) -> dict[str, str]:
    return {_NAMESPACE.sub("", key): value for key, value in element.attrib.items()}


def _read_int(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else default
