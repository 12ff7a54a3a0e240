"""JSON lines: a corpus when every line has an id and a text, otherwise one document with a record a line."""

from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document
from moe_core.contracts.loader import Loaded
from moe_core.files.regular import open_regular
from moe_kit.documents.encodings import BYTES_MAX, decode_text, find_unicode, is_binary
from moe_kit.documents.formats.json_tree import flatten, parse_json
from moe_kit.documents.outline import clean_characters, collapse
from moe_kit.documents.records import format_record

_PART_CHARACTERS = 1 << 20  # parts large enough that handing over costs nothing, small enough for memory
_DOCUMENT_CHARACTERS = 200  # what a document costs beside its text


class DuplicateIdError(DocumentError):
    """Two lines of corpora have the same id.

    Attributes:
        document_id: That id.
        first: The file and line that had it first.
        second: The other one.
    """

    def __init__(self, document_id: str, first: str, second: str) -> None:
        super().__init__(
            f"the id {document_id!r} is there twice: {first} and {second}",
            path=second,
            hint="give every line an id of its own, or name one of the corpora only",
        )
        self.document_id, self.first, self.second = document_id, first, second


def load_jsonl(path: Path, document_id: str) -> Iterator[Loaded]:
    """Read a JSON lines file, part by part, so that any size will do.

    Yields:
        A document a line, never split, when the first line has `id` and `text`; else one document.

    Raises:
        DuplicateIdError: Two lines have the same id.
        DocumentError: A line is no JSON object, or lacks what the first one has; the line is named.
    """
    lines = _iterate_lines(path, document_id)
    first = next(lines, None)
    if first is None:
        yield Loaded(documents=(_make_document(document_id, ""),))
    elif _is_corpus_line(parse_json(first[1], document_id, line=first[0])):
        yield from _part(_read_corpus(document_id, first, lines))
    else:
        text = "\n".join(filter(None, (_format_line(document_id, *line) for line in chain((first,), lines))))
        yield Loaded(documents=(_make_document(document_id, text),))


def find_line(path: Path, document_id: str) -> int | None:
    """The line of a corpus that has this id, from 1; None when there is none."""
    for number, line in _iterate_lines(path, str(path)):
        value = parse_json(line, str(path), line=number)
        if _is_corpus_line(value) and str(value["id"]) == document_id:
            return number
    return None


def _is_corpus_line(value: Any) -> bool:
    # parse_json keeps numbers as strings, so an id of 7 is "7" here.
    return isinstance(value, dict) and isinstance(value.get("id"), str) and isinstance(value.get("text"), str)


def _read_corpus(name: str, first: tuple[int, str], rest: Iterator[tuple[int, str]]) -> Iterator[Document]:
    seen: dict[str, int] = {}
    for number, line in chain((first,), rest):
        value = parse_json(line, name, line=number)
        if not _is_corpus_line(value):
            missing = "text" if isinstance(value, dict) and isinstance(value.get("id"), str) else "id"
            raise DocumentError(
                f"{name}, line {number}: no {missing}",
                path=name,
                hint="every line of a corpus has an id and a text, and may have a title",
            )
        document_id = clean_characters(value["id"])
        if document_id in seen:
            raise DuplicateIdError(document_id, f"{name}, line {seen[document_id]}", f"{name}, line {number}")
        seen[document_id] = number
        title = value.get("title")
        yield Document(
            document_id=document_id,
            title=collapse(clean_characters(title)) if isinstance(title, str) else "",
            text=clean_characters(value["text"]),
            source=name,
            media_type="application/jsonl",
            is_atomic=True,
        )


def _part(documents: Iterator[Document]) -> Iterator[Loaded]:
    """Documents in parts of some megabytes."""
    part: list[Document] = []
    length = 0
    for document in documents:
        part.append(document)
        length += len(document.text) + _DOCUMENT_CHARACTERS
        if length > _PART_CHARACTERS:
            yield Loaded(documents=tuple(part))
            part, length = [], 0
    yield Loaded(documents=tuple(part))


def _make_document(name: str, text: str) -> Document:
    return Document(document_id=name, title="", text=text, source=name, media_type="application/jsonl")


def _format_line(name: str, number: int, line: str) -> str:
    return clean_characters(format_record(flatten(parse_json(line, name, line=number))))


def _iterate_lines(path: Path, name: str) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1; one at a time, so that any size will do."""
    try:
        with open_regular(path) as file:
            head = file.read(1 << 16)
            if is_binary(head):
                raise DocumentError(f"{name} is not text, whatever its name says", path=name)
            file.seek(0)
            for number, line in enumerate(_decode_lines(file, find_unicode(head), name), start=1):
                if line.strip():
                    yield number, line
    except OSError as error:
        raise DocumentError(f"{name} could not be read: {error.strerror or error}", path=name) from error


def _decode_lines(file: BinaryIO, unicode: str | None, name: str) -> Iterator[str]:
    if unicode is not None and unicode != "utf-8":
        content = file.read(BYTES_MAX + 1)
        if len(content) > BYTES_MAX:
            raise DocumentError(
                f"{name} is larger than {BYTES_MAX >> 20} MB", path=name, hint="save it as UTF-8, which has no limit"
            )
        yield from decode_text(content).split("\n")
        return
    for line in iter(partial(file.readline, BYTES_MAX + 1), b""):
        if len(line) > BYTES_MAX:
            raise DocumentError(f"{name} has a line of more than {BYTES_MAX >> 20} MB", path=name)
        yield decode_text(line)
