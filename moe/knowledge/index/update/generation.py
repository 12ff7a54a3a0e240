"""Writing a generation of the index from what is kept and what was read."""

import shutil
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from os import link
from pathlib import Path

import numpy as np

from moe.contracts.index import IndexProgress, IndexProgressListener
from moe.knowledge.index.format.checksums import compare_files
from moe.knowledge.index.format.files import (
    DATA_FILES,
    SOURCES,
    TEXTS,
    IndexDamagedError,
    StoredArray,
    load_manifest,
    sync_file,
    write_arrays,
    write_file,
    write_manifest,
)
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.layout import TEXT
from moe.knowledge.index.format.postings import Arrays
from moe.knowledge.index.format.records import SourceRecord, SourceTable, encode_table
from moe.knowledge.index.store import IndexStore
from moe.knowledge.index.update.builder import IndexBuilder
from moe.knowledge.index.update.combination import Stretch, combine, join_stretches
from moe.knowledge.index.update.derived_arrays import derive_arrays

FRESH = "fresh.bin"  # the text of what was read

_OLD, _FRESH_PART = 0, 1


class GenerationWriter:
    """Writes into a folder of its own, and publishes it at the end."""

    def __init__(
        self, store: IndexStore, folder: Path, old: PassageIndex | None, on_progress: IndexProgressListener
    ) -> None:
        self._store = store
        self._folder = folder
        self._old = old
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
        stretches = _line_up(old_records, table.files, read)
        if any(stretch.part == _OLD for stretch in stretches):
            self._check_old()
        self._report(builder)
        if self._old is not None and stretches == join_stretches([Stretch(_OLD, 0, len(self._old.documents))]):
            stored = self._take_files()
        else:
            stored = write_arrays(self._folder, derive_arrays(self._make_arrays(builder, stretches)))
        (self._folder / FRESH).unlink(missing_ok=True)
        write_file(self._folder / SOURCES, encode_table(table))
        self._report(builder)
        write_manifest(self._folder, stored)
        self._report(builder)
        self._store.publish(self._folder)

    def _check_old(self) -> None:
        """Make sure that what is taken over is what was written, lest damage get new checksums."""
        folder = self._store.find_generation()
        assert folder is not None, "there is an old index"
        for damage in compare_files(folder, load_manifest(folder)):
            raise IndexDamagedError(self._store.folder, damage)

    def _make_arrays(self, builder: IndexBuilder, stretches: Sequence[Stretch]) -> Arrays:
        fresh, path = self._folder / FRESH, self._folder / TEXTS
        arrays = builder.finish()
        if self._old is None or all(stretch.part == _FRESH_PART for stretch in stretches):
            fresh.rename(path)
        else:
            text = np.memmap(fresh, np.uint8, mode="r") if fresh.stat().st_size else np.empty(0, np.uint8)
            with path.open("wb") as file:
                arrays = combine([self._old.arrays, {**arrays, TEXT: text}], stretches, file)
        sync_file(path)
        return arrays

    def _take_files(self) -> Mapping[str, StoredArray]:
        """Take the old generation's files over: only the table of sources is new."""
        folder = self._store.find_generation()
        assert folder is not None, "there is an old index"
        for name in DATA_FILES:
            try:
                link(folder / name, self._folder / name)
            except OSError:  # a file system without links
                shutil.copyfile(folder / name, self._folder / name)
                sync_file(self._folder / name)
        return load_manifest(folder).arrays

    def _report(self, builder: IndexBuilder) -> None:
        self._on_progress(IndexProgress(step="writing", passages=len(builder)))


def _line_up(
    old_records: Sequence[SourceRecord], records: Sequence[SourceRecord], read: Collection[str]
) -> list[Stretch]:
    """Where the documents of each source come from, in the sources' order."""
    ends = accumulate(record.documents for record in old_records)
    old_ends = {record.real_path: end for record, end in zip(old_records, ends, strict=True)}
    stretches, fresh = [], 0
    for record in records:
        if record.real_path in read:
            stretches.append(Stretch(_FRESH_PART, fresh, fresh + record.documents))
            fresh += record.documents
        else:
            end = old_ends[record.real_path]
            stretches.append(Stretch(_OLD, end - record.documents, end))
    return join_stretches(stretches)
