"""Whether the files that an answer quotes are still as they were read."""

import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Protocol

import msgspec

from moe.contracts.index import SourceChange, SourceChangeKind
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.records import SourceTable
from moe.knowledge.index.freshness import compare_file


class SourceWatch(Protocol):
    """Knows the files that documents were read from."""

    def compare(self, document_ids: Iterable[str]) -> tuple[SourceChange, ...]:
        """What has become of the files of these documents, each file once."""
        ...


class IndexWatch:
    """The sources of an index."""

    def __init__(self, index: PassageIndex, table: SourceTable, project: Path) -> None:
        """Watch an index's sources.

        Args:
            index: The index.
            table: Where it comes from.
            project: The project's folder.
        """
        self._index = index
        self._files = table.files
        self._ends = list(accumulate(record.documents for record in table.files))
        self._project = project

    def __repr__(self) -> str:
        return f"<IndexWatch of {len(self._files)} files>"

    def compare(self, document_ids: Iterable[str]) -> tuple[SourceChange, ...]:
        """What has become of the files of these documents; content counts where size or time differ."""
        numbers = {self._index.find_document_number(document_id) for document_id in document_ids}
        places = {bisect_right(self._ends, number) for number in numbers if number is not None}
        records = [self._files[place] for place in sorted(places)]
        kinds = [(record.name, compare_file(record, self._project)) for record in records]
        return tuple(SourceChange(name=name, kind=kind) for name, kind in kinds if kind is not None)


class FileStamp(msgspec.Struct, frozen=True):
    """A file's size and time of change."""

    path: Path
    size: int
    mtime_ns: int


class FileWatch:
    """Files that were read for one run, by the ids of their documents."""

    def __init__(self, stamps: Mapping[str, FileStamp]) -> None:
        self._stamps = stamps

    def __repr__(self) -> str:
        return f"<FileWatch of {len(self._stamps)} documents>"

    def compare(self, document_ids: Iterable[str]) -> tuple[SourceChange, ...]:
        """What has become of the files of these documents; another time counts as another content."""
        stamps = {document_id: self._stamps[document_id] for document_id in document_ids if document_id in self._stamps}
        return tuple(_compare(stamps))


def stamp_files(paths: Sequence[Path]) -> dict[Path, FileStamp]:
    """How files look before they are read."""
    stamps = {}
    for path in paths:
        try:
            found = os.stat(path)
        except OSError:
            continue  # whoever reads it will say so
        stamps[path] = FileStamp(path, found.st_size, found.st_mtime_ns)
    return stamps


def _compare(stamps: Mapping[str, FileStamp]) -> Iterator[SourceChange]:
    seen = set()
    for document_id, stamp in stamps.items():
        now = stamp_files([stamp.path]).get(stamp.path)
        if now == stamp or stamp.path in seen:
            continue
        seen.add(stamp.path)
        yield SourceChange(name=document_id, kind=SourceChangeKind.DELETED if now is None else SourceChangeKind.EDITED)
