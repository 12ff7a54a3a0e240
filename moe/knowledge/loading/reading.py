"""One file read by its loader: bounded, and checked for what the loader's contract promises."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from moe.knowledge.loading.bounds import CHARACTERS_MAX, bound_documents
from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document
from moe_core.contracts.loader import Loaded, Loader, find_fault

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
    fault = find_fault(part)
    if fault:
        raise DocumentError(
            f"{document_id} could not be read: the loader {loader.name} gave {fault}",
            path=document_id,
            hint="tell its author; check_loader in moe_core.testing finds what is wrong",
        )
