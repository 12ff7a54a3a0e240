"""Which file is whose: every document format, its endings and its loader, in one table."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from moe.knowledge.loading.bounds import CHARACTERS_MAX, bound_documents
from moe.knowledge.loading.encodings import BYTES_MAX
from moe.knowledge.loading.outline import Loaded, join_parts
from moe_core.contracts.errors import DocumentError

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """One document format.

    Attributes:
        name: What people call it.
        endings: File name endings, lower case, with the dot.
        loader: "module:function"; imported when the first file of the format is read.
        max_bytes: Larger files are refused; None for a format that is read line by line.
        plain_bytes: Files up to this size are read in little time and memory, whatever stands in them.
    """

    name: str
    endings: tuple[str, ...]
    loader: str
    max_bytes: int | None = BYTES_MAX
    plain_bytes: int = 0


# A file of plain characters up to this size takes less time to read here than a process takes to start.
_PLAIN_BYTES = 256 << 10
_LOADERS = "moe.knowledge.loading.formats"

FORMATS = (
    FileFormat(
        name="plain text",
        endings=(".txt", ".text", ".log", ".rst", ".adoc", ".org"),
        loader=f"{_LOADERS}.txt:load_txt",
        plain_bytes=_PLAIN_BYTES,
    ),
    FileFormat(
        name="Markdown",
        endings=(".md", ".markdown", ".mdown", ".mkd"),
        loader=f"{_LOADERS}.md:load_md",
        plain_bytes=_PLAIN_BYTES,
    ),
    FileFormat(name="HTML", endings=(".html", ".htm", ".xhtml"), loader=f"{_LOADERS}.html_page:load_html"),
    FileFormat(name="PDF", endings=(".pdf",), loader=f"{_LOADERS}.pdf:load_pdf"),
    FileFormat(name="Word", endings=(".docx",), loader=f"{_LOADERS}.docx:load_docx"),
    FileFormat(
        name="table", endings=(".csv", ".tsv"), loader=f"{_LOADERS}.csv_table:load_csv", plain_bytes=_PLAIN_BYTES
    ),
    FileFormat(name="JSON", endings=(".json",), loader=f"{_LOADERS}.json_tree:load_json", plain_bytes=_PLAIN_BYTES),
    FileFormat(
        name="JSON lines",
        endings=(".jsonl", ".ndjson"),
        loader=f"{_LOADERS}.jsonl:load_jsonl",
        max_bytes=None,
        plain_bytes=_PLAIN_BYTES,
    ),
    FileFormat(name="EPUB", endings=(".epub",), loader=f"{_LOADERS}.epub:load_epub"),
)

_BY_ENDING = {ending: form for form in FORMATS for ending in form.endings}

# What to do with well-known formats that are not read.
_REMEDIES = {
    ".doc": "save it as .docx",
    ".odt": "save it as .docx",
    ".rtf": "save it as .docx",
    ".pages": "export it as .docx or .pdf",
    ".xls": "save it as .csv",
    ".xlsx": "save it as .csv",
    ".ods": "save it as .csv",
    ".ppt": "export it as .pdf",
    ".pptx": "export it as .pdf",
    ".odp": "export it as .pdf",
    ".mobi": "convert it to .epub",
    ".azw3": "convert it to .epub",
    ".zip": "unpack it",
    ".gz": "unpack it",
    ".tar": "unpack it",
    ".7z": "unpack it",
    ".yaml": "save it as .txt",
    ".yml": "save it as .txt",
    ".xml": "save it as .txt",
    ".tex": "save it as .txt, or give the .pdf made from it",
}


def find_format(path: Path) -> FileFormat | None:
    """The format that reads this file, by its ending; names without one (README) count as plain text."""
    return _BY_ENDING.get(path.suffix.lower()) if path.suffix else FORMATS[0]


def describe_endings() -> str:
    """The endings that are read, as one line."""
    return "moe reads " + ", ".join(form.endings[0] for form in FORMATS)


def is_plain(path: Path) -> bool:
    """Whether a file is read in little time and memory, whatever stands in it."""
    form = find_format(path)
    try:
        return form is not None and os.stat(path).st_size <= form.plain_bytes
    except OSError:
        return True  # not there: reading it says so at once


def get_remedy(path: Path) -> str:
    """What to do with a file of a format that is not read."""
    return _REMEDIES.get(path.suffix.lower(), describe_endings())


def load_file(path: Path, document_id: str, *, max_characters: int = CHARACTERS_MAX) -> Loaded:
    """Read a file of any known format.

    Args:
        path: The file.
        document_id: What its document is called, and what errors call the file.
        max_characters: Of a document that has more, the rest is left out, with a note.

    Raises:
        DocumentError: It is of no known format, too large, damaged or unreadable.
    """
    return join_parts(iterate_parts(path, document_id, max_characters=max_characters))


def iterate_parts(path: Path, document_id: str, *, max_characters: int = CHARACTERS_MAX) -> Iterator[Loaded]:
    """Read a file of any known format, as `load_file` does, part by part where it is a long list of documents."""
    form = find_format(path)
    if form is None:
        raise DocumentError(
            f"{document_id} is of a kind that moe does not read", path=document_id, hint=get_remedy(path)
        )
    _check_size(path, document_id, form)
    module, _, function = form.loader.partition(":")
    load: Callable[[Path, str], Loaded | Iterator[Loaded]] = getattr(import_module(module), function)
    try:
        loaded = load(path, document_id)
        for part in (loaded,) if isinstance(loaded, Loaded) else loaded:
            yield bound_documents(part, max_characters=max_characters)
    except (DocumentError, MemoryError):
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:160] or type(error).__name__
        if isinstance(error, RecursionError):
            reason = "it is nested too deeply"
        raise DocumentError(
            f"{document_id} could not be read as {form.name}: {reason}",
            path=document_id,
            hint="it may be damaged; try to open it elsewhere and save it again",
        ) from error


def _check_size(path: Path, document_id: str, form: FileFormat) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DocumentError(f"{document_id} could not be read: {error.strerror or error}", path=document_id) from error
    if form.max_bytes is not None and size > form.max_bytes:
        raise DocumentError(
            f"{document_id} is {size / MEGABYTE:.0f} MB; moe reads up to {form.max_bytes // MEGABYTE} MB a file",
            path=document_id,
            hint="split it, or turn it into .jsonl with id and text a line, which has no limit",
        )
