"""How the files of an index are today, compared with what was read: what was edited, touched, moved, is gone or new."""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from moe.contracts.index import SourceChange, SourceChangeKind
from moe.knowledge.index.format.files import load_table
from moe.knowledge.index.format.records import SourceRecord, SourceTable, name_path, read_state
from moe.knowledge.index.roots import has_changed, list_files
from moe.knowledge.index.store import IndexStore
from moe.knowledge.loading.file_formats import FileFormats
from moe_core.contracts.errors import DocumentError


def find_changes(store: IndexStore, formats: FileFormats) -> tuple[SourceChange, ...]:
    """What has become of the sources since they were read, by name; nothing without an index.

    A file is opened only if its size or time is another, and a folder listed only if its time is.

    Raises:
        StorageError: The table of sources is damaged.
    """
    return store.read(lambda generation: compare_sources(load_table(generation), store.project, formats)) or ()


def compare_sources(table: SourceTable, project: Path, formats: FileFormats) -> tuple[SourceChange, ...]:
    """The same for a table."""
    changes, gone = [], []
    for record in table.files:
        kind = compare_file(record, project)
        if kind is SourceChangeKind.DELETED:
            gone.append(record)
        elif kind is not None:
            changes.append(SourceChange(name=record.name, kind=kind, size=_measure(record.locate(project))))
    new = dict(_find_new(table, project, formats))
    changes += _match_moves(gone, new)
    return tuple(sorted(changes, key=lambda change: change.name))


def compare_file(record: SourceRecord, project: Path) -> SourceChangeKind | None:
    """What has become of one file; None when nothing has."""
    known = record.state
    try:
        found = os.stat(os.path.join(project, record.path))  # quicker than a Path, for a hundred thousand files
        if (found.st_size, found.st_mtime_ns) == (known.size, known.mtime_ns):
            return None
        if read_state(project / record.path, known).digest != known.digest:
            return SourceChangeKind.EDITED
    except OSError:
        return SourceChangeKind.DELETED
    return None if known.mtime_ns < 0 else SourceChangeKind.TOUCHED


def _find_new(table: SourceTable, project: Path, formats: FileFormats) -> Iterator[tuple[str, Path]]:
    """Files of the roots that the table does not know, by name."""
    known = {record.real_path for record in table.files}
    left_out = {record.real_path: record for record in table.left_out}
    real_project = Path(os.path.realpath(project))
    for root in table.roots:
        if not has_changed(root, project):
            continue
        try:
            files = list_files(root, project, formats).files
        except DocumentError:
            continue  # it is gone, or empty: its files are missed one by one
        for file in files:
            real = name_path(Path(os.path.realpath(file.path)), real_project)
            failed = left_out.get(real)
            if real in known or any(PurePosixPath(real).is_relative_to(path) for path in table.removed):
                continue
            if failed is None or compare_file(failed, project) is SourceChangeKind.EDITED:
                yield file.document_id, file.path


def _match_moves(gone: Sequence[SourceRecord], new: dict[str, Path]) -> Iterator[SourceChange]:
    """What is gone and what is new; a new file with the content of one that is gone is that one, moved."""
    by_size = defaultdict(list)
    for name, path in new.items():
        by_size[_measure(path)].append(name)
    for record in gone:
        size = record.state.size
        target = next((name for name in by_size[size] if name in new and _holds(new[name], record)), "")
        kind = SourceChangeKind.MOVED if target else SourceChangeKind.DELETED
        yield SourceChange(name=record.name, kind=kind, moved_to=target, size=size if target else 0)
        new.pop(target, None)
    for name, path in new.items():
        yield SourceChange(name=name, kind=SourceChangeKind.NEW, size=_measure(path))


def _holds(path: Path, record: SourceRecord) -> bool:
    try:
        return read_state(path).digest == record.state.digest
    except OSError:
        return False


def _measure(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
