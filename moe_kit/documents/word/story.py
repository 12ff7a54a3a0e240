"""Paragraphs, lists and tables of a Word file in their order, with what is anchored in them."""

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

import msgspec

from moe_kit.documents.outline import TextBuilder, collapse
from moe_kit.documents.tables import Cell, write_table
from moe_kit.documents.word.inline import ParagraphText, is_on, read_paragraph
from moe_kit.documents.word.numbering import ListNumbers
from moe_kit.documents.word.styles import WordStyles, find_level, find_number, get_value

_HEADING_CHARACTERS_MAX = 250  # what is longer is a paragraph, whatever its style says
_TIGHT_CHARACTERS_MAX = 200  # longer items are paragraphs
_PROSE_CHARACTERS = 1_000  # a cell with more makes its table a way to set text side by side
_PAGE_LINE_LETTERS = 12  # "page of", around the page's number
_WRAPPERS = frozenset("sdt sdtContent customXml ins moveTo smartTag".split())


class StorySummary(msgspec.Struct, kw_only=True):
    """What a story was found to hold beside its text.

    Attributes:
        title: The text of the paragraph that is styled as the title.
        is_changed: There are tracked changes.
        inserted_files: Other files that it shows within its own text.
    """

    title: str = ""
    is_changed: bool = False
    inserted_files: int = 0


class StoryReader(msgspec.Struct, kw_only=True):
    """Reads a body, a note, a header or a text box into a builder.

    Attributes:
        builder: Takes the text and the headings.
        styles: The document's styles.
        numbers: Counts the document's lists.
        notes: Its footnotes and endnotes, by kind and id.
        found: What there is beside the text.
    """

    builder: TextBuilder
    styles: WordStyles
    numbers: ListNumbers
    notes: Mapping[tuple[str, str], Element]
    found: StorySummary = msgspec.field(default_factory=StorySummary)
    _was_item: bool = False
    _carried: str = ""  # the beginning of a paragraph whose mark was deleted
    _note_count: int = 0

    def read(self, story: Element) -> None:
        """Append everything that stands in an element."""
        for child in story:
            if child.tag == "p":
                self._add_paragraph(child)
            elif child.tag == "tbl":
                self._add_table(child)
                self._was_item = False
            elif child.tag == "altChunk":
                self.found.inserted_files += 1
            elif child.tag in _WRAPPERS and not _is_contents(child):
                self.read(child)

    def _add_paragraph(self, paragraph: Element) -> None:
        properties = paragraph.find("pPr")
        content = read_paragraph(paragraph)
        self.found.is_changed = self.found.is_changed or content.is_changed
        text = f"{self._carried} {content.text}".strip()
        self._carried = ""
        if properties is not None and properties.find("rPr/del") is not None:
            self._carried = text
        elif text and not _is_page_line(content):
            self._add_text(text, properties)
        for box in content.boxes:
            self.read(box)
        for key in content.notes:
            self._add_note(key)

    def _add_text(self, text: str, properties: Element | None) -> None:
        style = self.styles.get(get_value(properties.find("pStyle")) if properties is not None else "")
        if style.is_contents:
            return
        number = find_number(properties) or style.number
        label = self.numbers.count(number) if number is not None else "-" if style.is_item else ""
        labelled = f"{label} {text}" if label else text
        level = find_level(properties)
        level = style.heading if level is None else level
        if style.is_title and not self.found.title:
            self.found.title = collapse(text)
        if (level or style.is_title) and len(text) <= _HEADING_CHARACTERS_MAX:
            self.builder.add_heading(labelled, level + 1 if level else 1)
            self._was_item = False
            return
        is_short_item = bool(label) and len(text) <= _TIGHT_CHARACTERS_MAX
        self.builder.add(labelled, tight=self._was_item and is_short_item)
        self._was_item = is_short_item

    def _add_note(self, key: tuple[str, str]) -> None:
        note = self.notes.get(key)
        text = self._read_inside(note) if note is not None else ""
        if text:
            self._note_count += 1
            self.builder.add(f"Note {self._note_count}: {text}")
            self._was_item = False

    def _read_inside(self, story: Element) -> str:
        """What stands in an element, as one line."""
        inner = TextBuilder()
        reader = StoryReader(
            builder=inner, styles=self.styles, numbers=self.numbers, notes=self.notes, found=self.found
        )
        reader.read(story)
        return collapse(inner.build()[0])

    def _add_table(self, table: Element) -> None:
        rows = [row for row in _iterate(table, "tr") if row.find("trPr/del") is None]
        cells = [list(_iterate(row, "tc")) for row in rows]
        if max(map(len, cells), default=0) < 2 or any(
            _count_letters(cell) > _PROSE_CHARACTERS for row in cells for cell in row
        ):
            for row in cells:
                for cell in row:
                    self.read(cell)
            return
        named = next((count for count, row in enumerate(rows) if not is_on(row.find("trPr"), "tblHeader")), 0)
        if not named and len(rows) > 1 and _is_bold(rows[0]) and not _is_bold(rows[1]):
            named = 1
        lines = write_table(self._lay_out(rows, cells), header_rows=named or None)
        for number, line in enumerate(lines):
            self.builder.add(line, tight=number > 0)

    def _lay_out(self, rows: list[Element], cells: list[list[Element]]) -> list[list[Cell]]:
        """The table's cells; those that go on with the one above are joined to it."""
        begun: dict[int, tuple[int, int]] = {}  # by the column it begins in, where the last cell is that may go on
        table: list[list[Cell]] = []
        for row, inside in zip(rows, cells, strict=True):
            skipped = _read_span(row.find("trPr/gridBefore"), 0)
            laid: list[Cell] = [Cell(text="", columns=skipped)] if skipped else []
            column = skipped
            for cell in inside:
                width = _read_span(cell.find("tcPr/gridSpan"), 1)
                merge = cell.find("tcPr/vMerge")
                if merge is not None and merge.get("val") != "restart" and column in begun:
                    place, number = begun[column]
                    upper = table[place][number]
                    table[place][number] = Cell(text=upper.text, columns=upper.columns, rows=upper.rows + 1)
                elif cell.find("tcPr/cellDel") is None:
                    begun[column] = (len(table), len(laid))
                    laid.append(Cell(text=self._read_inside(cell), columns=width))
                column += width
            table.append(laid)
        return table


def _iterate(parent: Element, tag: str) -> Iterator[Element]:
    """Rows or cells, also those that stand in controls or were inserted."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _iterate(child, tag)


def _read_span(element: Element | None, default: int) -> int:
    value = get_value(element)
    return min(int(value), 1_000) if value.isdecimal() and len(value) < 12 else default


def _count_letters(element: Element) -> int:
    return sum(len(text.text or "") for text in element.iter("t"))


def _is_bold(row: Element) -> bool:
    return all(read_paragraph(paragraph).is_bold for paragraph in row.iter("p"))


def _is_contents(element: Element) -> bool:
    """Whether a control holds the document's table of contents, which says all headings again."""
    gallery = element.find("sdtPr/docPartObj/docPartGallery")
    return "table of contents" in get_value(gallery).lower()


def _is_page_line(content: ParagraphText) -> bool:
    """A line of a header or footer that counts the pages, and says nothing else."""
    return content.has_page_number and sum(char.isalnum() for char in content.text) <= _PAGE_LINE_LETTERS
