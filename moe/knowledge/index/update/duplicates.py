"""Finding two documents of the same id, before the work on an index is done."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from itertools import accumulate
from pathlib import Path

from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.records import SourceRecord
from moe.knowledge.index.format.strings import encode_text, make_string_key
from moe.knowledge.index.update.builder import IndexBuilder
from moe.knowledge.loading.document_reader import DocumentPlace, make_duplicate_error
from moe_core.contracts.evidence import Document


class DuplicateGuard:
    """Knows the ids of what is being built and of what is taken over."""

    def __init__(
        self, old: PassageIndex | None, records: Sequence[SourceRecord], kept: Collection[str], project: Path
    ) -> None:
        """Begin with what is taken over.

        Args:
            old: The index before.
            records: Its sources.
            kept: Real paths of those whose documents stay.
            project: The project's folder.
        """
        self._old = old
        self._records = records
        self._ends = list(accumulate(record.documents for record in records))
        self._kept = kept
        self._project = project
        self._keys: set[int] = set()
        self._begins: list[int] = []
        self._read: list[SourceRecord] = []

    def enter(self, record: SourceRecord, builder: IndexBuilder) -> None:
        """The documents that follow are of this source."""
        self._begins.append(builder.document_count)
        self._read.append(record)

    def check(self, document: Document, builder: IndexBuilder) -> None:
        """Make sure that a document may be added.

        Raises:
            DuplicateIdError: Another one has its id.
        """
        key = make_string_key(encode_text(document.document_id))
        if key in self._keys:
            first = builder.find_document(document.document_id)
            if first is not None:
                source = self._read[bisect_right(self._begins, first) - 1]
                self._fail(document, source, is_atomic=builder.is_atomic(first))
        self._keys.add(key)
        number = None if self._old is None else self._old.find_document_number(document.document_id)
        if self._old is not None and number is not None:
            source = self._records[bisect_right(self._ends, number)]
            if source.real_path in self._kept:
                self._fail(document, source, is_atomic=self._old.is_atomic(number))

    def _fail(self, document: Document, first: SourceRecord, *, is_atomic: bool) -> None:
        here = self._read[-1]
        raise make_duplicate_error(
            document.document_id,
            DocumentPlace(path=first.locate(self._project), source=first.name, is_line=is_atomic),
            DocumentPlace(path=here.locate(self._project), source=here.name, is_line=document.is_atomic),
        )
