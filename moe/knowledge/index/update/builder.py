"""Documents turned into the arrays of an index."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.columns import PassageColumns
from moe.knowledge.index.format.content_sums import sum_document, sum_passage
from moe.knowledge.index.format.layout import TEXT, DocumentRecord
from moe.knowledge.index.format.postings import Arrays
from moe.knowledge.index.format.segment import SegmentIndex
from moe.knowledge.index.format.strings import StringCollector, encode_text
from moe.knowledge.index.format.tokens import TokenCollector
from moe.knowledge.index.update.derived_arrays import derive_arrays
from moe.knowledge.index.update.helpers.team import AnalysisTeam
from moe.knowledge.index.update.postings_builder import PostingsCollector, merge_postings
from moe.knowledge.loading.passages import MAX_CHARACTERS, split_document
from moe_core.contracts.evidence import Document, Passage
from moe_core.contracts.wire import encode_json

_MOST_WAITING = 512  # passages read at once; more are no quicker
_MOST_CHARACTERS = _MOST_WAITING * MAX_CHARACTERS  # of all that wait; what has more by itself is a long document

Check = Callable[[], None]


def _go_on() -> None:
    """Nothing speaks against it."""


class IndexBuilder:
    """Takes documents, in their final order. What it holds in memory are the tables, not the texts."""

    def __init__(self, text: BinaryIO, team: AnalysisTeam | None = None) -> None:
        """Begin an index.

        Args:
            text: Where the documents' texts are written to, as they come.
            team: Analyses passages; whoever brings it closes it. None for doing so alone.
        """
        self._text = text
        self._text_length = 0
        self._terms, self._names, self._phrases = PostingsCollector(), PostingsCollector(), PostingsCollector()
        self._tokens = TokenCollector()
        self._team = team or AnalysisTeam(helpers_max=0)
        self._waiting: list[tuple[Passage, bool]] = []
        self._waiting_characters = 0
        self._documents, self._lengths = array("i"), array("i")
        self._starts, self._ends = array("i"), array("i")
        self._text_starts, self._text_ends = array("q"), array("q")
        self._first_passages, self._document_starts = array("i", [0]), array("q", [0])
        self._is_atomic = bytearray()
        self._passage_sums, self._document_sums = array("I"), array("I")
        self._sections = StringCollector()
        self._ids, self._titles, self._records = StringCollector(), StringCollector(), StringCollector()

    def __repr__(self) -> str:
        return f"<IndexBuilder of {len(self._ids)} documents, {len(self)} passages>"

    def __len__(self) -> int:
        return len(self._starts)

    @property
    def document_count(self) -> int:
        """The documents so far."""
        return len(self._ids)

    def add(self, document: Document, check: Check = _go_on) -> None:
        """Read a document.

        Args:
            document: What is added.
            check: Called often while a long document is read; where it raises, the document is left out.
        """
        data = encode_text(document.text)
        passages = split_document(document)
        self._wait(document, passages, check)
        self._add_spans(document.text, len(data), passages)
        for passage in passages:
            self._sections.add(passage.section)
            self._passage_sums.append(sum_passage(passage))
        self._text.write(data)
        self._text_length += len(data)
        self._ids.add(document.document_id)
        self._titles.add(document.title)
        record = encode_json(
            DocumentRecord(
                source=document.source,
                media_type=document.media_type,
                sections=document.sections,
                pages=document.pages,
            )
        )
        self._records.add(record)
        self._document_sums.append(sum_document(document.document_id, document.title, record=record, text=data))
        self._is_atomic.append(document.is_atomic)
        self._first_passages.append(len(self))
        self._document_starts.append(self._text_length)

    def find_document(self, document_id: str) -> int | None:
        """The number of the document of that id; looks at every id."""
        return next((number for number in range(len(self._ids)) if self._ids[number] == document_id), None)

    def is_atomic(self, number: int) -> bool:
        """Whether a document is one passage."""
        return bool(self._is_atomic[number])

    def collect(self) -> None:
        """Take in all that the team still analyses, which is not needed after that."""
        self._analyse()
        self._collect(all_of_them=True)

    def finish(self) -> Arrays:
        """The arrays, without the text and without what is derived from them."""
        self.collect()
        tables = {"terms": self._terms, "names": self._names, "phrases": self._phrases}
        arrays: dict[str, NDArray[Any]] = {}
        for name, collector in tables.items():
            parts = collector.finish()
            arrays |= merge_postings(parts, [None] * len(parts)).name_arrays(name)
        strings = {
            "passages.sections": self._sections,
            "documents.ids": self._ids,
            "documents.titles": self._titles,
            "documents.records": self._records,
        }
        for name, strings_of in strings.items():
            arrays |= strings_of.build().name_arrays(name)
        return (
            arrays
            | self._tokens.finish()
            | {
                "passages.documents": np.asarray(self._documents, np.int32),
                "passages.starts": np.asarray(self._starts, np.int32),
                "passages.ends": np.asarray(self._ends, np.int32),
                "passages.text_starts": np.asarray(self._text_starts, np.int64),
                "passages.text_ends": np.asarray(self._text_ends, np.int64),
                "passages.lengths": np.asarray(self._lengths, np.int32),
                "documents.passages": np.asarray(self._first_passages, np.int32),
                "documents.text_starts": np.asarray(self._document_starts, np.int64),
                "passages.checksums": np.asarray(self._passage_sums, np.uint32),
                "documents.checksums": np.asarray(self._document_sums, np.uint32),
                "documents.is_atomic": np.frombuffer(self._is_atomic, np.uint8),
            }
        )

    def _wait(self, document: Document, passages: Sequence[Passage], check: Check) -> None:
        """Have passages analysed, a long document's at once and by themselves, lest it takes others along."""
        check()
        if self._waiting_characters + len(document.text) > _MOST_CHARACTERS:
            self._analyse()
        self._waiting += [(passage, number == 0) for number, passage in enumerate(passages)]
        self._waiting_characters += len(document.text)
        if self._waiting_characters > _MOST_CHARACTERS:
            self._analyse(check)
        elif len(self._waiting) >= _MOST_WAITING:
            self._analyse()

    def _analyse(self, check: Check | None = None) -> None:
        """Have the passages that wait analysed; with a check at once, and none of them where it raises."""
        waiting, self._waiting, self._waiting_characters = self._waiting, [], 0
        batches = [waiting[begin : begin + _MOST_WAITING] for begin in range(0, len(waiting), _MOST_WAITING)]
        if check is None:
            for batch in batches:
                self._team.add(batch)
            self._collect(all_of_them=False)
            return
        parts: list[PassageColumns] = []
        for batch in batches:
            parts.append(self._team.read(batch))
            check()
        self._collect(all_of_them=True)
        for columns in parts:
            self._add_columns(columns)

    def _collect(self, *, all_of_them: bool) -> None:
        """Take what the team has analysed so far, or all."""
        for columns in self._team.take(all_of_them=all_of_them):
            self._add_columns(columns)

    def _add_columns(self, columns: PassageColumns) -> None:
        first = len(self._lengths)
        self._terms.add(first, columns.terms)
        self._names.add(first, columns.names)
        self._phrases.add(first, columns.phrases)
        self._tokens.add(columns)
        self._lengths.frombytes(columns.lengths.tobytes())

    def _add_spans(self, text: str, size: int, passages: Iterable[Passage]) -> None:
        """Note where passages stand, in characters and in bytes; they follow one another in the text."""
        number, is_plain = len(self._ids), len(text) == size
        character, byte = 0, 0
        for passage in passages:
            begin = passage.start if is_plain else byte + len(encode_text(text[character : passage.start]))
            byte = passage.end if is_plain else begin + len(encode_text(passage.text))
            character = passage.end
            self._documents.append(number)
            self._starts.append(passage.start)
            self._ends.append(passage.end)
            self._text_starts.append(self._text_length + begin)
            self._text_ends.append(self._text_length + byte)


def build_index(documents: Iterable[Document]) -> SegmentIndex:
    """An index in memory, without files."""

    def add_all(builder: IndexBuilder) -> None:
        for document in documents:
            builder.add(document)

    return build_with(add_all)


def build_with(fill: Callable[[IndexBuilder], None]) -> SegmentIndex:
    """An index in memory, without files, of what is added to its builder."""
    text = BytesIO()
    builder = IndexBuilder(text)
    fill(builder)
    arrays = derive_arrays(builder.finish())
    return SegmentIndex({**arrays, TEXT: np.frombuffer(text.getbuffer(), np.uint8)})
