"""Opening a document that a recorded run cites, and no other."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from moe.contracts.cited import CitedDocument, CitedSpan
from moe.contracts.runs import RunRecord
from moe.knowledge.collections.store import CollectionStore
from moe.knowledge.index.store import IndexStore
from moe.knowledge.loading.document_reader import DocumentReader
from moe.knowledge.loading.setup import ReadingSetup
from moe.knowledge.loading.sources import SourceFile
from moe.storage.runs import RunStore
from moe_core.contracts.errors import DocumentError, NameUnknownError
from moe_core.contracts.evidence import Document
from moe_core.contracts.payloads import RunStarted
from moe_kit.documents.formats.jsonl import find_line

_CORPUS = ".jsonl"


class CitedDocuments(msgspec.Struct, frozen=True, kw_only=True):
    """The documents that runs cite.

    Attributes:
        runs: The record.
        collections: What is kept under names.
        index: The project's.
        reading: How documents are read.
    """

    runs: RunStore
    collections: CollectionStore
    index: IndexStore
    reading: ReadingSetup

    def read(self, run_id: str, number: int, *, around: int | None, permit: Callable[[str], None]) -> CitedDocument:
        """The document of a run's citation, as it is now.

        Args:
            run_id: The run's whole id.
            number: The citation's, from 1; of a run that found nothing, the sentence's that is near.
            around: So many characters before and behind the citation at most; None for all of the document.
            permit: Asked before a file is opened, by its path; raises where that may not be.

        Raises:
            NameUnknownError: There is no such run or citation, or the document is gone.
            DocumentError: It cannot be read.
            StorageError: The record cannot be read.
        """
        record = self.runs.get_run(run_id, most=1)
        cited = list(_list_cited(record))
        if not 0 < number <= len(cited):
            hint = f"it has {len(cited)}" if cited else "it cites nothing"
            raise NameUnknownError("citation", str(number), hint=hint)
        name, at = cited[number - 1]
        spans = tuple(sorted((span for other, span in cited if other == name), key=lambda span: (span.start, span.end)))
        document = self._open(record, name, permit)
        first = 0 if around is None else max(0, min(at.start - around, len(document.text)))
        last = None if around is None else at.end + around
        text = document.text[first:last]
        return CitedDocument(
            run_id=record.summary.run_id,
            document=name,
            title=document.title,
            media_type=document.media_type,
            length=len(document.text),
            start=first,
            end=first + len(text),
            text=text,
            spans=spans,
            is_changed=any(document.text[span.start : span.end] != span.text for span in spans),
        )

    def _open(self, record: RunRecord, name: str, permit: Callable[[str], None]) -> Document:
        first = record.events[0].data if record.events else None
        if not isinstance(first, RunStarted):
            raise DocumentError(f"the record does not tell where {name} is", path=name, hint="ask again with moe run")
        collection, docs = first.request.get("collection"), tuple(first.request.get("docs") or ())
        if collection:
            return _find_indexed(self.collections.open_index(collection), name)
        if not docs:
            return _find_indexed(self.index, name)
        for file in self._find_files(partial(_place, first.folder), docs, name, permit):
            with DocumentReader(self.reading) as reader:
                loaded = next(reader.read([file], []))
            for document in loaded.documents if loaded else ():
                if document.document_id == name:
                    return document
        raise DocumentError(f"{name} is not there any more", path=name, hint="ask again to have an answer from what is")

    def _find_files(
        self, place: Callable[[str], str], docs: Sequence[str], name: str, permit: Callable[[str], None]
    ) -> Iterator[SourceFile]:
        """The file of that name; else the corpora among the documents in which a line has it."""
        path = place(name)
        permit(path)
        if os.path.isfile(path):
            yield SourceFile(path=Path(path), document_id=name, is_named=True)
            return
        placed = [place(given) for given in docs]
        for given in placed:
            permit(given)
        for file in self.reading.find_sources(placed).files:
            if file.path.suffix.lower() == _CORPUS and find_line(file.path, name) is not None:
                yield SourceFile(path=file.path, document_id=name, is_named=True)


def _place(folder: str, given: str) -> str:
    """Where what was named in a folder lies."""
    return os.path.normpath(os.path.join(folder, os.path.expanduser(given)))


def _find_indexed(store: IndexStore, name: str) -> Document:
    index = store.open()
    if index is None:
        raise NameUnknownError("document", name, hint="it is not indexed any more")
    return index.get_document(name)


def _list_cited(record: RunRecord) -> Iterator[tuple[str, CitedSpan]]:
    result: Mapping[str, Any] = record.result or {}
    citations = result.get("citations") or ()
    for place, one in enumerate(citations or result.get("nearest") or (), start=1):
        number = place if citations else 0
        yield (
            str(one["document"]),
            CitedSpan(number=number, start=int(one["start"]), end=int(one["end"]), text=str(one["text"])),
        )
