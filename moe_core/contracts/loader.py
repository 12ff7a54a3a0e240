"""Loaders: how files of a format become documents."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

from moe_core.contracts.evidence import Document, Page, Section

FILE_BYTES_MAX = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What one file, or a part of it, holds.

    Attributes:
        documents: In the file's order.
        notes: What was left out of them, a line each: which page, part or row, and what to do about it.
    """

    documents: tuple[Document, ...]
    notes: tuple[str, ...] = ()


class Loader(ABC):
    """Reads files of one format. Made anew, without arguments, in the process that reads.

    Files may be hostile: they are read in a process with limited memory and time, which sees neither settings nor
    the network's results of others, and whose output goes nowhere. What takes long to import belongs into `load`'s
    reach, not to the top of the plugin's module: listing plugins imports that module, reading calls `load`.

    Attributes:
        name: Short name, unique among loaders.
        summary: One line for listings.
        label: What people call the format, as in "could not be read as PDF"; the name without one.
        suffixes: Endings of file names, in lower case, with the dot; of the endings that a bundled loader has too,
            only those that `system.documents.loaders` gives to this one are read by it.
        signatures: Bytes at the beginning of every such file, by which one is known whose name has another ending
            that nobody reads, or none.
        max_bytes: Larger files are refused; None for a format that is read piece by piece.
        plain_bytes: Files up to this size are read in moe's own process, because they take little time and memory
            whatever stands in them. Not for formats that are packed, or read by a library.
    """

    name: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    label: ClassVar[str] = ""
    suffixes: ClassVar[tuple[str, ...]] = ()
    signatures: ClassVar[tuple[bytes, ...]] = ()
    max_bytes: ClassVar[int | None] = FILE_BYTES_MAX
    plain_bytes: ClassVar[int] = 0

    @abstractmethod
    def load(self, path: Path, document_id: str) -> Loaded | Iterator[Loaded]:
        """Read a file.

        Args:
            path: The file. Its name may be anything: `document_id` is what users know it by.
            document_id: The id of its document; of several documents, each needs an id of its own.

        Returns:
            Its documents, or an iterator over parts of them, each of a few megabytes at most. Sections and pages lie
            within the text, in order; a document without a title takes its file's name.

        Raises:
            DocumentError: It cannot be read; the hint says what to do. Any other error is told as damage.
        """


def find_fault(loaded: object) -> str | None:
    """What a loader's result breaks of its contract, so that citations would be in wrong places; None for nothing."""
    if not isinstance(loaded, Loaded):
        return f"a value of type {type(loaded).__name__} in place of Loaded"
    if not all(isinstance(note, str) for note in loaded.notes):
        return "a note that is no text"
    return next(filter(None, map(_find_fault_in_document, loaded.documents)), None)


def _find_fault_in_document(document: object) -> str | None:
    if not isinstance(document, Document):
        return f"a value of type {type(document).__name__} in place of a Document"
    texts = (document.document_id, document.title, document.text, document.source, document.media_type)
    if not all(isinstance(value, str) for value in texts) or not document.document_id:
        return "a document whose id, title, text, source or media type is no text"
    length = len(document.text)
    if not all(_is_sound_section(section, length) for section in document.sections):
        return "a section outside its document"
    if not all(_is_sound_page(page, length) for page in document.pages):
        return "a page outside its document"
    sections, pages = pairwise(document.sections), pairwise(document.pages)
    if any(one.start > two.start for one, two in sections) or any(one.start > two.start for one, two in pages):
        return "sections or pages out of order"
    return None


def _is_sound_section(section: object, length: int) -> bool:
    return (
        isinstance(section, Section)
        and isinstance(section.title, str)
        and type(section.level) is type(section.start) is type(section.end) is int
        and 0 <= section.start <= section.end <= length
    )


def _is_sound_page(page: object, length: int) -> bool:
    return (
        isinstance(page, Page) and isinstance(page.label, str) and type(page.start) is int and 0 <= page.start <= length
    )
