"""A document put together block by block: running text with the sections that its headings make."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from moe_core.contracts.evidence import Document, Page, Section

_SURROGATE = re.compile("[\ud800-\udfff]")


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """A heading that begins at character `start`."""

    title: str
    level: int
    start: int


def nest_sections(headings: Iterable[Heading], length: int) -> tuple[Section, ...]:
    """Let each heading govern the text up to the next one of its level or above, `length` at the latest."""
    ordered = list(headings)
    ends = [length] * len(ordered)
    open_ones: list[int] = []
    for number, heading in enumerate(ordered):
        while open_ones and ordered[open_ones[-1]].level >= heading.level:
            ends[open_ones.pop()] = heading.start
        open_ones.append(number)
    return tuple(
        Section(title=heading.title, level=heading.level, start=heading.start, end=end)
        for heading, end in zip(ordered, ends, strict=True)
    )


def clean_characters(text: str) -> str:
    """Replace lone surrogates, which no output can carry; the length stays."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def collapse(text: str) -> str:
    """One line, single spaces."""
    return " ".join(text.split())


class TextBuilder:
    """Collects blocks of text and headings, then gives the text and its sections."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[Heading] = []

    def __len__(self) -> int:
        return self._length

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings so far."""
        return tuple(self._headings)

    def ends_with(self, mark: str) -> bool:
        """Whether the text so far ends so."""
        return bool(self._parts) and self._parts[-1].endswith(mark)

    @property
    def ends_in_item(self) -> bool:
        """Whether the last block is an item of a list."""
        return bool(self._parts) and self._parts[-1].startswith("- ")

    def add(self, block: str, *, tight: bool = False) -> None:
        """Append a block after a blank line, or when `tight` on the next line. White space alone is left out."""
        block = clean_characters(block).strip()
        if not block:
            return
        gap = "" if not self._length else "\n" if tight else "\n\n"
        self._parts += (gap, block)
        self._length += len(gap) + len(block)

    def add_heading(self, title: str, level: int) -> None:
        """Append a heading as a block of its own, and begin its section there."""
        title = collapse(clean_characters(title))
        if title:
            self.begin_section(title, level)
            self.add(title)

    def begin_section(self, title: str, level: int) -> None:
        """Begin a section whose title is not in the text."""
        start = self._length + (2 if self._length else 0)
        self._headings.append(Heading(title=title, level=level, start=start))

    def build(self) -> tuple[str, tuple[Section, ...]]:
        """The text, and its sections; one that holds nothing is left out."""
        text = "".join(self._parts)
        sections = nest_sections((heading for heading in self._headings if heading.start < len(text)), len(text))
        return text, tuple(section for section in sections if text[section.start : section.end].strip())

    def build_document(
        self,
        document_id: str,
        *,
        media_type: str,
        title: str = "",
        takes_heading: bool = False,
        page_starts: Sequence[int] = (),
        source: str = "",
    ) -> Document:
        """The text and its sections as a document.

        Args:
            document_id: Its id.
            media_type: What it was made from.
            title: Its title.
            takes_heading: Without a title, it takes its first heading's.
            page_starts: Where its pages begin, which are counted from 1.
            source: The file it was read from, where that is not its id.
        """
        text, sections = self.build()
        if takes_heading and not title and sections:
            title = sections[0].title
        pages = (
            Page(label=str(number), start=min(start, len(text))) for number, start in enumerate(page_starts, start=1)
        )
        return Document(
            document_id=document_id,
            title=title,
            text=text,
            source=source or document_id,
            media_type=media_type,
            sections=sections,
            pages=tuple(pages),
        )
