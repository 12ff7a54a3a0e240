"""One file read by its loader: bounded, and checked for what the loader's contract promises."""

import os
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from moe.knowledge.loading.bounds import CHARACTERS_MAX, bound_documents
from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document, Page, Section
from moe_core.contracts.loader import Loaded, Loader

MEGABYTE = 1024 * 1024


def load_file(path: Path, document_id: str, loader: type[Loader], *, max_characters: int = CHARACTERS_MAX) -> Loaded:
    """Read a file.

    Args:
        path: The file.
        document_id: What its document is called, and what errors call the file.
        loader: What reads it.
        max_characters: Of a document that has more, the rest is left out, with a note.

    Raises:
        DocumentError: It is too large, damaged or unreadable, or its loader broke its contract.
    """
    return join_parts(iterate_parts(path, document_id, loader, max_characters=max_characters))


def is_plain(path: Path, loader: type[Loader]) -> bool:
    """Whether a file is read in little time and memory, whatever stands in it."""
    try:
        return os.stat(path).st_size <= loader.plain_bytes
    except OSError:
        return True  # not there: reading it says so at once


def join_parts(parts: Iterable[Loaded]) -> Loaded:
    """What a file holds, from what its parts hold."""
    documents: list[Document] = []
    notes: list[str] = []
    for part in parts:
        documents += part.documents
        notes += part.notes
    return Loaded(documents=tuple(documents), notes=tuple(notes))


def iterate_parts(
    path: Path, document_id: str, loader: type[Loader], *, max_characters: int = CHARACTERS_MAX
) -> Iterator[Loaded]:
    """Read a file as `load_file` does, part by part where it is a long list of documents."""
    label = loader.label or loader.name
    _check_size(path, document_id, loader)
    try:
        loaded = loader().load(path, document_id)
        for part in (loaded,) if isinstance(loaded, Loaded) else loaded:
            _check_part(part, document_id, loader)
            yield bound_documents(part, max_characters=max_characters)
    except (DocumentError, MemoryError):
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:160] or type(error).__name__
        if isinstance(error, RecursionError):
            reason = "it is nested too deeply"
        raise DocumentError(
            f"{document_id} could not be read as {label}: {reason}",
            path=document_id,
            hint="it may be damaged; try to open it elsewhere and save it again",
        ) from error


def _check_size(path: Path, document_id: str, loader: type[Loader]) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DocumentError(f"{document_id} could not be read: {error.strerror or error}", path=document_id) from error
    if loader.max_bytes is not None and size > loader.max_bytes:
        raise DocumentError(
            f"{document_id} is {size / MEGABYTE:.0f} MB; moe reads up to {loader.max_bytes // MEGABYTE} MB a file",
            path=document_id,
            hint="split it, or turn it into .jsonl with id and text a line, which has no limit",
        )


def _check_part(part: object, document_id: str, loader: type[Loader]) -> None:
    """Refuse what would put citations in wrong places later.

    Raises:
        DocumentError: The loader broke its contract.
    """
    wrong = _find_wrong(part)
    if wrong:
        raise DocumentError(
            f"{document_id} could not be read: the loader {loader.name} gave {wrong}",
            path=document_id,
            hint="tell its author; check_loader in moe_core.testing finds what is wrong",
        )


def _find_wrong(part: object) -> str | None:
    if not isinstance(part, Loaded):
        return f"a value of type {type(part).__name__} in place of Loaded"
    if not all(isinstance(note, str) for note in part.notes):
        return "a note that is no text"
    return next(filter(None, map(_find_wrong_in_document, part.documents)), None)


def _find_wrong_in_document(document: object) -> str | None:
    if not isinstance(document, Document):
        return f"a value of type {type(document).__name__} in place of a Document"
    names = (document.document_id, document.title, document.text, document.source, document.media_type)
    if not all(isinstance(value, str) for value in names) or not document.document_id:
        return "a document whose id, title, text, source or media type is no text"
    length = len(document.text)
    if not all(_is_sound_section(section, length) for section in document.sections):
        return "a section that lies outside its document"
    if not all(_is_sound_page(page, length) for page in document.pages):
        return "a page that lies outside its document"
    places = [*map(_get_start, document.sections)], [*map(_get_start, document.pages)]
    if any(first > second for starts in places for first, second in pairwise(starts)):
        return "sections or pages out of order"
    return None


def _get_start(part: Section | Page) -> int:
    return part.start


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
