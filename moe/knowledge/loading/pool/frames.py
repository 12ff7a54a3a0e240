"""What goes between moe and a process that reads files: JSON texts with their lengths before them."""

import json
import struct
from typing import IO, Any

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document, Page, Section
from moe_core.contracts.loader import Loaded
from moe_kit.documents.formats.jsonl import DuplicateIdError

_LENGTH = struct.Struct("<Q")
_BYTES_MAX = 1 << 28  # well above what the largest document that moe takes needs


def write_frame(file: IO[bytes], value: object) -> None:
    """Send a value of plain lists, dicts, texts and numbers.

    Raises:
        OSError: The other side is gone.
    """
    data = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    file.write(_LENGTH.pack(len(data)))
    file.write(data)
    file.flush()


def read_frame(file: IO[bytes]) -> Any:
    """The next value; None when the other side is gone, or sends what is none."""
    head = file.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = file.read(length) if length <= _BYTES_MAX else b""
    return json.loads(data.decode("utf-8", "surrogatepass")) if data and len(data) == length else None


def encode_part(part: Loaded) -> Any:
    """A part of what a file holds, as plain lists."""
    return [[_encode_document(document) for document in part.documents], list(part.notes)]


def decode_part(data: Any) -> Loaded:
    """What `encode_part` was given."""
    documents, notes = data
    return Loaded(documents=tuple(map(_decode_document, documents)), notes=tuple(notes))


def encode_error(error: DocumentError) -> Any:
    """Why a file could not be read, as a plain list."""
    twice = [error.document_id, error.first, error.second] if isinstance(error, DuplicateIdError) else None
    return [error.message, error.path, error.hint, twice]


def decode_error(data: Any) -> DocumentError:
    """What `encode_error` was given."""
    message, path, hint, twice = data
    return DocumentError(message, path=path, hint=hint) if twice is None else DuplicateIdError(*twice)


def _encode_document(document: Document) -> Any:
    sections = [[section.title, section.level, section.start, section.end] for section in document.sections]
    return [
        document.document_id,
        document.title,
        document.text,
        document.source,
        document.media_type,
        sections,
        [[page.label, page.start] for page in document.pages],
        document.is_atomic,
    ]


def _decode_document(data: Any) -> Document:
    document_id, title, text, source, media_type, sections, pages, is_atomic = data
    return Document(
        document_id=document_id,
        title=title,
        text=text,
        source=source,
        media_type=media_type,
        sections=tuple(Section(title=t, level=level, start=start, end=end) for t, level, start, end in sections),
        pages=tuple(Page(label=label, start=start) for label, start in pages),
        is_atomic=is_atomic,
    )
