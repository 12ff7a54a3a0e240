"""In which order the documents of several segments are one index, and where each passage of it lies."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.index.format.postings import Numbers, spread_ranges
from moe.knowledge.index.format.segment import SegmentIndex

Integers = NDArray[np.int64]


class Stretch(NamedTuple):
    """The documents [first, stop) of a part."""

    part: int
    first: int
    stop: int


def join_stretches(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The same documents in as few stretches as possible."""
    joined: list[Stretch] = []
    for stretch in stretches:
        if stretch.first == stretch.stop:
            continue
        last = joined[-1] if joined else None
        if last is not None and last.part == stretch.part and last.stop == stretch.first:
            joined[-1] = Stretch(last.part, last.first, stretch.stop)
        else:
            joined.append(stretch)
    return joined


class Lineup:
    """The documents of an index, stretch by stretch. Those of a segment keep their order; dead ones are in none.

    Attributes:
        parts: The segment of each stretch.
        document_starts: The number of each stretch's first document, and the end. Shape (stretches + 1,).
        passage_starts: The same of passages.
    """

    def __init__(self, segments: Sequence[SegmentIndex], stretches: Sequence[Stretch]) -> None:
        self._segments = segments
        table = np.array(stretches, np.int64).reshape(-1, 3)
        self.parts, self._firsts, stops = table.T
        self._begins, ends = np.zeros_like(self._firsts), np.zeros_like(self._firsts)
        for number, segment in enumerate(segments):
            own = self.parts == number
            self._begins[own] = segment.first_passages[self._firsts[own]]
            ends[own] = segment.first_passages[stops[own]]
        self._sizes = ends - self._begins
        self.document_starts = _add_up(stops - self._firsts)
        self.passage_starts = _add_up(self._sizes)

    def __repr__(self) -> str:
        return f"<Lineup of {len(self.parts)} stretches of {len(self._segments)} segments>"

    def place_document(self, number: int) -> tuple[int, int]:
        """The segment of a document, and its number there."""
        if not 0 <= number < self.document_starts[-1]:
            raise IndexError(number)
        at = int(self.document_starts.searchsorted(number, side="right")) - 1
        return int(self.parts[at]), number - int(self.document_starts[at]) + int(self._firsts[at])

    def find_document(self, part: int, local: int) -> int | None:
        """The number of a segment's document; None for a dead one."""
        own = np.flatnonzero(self.parts == part)
        at = int(self._firsts[own].searchsorted(local, side="right")) - 1
        if at < 0:
            return None
        number = int(self.document_starts[own[at]]) + local - int(self._firsts[own[at]])
        return number if number < self.document_starts[own[at] + 1] else None

    def place_passages(self, numbers: NDArray[np.integer]) -> tuple[Integers, Integers]:
        """The segments of passages, and their numbers there."""
        wanted = np.asarray(numbers, np.int64)
        at = self.passage_starts.searchsorted(wanted, side="right") - 1
        return self.parts[at], wanted - self.passage_starts[at] + self._begins[at]

    def number_passages(self, part: int) -> Numbers:
        """By its number in a segment the number of each passage here; -1 for a dead one."""
        own = np.flatnonzero(self.parts == part)
        numbers = np.full(len(self._segments[part]), -1, np.int32)
        sizes = self._sizes[own]
        numbers[spread_ranges(self._begins[own], sizes)] = spread_ranges(self.passage_starts[own], sizes)
        return numbers

    def list_documents(self, part: int) -> Integers:
        """The living documents of a segment by their numbers there, ascending."""
        own = np.flatnonzero(self.parts == part)
        return spread_ranges(self._firsts[own], np.diff(self.document_starts)[own])


def _add_up(sizes: Integers) -> Integers:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
