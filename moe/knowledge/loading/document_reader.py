"""Reading a source: what cannot be read is a note, unless the user named it."""

from dataclasses import dataclass, replace
from pathlib import Path

from moe.contracts.documents import SourceNote
from moe.knowledge.loading.file_formats import load_file
from moe.knowledge.loading.file_names import name_file
from moe.knowledge.loading.formats.jsonl import DuplicateIdError, find_line
from moe.knowledge.loading.outline import Loaded
from moe.knowledge.loading.sources import SourceFile
from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document


def read_source(file: SourceFile, notes: list[SourceNote]) -> Loaded | None:
    """A file's documents; None, with a note, for a file that cannot be read and was not named, or holds no text.

    Raises:
        DocumentError: The user named the file and it cannot be read, or two of its lines have the same id.
    """
    try:
        loaded = load_file(file.path, file.document_id)
    except DuplicateIdError:
        raise
    except DocumentError as error:
        if file.is_named:
            raise
        notes.append(
            SourceNote(path=file.document_id, reason=error.message.removeprefix(file.document_id).strip(" ,:"))
        )
        return None
    notes += [SourceNote(path=file.document_id, reason=reason) for reason in loaded.notes]
    if not any(document.text.strip() for document in loaded.documents):
        notes.append(SourceNote(path=file.document_id, reason="holds no text"))
        return None
    return replace(loaded, documents=tuple(map(_ensure_title, loaded.documents)))


def _ensure_title(document: Document) -> Document:
    """A document that has no title of its own takes its file's name; a line of a corpus stays without."""
    if document.title or document.is_atomic:
        return document
    return replace(document, title=name_file(document.document_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPlace:
    """Where a document was read from.

    Attributes:
        path: The file.
        source: What the user calls it.
        is_line: It is a line of a corpus.
    """

    path: Path
    source: str
    is_line: bool


def make_duplicate_error(document_id: str, first: DocumentPlace, second: DocumentPlace) -> DuplicateIdError:
    """The error for two documents of the same id, with the lines of corpora that they stand in."""
    places = []
    for place in (first, second):
        line = find_line(place.path, document_id) if place.is_line else None
        places.append(f"{place.source}, line {line}" if line else place.source)
    return DuplicateIdError(document_id, *places)
