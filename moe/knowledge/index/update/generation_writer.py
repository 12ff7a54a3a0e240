"""Writing the next generation of the index: a segment of what is new, and which old segments stay."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.contracts.index import IndexProgress, IndexProgressListener
from moe.knowledge.analysis.entries import ANALYSIS_VERSION
from moe.knowledge.index.format.checksums import compare_segment
from moe.knowledge.index.format.files import (
    ARRAYS,
    MARKS,
    SOURCES,
    TEXTS,
    IndexDamagedError,
    Manifest,
    SegmentRecord,
    describe_segment,
    measure_file,
    sync_file,
    write_arrays,
    write_file,
    write_manifest,
)
from moe.knowledge.index.format.layout import FORMAT_VERSION, TEXT, TYPES
from moe.knowledge.index.format.postings import Arrays
from moe.knowledge.index.format.records import SourceRecord, SourceTable, encode_table
from moe.knowledge.index.format.segment import SegmentIndex
from moe.knowledge.index.generation import Generation
from moe.knowledge.index.joined.lineup import Stretch
from moe.knowledge.index.joined.marks import MARK_TYPES, NO_MARKS, DeathMarks, add_marks
from moe.knowledge.index.store import IndexStore
from moe.knowledge.index.update.arrangement import line_up
from moe.knowledge.index.update.builder import IndexBuilder
from moe.knowledge.index.update.combination import combine
from moe.knowledge.index.update.derived_arrays import derive_arrays
from moe.knowledge.index.update.merge_policy import choose_merged
from moe.knowledge.index.update.survivors import find_died, measure_segments, renumber

FRESH = "fresh.bin"  # the text of what was read
_SEGMENT = "segment"  # the new one's folder, until it is published


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """A segment of the next generation, and how many of its passages are alive."""

    record: SegmentRecord
    living: int
    marks: DeathMarks = NO_MARKS


class GenerationWriter:
    """Writes into a folder of its own, and publishes it at the end."""

    def __init__(
        self, store: IndexStore, folder: Path, old: Generation | None, on_progress: IndexProgressListener
    ) -> None:
        self._store = store
        self._folder = folder
        self._segments: tuple[SegmentIndex, ...] = old.segments if old is not None else ()
        self._records = old.manifest.segments if old is not None else ()
        self._stretches = old.stretches if old is not None else ()
        self._marks = old.marks if old is not None else ()
        self._on_progress = on_progress

    def write(
        self,
        builder: IndexBuilder,
        old_records: Sequence[SourceRecord],
        table: SourceTable,
        read: Collection[str],
    ) -> None:
        """Write a generation.

        Args:
            builder: What was read, in the order of the table's files.
            old_records: The sources of the index before.
            table: Where the new one comes from.
            read: Real paths of those that were read.
        """
        self._report(builder)
        fresh = len(self._segments)
        stretches = line_up(old_records, table.files, read, self._stretches, fresh)
        sizes = measure_segments(self._segments, self._stretches, stretches)
        present = {stretch.part for stretch in stretches}
        merged = choose_merged(sizes, len(builder)) & present
        kept = {
            place: _Part(record=self._records[place], living=sizes[place].living, marks=self._mark(place, stretches))
            for place in present - merged - {fresh}
        }
        if merged or fresh in present:
            own = [stretch for stretch in stretches if stretch.part in merged or stretch.part == fresh]
            record = self._write_segment(builder, own, merged)
            kept[fresh] = _Part(record=record, living=record.passages)
        (self._folder / FRESH).unlink(missing_ok=True)
        write_file(self._folder / SOURCES, encode_table(table))
        self._report(builder)
        # The largest one first, as what all have is looked up there.
        order = sorted(kept, key=lambda place: (-kept[place].record.passages, place))
        parts = [kept[place] for place in order]
        self._write_manifest(parts, renumber(stretches, order, merged | {fresh}, fresh))
        self._report(builder)
        segment = self._folder / _SEGMENT
        self._store.publish(self._folder, segment if segment.exists() else None)

    def _mark(self, place: int, stretches: Sequence[Stretch]) -> DeathMarks:
        died = find_died(self._segments[place], place, self._stretches, stretches)
        return add_marks(self._marks[place], self._segments[place], died) if len(died) else self._marks[place]

    def _write_segment(
        self, builder: IndexBuilder, stretches: Sequence[Stretch], merged: Collection[int]
    ) -> SegmentRecord:
        for place in merged:  # lest damage get new checksums
            for damage in compare_segment(self._store.folder, self._records[place]):
                raise IndexDamagedError(self._store.folder, damage)
        folder = self._folder / _SEGMENT
        folder.mkdir()
        arrays = self._make_arrays(builder, stretches, folder / TEXTS)
        stored = write_arrays(folder / ARRAYS, derive_arrays(arrays), TYPES)
        return describe_segment(folder, self._store.name_next()[1], stored)

    def _make_arrays(self, builder: IndexBuilder, stretches: Sequence[Stretch], path: Path) -> Arrays:
        fresh = self._folder / FRESH
        arrays = builder.finish()
        places = sorted({stretch.part for stretch in stretches})
        if places == [len(self._segments)]:
            fresh.rename(path)
        else:
            text = np.memmap(fresh, np.uint8, mode="r") if fresh.stat().st_size else np.empty(0, np.uint8)
            every: list[Arrays] = [*(segment.arrays for segment in self._segments), {**arrays, TEXT: text}]
            own = [Stretch(places.index(part), first, stop) for part, first, stop in stretches]
            with path.open("wb") as file:
                arrays = combine([every[place] for place in places], own, file)
        sync_file(path)
        return arrays

    def _write_manifest(self, parts: Sequence[_Part], stretches: Sequence[Stretch]) -> None:
        marks: dict[str, NDArray[Any]] = {}
        for place, part in enumerate(parts):
            if part.marks is not NO_MARKS:
                marks |= {f"{place}/{name}": array for name, array in part.marks.name_arrays().items()}
        types = {name: MARK_TYPES[name.partition("/")[2]] for name in marks}
        stored = write_arrays(self._folder / MARKS, marks, types) if marks else {}
        names = (SOURCES, MARKS) if marks else (SOURCES,)
        manifest = Manifest(
            format_version=FORMAT_VERSION,
            analysis_version=ANALYSIS_VERSION,
            documents=sum(stretch.stop - stretch.first for stretch in stretches),
            passages=sum(part.living for part in parts),
            segments=tuple(part.record for part in parts),
            stretches=tuple(stretches),
            files={name: measure_file(self._folder / name) for name in names},
            marks=stored,
        )
        write_manifest(self._folder, manifest)

    def _report(self, builder: IndexBuilder) -> None:
        self._on_progress(IndexProgress(step="writing", passages=len(builder)))
