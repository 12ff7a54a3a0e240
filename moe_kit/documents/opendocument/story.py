"""Paragraphs, lists and tables of an OpenDocument text in their order."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element

import msgspec

from moe_kit.documents.opendocument.inline import read_inline
from moe_kit.documents.opendocument.lists import ListStyles
from moe_kit.documents.outline import TextBuilder, collapse
from moe_kit.documents.tables import Cell, write_table

_PASSED_OVER = frozenset(
    "tracked-changes table-of-content illustration-index table-index alphabetical-index forms".split()
)
_PROSE_CHARACTERS = 1_000  # a cell with more makes its table a way to set text side by side
_TIGHT_CHARACTERS_MAX = 200  # longer items are paragraphs
_PAGE_LINE_LETTERS = 12  # "page of", around the page's number
_STYLES_MAX = 20  # parents of a style may go round in a circle


class StoryLosses(msgspec.Struct):
    """What a story holds that is left out.

    Attributes:
        remarks: How many remarks.
        title: What is styled as its title.
    """

    remarks: int = 0
    title: str = ""


class OpenStoryReader:
    """Reads a body, a header, a note or a text box into a builder."""

    def __init__(self, builder: TextBuilder, parts: Iterable[Element], losses: StoryLosses | None = None) -> None:
        """Begin.

        Args:
            builder: Takes the text and the headings.
            parts: The file's parts that define styles.
            losses: Counts what is left out.
        """
        self._builder = builder
        self._parts = tuple(parts)
        self._lists = ListStyles(self._parts)
        self._titles = _find_titles(self._parts)
        self._is_tight = False
        self._notes = 0
        self.losses = losses or StoryLosses()

    def read(self, story: Element) -> None:
        """Append everything that stands in an element."""
        for child in story:
            if child.tag == "h":
                level = child.get("outline-level", "1")
                self._add_paragraph(child, level=int(level) if level.isdecimal() else 1)
            elif child.tag == "p":
                self._add_paragraph(child)
            elif child.tag == "list":
                self._add_list(child, "", [])
                self._is_tight = False
            elif child.tag == "table":
                self._add_table(child)
            elif child.tag not in _PASSED_OVER:
                self.read(child)

    def _add_paragraph(self, paragraph: Element, *, level: int = 0, label: str = "") -> None:
        content = read_inline(paragraph)
        self.losses.remarks += content.remarks
        text = f"{label} {content.text}" if label and content.text else content.text
        is_page_line = content.has_page_number and sum(map(str.isalnum, text)) <= _PAGE_LINE_LETTERS
        if paragraph.get("style-name", "") in self._titles and text:
            self.losses.title = self.losses.title or collapse(text)
            self._builder.add_heading(text, 1)
        elif level:
            self._builder.add_heading(text, level + 1)
        elif not is_page_line:
            is_short = bool(label) and len(text) <= _TIGHT_CHARACTERS_MAX
            self._builder.add(text, tight=self._is_tight and is_short)
            self._is_tight = is_short
        for box in content.boxes:
            self._is_tight = False
            if box.tag == "table":
                self._add_table(box)
            else:
                self.read(box)
        for note in content.notes:
            self._add_note(note)

    def _add_note(self, note: Element) -> None:
        body = note.find("note-body")
        text = self._read_inside(body) if body is not None else ""
        if text:
            self._notes += 1
            self._builder.add(f"Note {self._notes}: {text}")
            self._is_tight = False

    def _add_list(self, element: Element, style: str, counts: list[int]) -> None:
        style = element.get("style-name", style)
        count = self._lists.get_start(style, len(counts) + 1) - 1
        for item in element:
            if item.tag not in ("list-item", "list-header"):
                continue
            count += item.tag == "list-item"
            label = self._lists.label(style, [*counts, count]) if item.tag == "list-item" else ""
            for child in item:
                if child.tag == "list":
                    self._add_list(child, style, [*counts, count])
                elif child.tag in ("p", "h"):
                    level = child.get("outline-level", "") if child.tag == "h" else ""
                    self._add_paragraph(child, level=int(level) if level.isdecimal() else 0, label=label)
                    label = ""

    def _add_table(self, table: Element) -> None:
        self._is_tight = False
        rows = list(_iterate_rows(table))
        cells = [[cell for cell in row if cell.tag == "table-cell"] for row, _ in rows]
        has_prose = any(sum(map(len, cell.itertext())) > _PROSE_CHARACTERS for row in cells for cell in row)
        if has_prose or max(map(len, cells), default=0) < 2:
            for row in cells:
                for cell in row:
                    self.read(cell)
            return
        named = sum(1 for _, is_header in rows if is_header)
        laid = [[self._read_cell(cell) for cell in row] for row in cells]
        for number, line in enumerate(write_table(laid, header_rows=named or None)):
            self._builder.add(line, tight=number > 0)

    def _read_cell(self, cell: Element) -> Cell:
        columns, rows = cell.get("number-columns-spanned", "1"), cell.get("number-rows-spanned", "1")
        repeated = cell.get("number-columns-repeated", "1")
        return Cell(
            text=self._read_inside(cell),
            columns=max(_read_int(columns), _read_int(repeated)),
            rows=_read_int(rows),
        )

    def _read_inside(self, element: Element) -> str:
        """What stands in an element, as one line."""
        inner = TextBuilder()
        OpenStoryReader(inner, (), self.losses).read(element)
        return collapse(inner.build()[0])


def _read_int(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 1


def _iterate_rows(table: Element) -> Iterable[tuple[Element, bool]]:
    """A table's rows, and whether each names the columns."""
    for child in table:
        if child.tag == "table-row":
            yield child, False
        elif child.tag == "table-header-rows":
            yield from ((row, True) for row in child.iter("table-row"))
        elif child.tag in ("table-rows", "table-row-group"):
            yield from _iterate_rows(child)


def _find_titles(parts: Iterable[Element]) -> frozenset[str]:
    """The styles of the document's title, and those that are based on them."""
    parents = {
        style.get("name", ""): style.get("parent-style-name", "") for part in parts for style in part.iter("style")
    }
    titles = {"Title"}
    for name in parents:
        base = name
        for _ in range(_STYLES_MAX):
            base = parents.get(base, "")
            if base == "Title":
                titles.add(name)
    return frozenset(titles)
