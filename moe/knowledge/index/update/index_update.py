"""Bringing the index up to date with files that are added, changed or removed."""

from collections.abc import Mapping, Sequence
from contextlib import closing

from moe.contracts.index import IndexChange, IndexProgress, IndexProgressListener
from moe.knowledge.index.format.files import SOURCES, IndexDamagedError, IndexOutdatedError, load_manifest
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.records import SourceRecord, SourceTable
from moe.knowledge.index.generation import Generation
from moe.knowledge.index.store import IndexStore
from moe.knowledge.index.update.builder import IndexBuilder
from moe.knowledge.index.update.duplicates import DuplicateGuard
from moe.knowledge.index.update.generation_writer import FRESH, GenerationWriter
from moe.knowledge.index.update.helpers.team import AnalysisTeam
from moe.knowledge.index.update.plan import Plan, Planner
from moe.knowledge.index.update.source_reader import read_sources
from moe.knowledge.loading.document_reader import DocumentReader
from moe.knowledge.loading.setup import ReadingSetup
from moe_core.contracts.errors import DocumentError


def update_index(
    store: IndexStore,
    *,
    reading: ReadingSetup,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    is_anew: bool = False,
    on_progress: IndexProgressListener | None = None,
) -> IndexChange:
    """Bring the index up to date. Whatever happens meanwhile, it is the old one or the new one.

    Documents are in the order of their files' real paths, so that the same files make the same index whichever way
    they came in. Files that have not changed are not read again. Without `add` and `remove`, all files that are in
    the index are looked at, and the folders and globs that were added: what is new there comes in, what is gone goes.

    Args:
        store: Where it is kept.
        reading: How documents are read.
        add: Files, folders and globs. What was below one of the folders and is gone is removed.
        remove: Files, folders and globs, which need not exist any more.
        is_anew: Read all sources again and take nothing over, as happens by itself after damage.
        on_progress: Called often.

    Raises:
        DocumentError: A file that was named cannot be read, nothing could be read, or two documents have the same id.
        NameUnknownError: What is to be removed is not there.
        WriterBusyError: Another process is changing the index.
        StorageError: The index cannot be written, or is damaged beyond knowing its sources.
    """
    if store.find_generation() is None:
        # A mistyped path makes no workspace.
        reading.find_sources(add)
    with store.lock():
        try:
            return _Update(store, on_progress or _ignore, reading, is_anew=is_anew).run(add, remove)
        except IndexDamagedError:  # nothing damaged is taken over
            return _Update(store, on_progress or _ignore, reading, is_anew=True).run(add, remove)


def _ignore(_progress: IndexProgress) -> None:
    """Nobody looks."""


class _Update:
    """One update, with the lock held."""

    def __init__(
        self, store: IndexStore, on_progress: IndexProgressListener, reading: ReadingSetup, *, is_anew: bool
    ) -> None:
        self._store = store
        self._reading = reading
        self._on_progress = on_progress
        self._table = store.load_table()
        self._records = self._table.files
        self._is_anew = is_anew
        self._generation: Generation | None = None
        try:
            self._generation = None if is_anew else store.open_generation()
        except IndexOutdatedError:
            self._is_anew = True
        self._old: PassageIndex | None = self._generation.join() if self._generation is not None else None
        if self._old is not None and sum(record.documents for record in self._records) != self._old.document_count:
            raise IndexDamagedError(store.folder, f"{SOURCES} does not fit the rest")

    def run(self, add: Sequence[str], remove: Sequence[str]) -> IndexChange:
        planner = Planner(
            self._table,
            self._store.project,
            self._reading,
            is_anew=self._is_anew,
            is_portable=self._store.is_portable,
            on_look=lambda name: self._on_progress(IndexProgress(step="looking", name=name)),
        )
        plan = planner.plan(add, remove)
        with self._store.begin() as folder:
            expected = sum(record.state.size for record in plan.to_read.values())
            team = AnalysisTeam(expected_bytes=expected)
            with (folder / FRESH).open("wb") as text, closing(team):
                builder = IndexBuilder(text, team)
                guard = DuplicateGuard(self._old, self._records, plan.kept.keys(), self._store.project)
                with DocumentReader(self._reading) as reader:
                    read = read_sources(plan, builder, guard, self._store.project, reader, self._on_progress)
                builder.collect()
            if plan.asked and not plan.asked & (plan.kept.keys() | read.keys()):
                raise _make_nothing_error(add, plan)
            table = self._make_table(planner, plan, read)
            if table != self._table or self._is_anew or self._store.find_generation() is None:
                writer = GenerationWriter(self._store, folder, self._generation, self._on_progress)
                writer.write(builder, self._records, table, read)
        return self._describe(plan, read)

    @staticmethod
    def _make_table(planner: Planner, plan: Plan, read: Mapping[str, SourceRecord]) -> SourceTable:
        failed = {path: record for path, record in plan.to_read.items() if path not in read}
        left_out = {**plan.left_out, **failed}
        records = [*plan.kept.values(), *read.values()]
        return SourceTable(
            files=tuple(sorted(records, key=lambda record: record.real_path)),
            roots=planner.roots.roots,
            left_out=tuple(left_out[path] for path in sorted(left_out)),
            removed=planner.roots.removed,
        )

    def _describe(self, plan: Plan, read: dict[str, SourceRecord]) -> IndexChange:
        known = {record.real_path for record in self._records}
        left = plan.kept.keys() | read.keys()
        manifest = self._store.read(load_manifest)
        return IndexChange(
            added=tuple(record.name for path, record in read.items() if path not in known),
            changed=tuple(record.name for path, record in read.items() if path in known),
            removed=tuple(record.name for record in self._records if record.real_path not in left),
            unchanged=len(plan.kept),
            notes=tuple(plan.notes),
            documents=manifest.documents if manifest else 0,
            passages=manifest.passages if manifest else 0,
            is_anew=self._is_anew,
        )


def _make_nothing_error(add: Sequence[str], plan: Plan) -> DocumentError:
    return DocumentError(
        f"no document could be read; {plan.notes[0]}" if plan.notes else "the documents hold no text",
        path=" ".join(add),
        hint="give at least one document with text in it",
    )
