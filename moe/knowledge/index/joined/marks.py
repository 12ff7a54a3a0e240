"""What of a segment is dead: not its documents, which the lineup leaves out, but what they counted for."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.analyser import PassageAnalyser
from moe.knowledge.analysis.entries import IN_LOWER_CASE
from moe.knowledge.index.format.layout import TABLES
from moe.knowledge.index.format.postings import Arrays, Postings
from moe.knowledge.index.format.segment import SegmentIndex
from moe.knowledge.index.joined.lineup import Stretch
from moe.knowledge.index.joined.postings import DeadCounts

MARK_TYPES = {
    **{f"{table}.{column}": "<i4" for table in (*TABLES, "lower") for column in ("rows", "counts")},
    "length": "<i8",
}


class DeathMarks(msgspec.Struct, frozen=True, eq=False):
    """How much the dead passages of a segment counted.

    Attributes:
        tables: By table.
        lower: Passages that write a term in lower case somewhere, by the term's row.
        length: Terms of them all.
    """

    tables: Mapping[str, DeadCounts]
    lower: DeadCounts
    length: int

    def name_arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays as they are stored (`MARK_TYPES`)."""
        arrays: dict[str, NDArray[Any]] = {"length": np.array([self.length], np.int64)}
        for name, counts in (*self.tables.items(), ("lower", self.lower)):
            arrays |= {f"{name}.rows": counts.rows, f"{name}.counts": counts.counts}
        return arrays


def take_marks(arrays: Arrays) -> DeathMarks:
    """The marks among stored arrays."""
    counts = {name: DeadCounts(arrays[f"{name}.rows"], arrays[f"{name}.counts"]) for name in (*TABLES, "lower")}
    return DeathMarks({name: counts[name] for name in TABLES}, counts["lower"], int(arrays["length"][0]))


_NOTHING = DeadCounts(np.empty(0, np.int32), np.empty(0, np.int32))
NO_MARKS = DeathMarks(dict.fromkeys(TABLES, _NOTHING), _NOTHING, 0)


def add_marks(known: DeathMarks, segment: SegmentIndex, documents: Iterable[int]) -> DeathMarks:
    """The marks of a segment once some of its documents have died too; their passages are read again for it.

    Raises:
        IndexDamagedError: A passage is not what was written.
    """
    counters: dict[str, Counter[int]] = {name: Counter() for name in (*TABLES, "lower")}
    length = known.length
    analyser = PassageAnalyser()
    for document in documents:
        numbers = segment.passages_of(document)
        columns = analyser.read([(segment.get_sound_passage(number), number == numbers[0]) for number in numbers])
        for name in TABLES:
            counters[name].update(getattr(columns, name).keys.tolist())
        counters["lower"].update(columns.terms.keys[(columns.terms.info & IN_LOWER_CASE) > 0].tolist())
        length += int(columns.lengths.sum())
    tables = {name: _add(known.tables[name], getattr(segment, name), counters[name]) for name in TABLES}
    return DeathMarks(tables, _add(known.lower, segment.terms, counters["lower"]), length)


def are_marks_right(segment: SegmentIndex, marks: DeathMarks, living: Iterable[Stretch]) -> bool:
    """Whether marks are what the passages outside of the living stretches of a segment count for; all is counted."""
    is_dead = np.ones(len(segment), np.bool_)
    for stretch in living:
        is_dead[segment.first_passages[stretch.first] : segment.first_passages[stretch.stop]] = False
    counted = {name: (getattr(segment, name), marks.tables[name], 0) for name in TABLES}
    counted["lower"] = (segment.terms, marks.lower, IN_LOWER_CASE)
    for table, known, flag in counted.values():
        dead = is_dead[table.members] if not flag else is_dead[table.members] & ((table.info & flag) > 0)
        rows = table.starts.searchsorted(np.flatnonzero(dead), side="right") - 1
        unique, counts = np.unique(rows, return_counts=True)
        if not (np.array_equal(unique, known.rows) and np.array_equal(counts, known.counts)):
            return False
    return int(segment.lengths[is_dead].sum()) == marks.length


def _add(known: DeadCounts, table: Postings, died: Counter[int]) -> DeadCounts:
    if not died:
        return known
    rows = table.find_many(died.keys())
    counts = np.fromiter(died.values(), np.int64)
    return _sum_up(np.concatenate([known.rows, rows]), [known.counts, counts])


def _sum_up(rows: NDArray[Any], counts: Sequence[NDArray[Any]]) -> DeadCounts:
    unique, at = np.unique(rows, return_inverse=True)
    sums = np.bincount(at, np.concatenate(counts), minlength=len(unique))
    return DeadCounts(unique.astype(np.int32), sums.astype(np.int32))
