"""How much of a file can become documents: what is beyond costs the work that follows more than it says."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from moe_core.contracts.evidence import Document, Section
from moe_core.contracts.loader import Loaded

CHARACTERS_MAX = 5_000_000  # a very long novel has 3 million; a quarter of a minute of indexing
SECTIONS_MAX = 20_000  # a law book has some thousand; each stands in the index
TITLE_CHARACTERS_MAX = 300  # titles stand with every passage below them

_CHARACTERS_PER_LINE = 20  # sentences cost, however short; in texts that say something they are longer
_BREAK = re.compile(r"\n|[.!?] ")


def bound_documents(loaded: Loaded, *, max_characters: int) -> Loaded:
    """Cut overlong documents, with a note on each that loses text.

    Args:
        loaded: What a file, or a part of it, holds.
        max_characters: The most that a document may have; of lines and sentences it may have a twentieth of that.
    """
    notes: list[str] = []
    documents = tuple(_bound(document, max_characters, notes) for document in loaded.documents)
    return Loaded(documents=documents, notes=(*loaded.notes, *notes))


def _bound(document: Document, max_characters: int, notes: list[str]) -> Document:
    text, sections = document.text, document.sections
    end = _find_end(text, max_characters)
    if end < len(text):
        text = text[:end]
        notes.append(f"read in part: its first {end:,} of {len(document.text):,} characters; split it")
    has_long = any(len(title) > TITLE_CHARACTERS_MAX for title in (document.title, *(s.title for s in sections)))
    if text is document.text and len(sections) <= SECTIONS_MAX and not has_long:
        return document
    title = document.title[:TITLE_CHARACTERS_MAX]
    pages = tuple(page for page in document.pages if page.start < len(text))
    return replace(document, title=title, text=text, sections=tuple(_bound_sections(sections, len(text))), pages=pages)


def _find_end(text: str, max_characters: int) -> int:
    """Where the text has the last character, line or sentence that counts."""
    end, lines_max = min(len(text), max_characters), max_characters // _CHARACTERS_PER_LINE
    if sum(text.count(mark, 0, end) for mark in ("\n", ". ", "! ", "? ")) <= lines_max:
        return end
    match = next(islice(_BREAK.finditer(text, 0, end), lines_max - 1, None), None)
    return end if match is None else match.end()


def _bound_sections(sections: tuple[Section, ...], length: int) -> Iterator[Section]:
    for section in sections[:SECTIONS_MAX]:
        if section.start < length:
            yield replace(section, title=section.title[:TITLE_CHARACTERS_MAX], end=min(section.end, length))
