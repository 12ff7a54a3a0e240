"""An index in several pieces: what is found in it is what would be found in one piece."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.inverse_frequency import compute_idf, sum_by_owner
from moe.knowledge.index.format.layout import TABLES
from moe.knowledge.index.format.postings import Keys, Numbers, spread_ranges
from moe.knowledge.index.format.segment import SegmentIndex
from moe.knowledge.index.format.tokens import TokenBatch
from moe.knowledge.index.joined.lineup import Integers, Lineup, Stretch
from moe.knowledge.index.joined.marks import DeathMarks
from moe.knowledge.index.joined.postings import JoinedPostings, JoinedRows
from moe.knowledge.index.joined.words import JoinedWords
from moe_core.contracts.evidence import Document, Page, Passage
from moe_kit.arrays import list_different


class JoinedIndex(PassageIndex):
    """Documents that were written in several goes, without those that are dead.

    Attributes:
        segments: The largest one first, as whatever they share is looked up there.
        lineup: In which order their documents are.
        marks: What of them is dead.
    """

    terms: JoinedPostings
    names: JoinedPostings
    phrases: JoinedPostings
    words: JoinedWords

    def __init__(
        self, segments: Sequence[SegmentIndex], stretches: Sequence[Stretch], marks: Sequence[DeathMarks]
    ) -> None:
        self.segments = tuple(segments)
        self.lineup = Lineup(self.segments, stretches)
        self.marks = tuple(marks)
        tables = {name: self._join(name) for name in TABLES}
        self.terms, self.names, self.phrases = tables["terms"], tables["names"], tables["phrases"]
        self.words = JoinedWords([segment.words for segment in segments], self.terms)
        self.phrase_rows = JoinedRows([segment.phrase_rows for segment in segments], self.phrases, self.lineup)
        self.name_terms = JoinedRows([segment.name_terms for segment in segments], self.terms, self.lineup)
        self.total_length = sum(segment.total_length for segment in segments) - sum(mark.length for mark in marks)

    def _join(self, table: str) -> JoinedPostings:
        parts = [getattr(segment, table) for segment in self.segments]
        return JoinedPostings(parts, [mark.tables[table] for mark in self.marks], self.lineup)

    def __len__(self) -> int:
        return int(self.lineup.passage_starts[-1])

    @property
    def document_count(self) -> int:
        """How many documents there are."""
        return int(self.lineup.document_starts[-1])

    @cached_property
    def lengths(self) -> Numbers:
        """Terms of each passage, int32."""
        return self._line_up({part: segment.lengths for part, segment in enumerate(self.segments)}, np.int32)

    def list_checksums(self) -> Sequence[NDArray[Any]]:
        """Columns of what tells documents and passages from others."""
        documents, flags = np.empty(self.document_count, np.uint32), np.empty(self.document_count, np.uint8)
        starts = self.lineup.document_starts
        for part, segment in enumerate(self.segments):
            own = np.flatnonzero(self.lineup.parts == part)
            numbers = spread_ranges(starts[own], np.diff(starts)[own])
            living = self.lineup.list_documents(part)
            documents[numbers], flags[numbers] = segment.document_sums[living], segment.atomic_flags[living]
        sums = {part: segment.passage_sums for part, segment in enumerate(self.segments)}
        return documents, self._line_up(sums, np.uint32), flags

    def count_titled(self) -> int:
        """How many documents have a title."""
        living = ((segment, self.lineup.list_documents(part)) for part, segment in enumerate(self.segments))
        return sum(int(np.count_nonzero(segment.find_titled()[numbers])) for segment, numbers in living)

    def idf_of(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Inverse document frequency of terms, by their rows."""
        return self._compute_idf(rows).astype(np.float32)

    def lower_share_of(self, row: int) -> float:
        """Of the passages with a term, the share that writes it in lower case somewhere."""
        size = lower = 0
        for part, _, local in self.terms.spread(np.array([row])):
            own, dead = self.segments[part], self.marks[part]
            of_segment = own.terms.size(int(local[0]))
            size += of_segment - int(dead.tables["terms"].of(local)[0])
            lower += round(float(own.lower_shares[local[0]]) * of_segment) - int(dead.lower.of(local)[0])
        return float(np.float32(lower / max(size, 1)))

    def name_idf_of(self, numbers: NDArray[Any]) -> NDArray[np.float32]:
        """Of each of some passages the inverse document frequency of its `name_terms` together."""
        owners, rows = self.name_terms.gather(numbers)
        unique, at = np.unique(rows, return_inverse=True)
        return sum_by_owner(owners, self._compute_idf(unique)[at], len(numbers))

    def get_passage(self, number: int) -> Passage:
        """The passage of that number."""
        segment, local = self._place(number)
        return segment.get_passage(local)

    def get_sound_passage(self, number: int) -> Passage:
        """The passage of that number, compared with its checksum.

        Raises:
            IndexDamagedError: It is not what was written.
        """
        segment, local = self._place(number)
        return segment.get_sound_passage(local)

    def check(self) -> None:
        """Compare everything with its checksums, unless that was done before.

        Raises:
            IndexDamagedError: Something is not what was written.
        """
        for segment in self.segments:
            segment.check()

    def texts_of(self, numbers: NDArray[np.int64]) -> list[str]:
        """The texts of passages."""
        texts = [""] * len(numbers)
        for segment, places, local in self._split(numbers):
            for place, text in zip(places.tolist(), segment.texts_of(local), strict=True):
                texts[place] = text
        return texts

    def is_untitled(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the documents of these passages have no title."""
        untitled = np.zeros(len(numbers), np.bool_)
        for segment, places, local in self._split(numbers):
            untitled[places] = segment.is_untitled(local)
        return untitled

    def passages_of(self, document: int) -> range:
        """The numbers of a document's passages."""
        part, local = self.lineup.place_document(document)
        own = self.segments[part].passages_of(local)
        at = int(self.lineup.document_starts.searchsorted(document, side="right")) - 1
        before = int(self.segments[part].first_passages[local - (document - int(self.lineup.document_starts[at]))])
        begin = int(self.lineup.passage_starts[at]) + own.start - before
        return range(begin, begin + len(own))

    def read_tokens(self, numbers: Sequence[int] | Numbers) -> TokenBatch:
        """The words of some passages, title and section included."""
        wanted = np.asarray(numbers, np.int64)
        parts, _ = self.lineup.place_passages(wanted)
        pieces = [
            (part, places, self.segments[part].read_tokens(local))
            for part, (_, places, local) in zip(list_different(parts).tolist(), self._split(wanted), strict=True)
        ]
        sizes = np.zeros(len(wanted), np.int64)
        for _, places, batch in pieces:
            sizes[places] = np.diff(batch.starts)
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        words, marks = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.uint8)
        for part, places, batch in pieces:
            at = spread_ranges(starts[places], sizes[places])
            words[at], marks[at] = self.words.rows_of(part, batch.words), batch.marks
        return TokenBatch(words=words, marks=marks, owners=np.repeat(np.arange(len(wanted)), sizes), starts=starts)

    def find_sequence(self, keys: Keys, *, is_capital: NDArray[np.bool_]) -> NDArray[Any]:
        """The passages of all places where words stand in a row."""
        found = [
            self.lineup.number_passages(part)[segment.find_sequence(keys, is_capital=is_capital)]
            for part, segment in enumerate(self.segments)
        ]
        numbers = np.concatenate(found)
        return np.sort(numbers[numbers >= 0])

    def is_atomic(self, document: int) -> bool:
        """Whether a document is one passage."""
        part, local = self.lineup.place_document(document)
        return self.segments[part].is_atomic(local)

    def get_document_id(self, document: int) -> str:
        """The id of the document of that number."""
        part, local = self.lineup.place_document(document)
        return self.segments[part].get_document_id(local)

    def find_document_number(self, document_id: str) -> int | None:
        """The number of the document of that id, or None."""
        for part, segment in enumerate(self.segments):
            local = segment.find_document_number(document_id)
            number = None if local is None else self.lineup.find_document(part, local)
            if number is not None:
                return number
        return None

    def pages_of(self, number: int) -> tuple[Page, ...]:
        """Where the pages of the document of that number begin."""
        part, local = self.lineup.place_document(number)
        return self.segments[part].pages_of(local)

    def get_document_at(self, number: int) -> Document:
        """The document of that number, compared with its checksum.

        Raises:
            IndexDamagedError: It is not what was written.
        """
        part, local = self.lineup.place_document(number)
        return self.segments[part].get_document_at(local)

    def _place(self, number: int) -> tuple[SegmentIndex, int]:
        if not 0 <= number < len(self):
            raise IndexError(number)
        (part,), (local,) = self.lineup.place_passages(np.array([number]))
        return self.segments[int(part)], int(local)

    def _split(self, numbers: NDArray[Any]) -> Iterator[tuple[SegmentIndex, Integers, Integers]]:
        """For each segment that has any of some passages: it, the places among them, and their numbers there."""
        parts, local = self.lineup.place_passages(numbers)
        for part in list_different(parts).tolist():
            places = np.flatnonzero(parts == part)
            yield self.segments[part], places, local[places]

    def _compute_idf(self, rows: NDArray[Any]) -> NDArray[np.float64]:
        return compute_idf(self.terms.sizes(rows), len(self))

    def _line_up(self, columns: Mapping[int, NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
        """A column of all passages from those of the segments."""
        joined = np.empty(len(self), kind)
        for part, column in columns.items():
            numbers = self.lineup.number_passages(part)
            is_alive = numbers >= 0
            joined[numbers[is_alive]] = column[is_alive]
        return joined
