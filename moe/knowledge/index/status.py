"""What the index holds, and whether its sources are still as they were."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from moe.knowledge.index.format.files import IndexOutdatedError, load_manifest, load_records
from moe.knowledge.index.format.records import SourceRecord, read_state
from moe.knowledge.index.store import IndexStore


class SourceState(StrEnum):
    """How a source is today, compared with what was read."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """A source and how it is today."""

    name: str
    state: SourceState
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """What the index holds.

    Attributes:
        folder: Where it lies.
        exists: Anything was ever indexed.
        is_outdated: It was made by another version of moe; documents and passages are not counted then.
        documents: In all.
        passages: In all.
        size_bytes: On the disk.
        sources: By real path.
    """

    folder: str
    exists: bool
    is_outdated: bool = False
    documents: int = 0
    passages: int = 0
    size_bytes: int = 0
    sources: tuple[SourceStatus, ...] = ()


def read_status(store: IndexStore) -> IndexStatus:
    """Look at the index and at its sources; a source is read only if its size or time has changed.

    Raises:
        StorageError: The index is damaged.
    """
    found = store.read(lambda generation: _look_into(store, generation))
    return found or IndexStatus(folder=str(store.folder), exists=False)


def _look_into(store: IndexStore, generation: Path) -> IndexStatus:
    documents, passages, is_outdated = 0, 0, False
    try:
        manifest = load_manifest(generation)
        documents, passages = manifest.documents, manifest.passages
    except IndexOutdatedError:
        is_outdated = True
    return IndexStatus(
        folder=str(store.folder),
        exists=True,
        is_outdated=is_outdated,
        documents=documents,
        passages=passages,
        size_bytes=sum(path.stat().st_size for path in generation.iterdir()),
        sources=tuple(
            SourceStatus(name=record.name, state=compare_source(record, store.project), documents=record.documents)
            for record in load_records(generation)
        ),
    )


def compare_source(record: SourceRecord, project: Path) -> SourceState:
    """Whether a source is still as it was read."""
    try:
        state = read_state(record.locate(project), record.state)
    except OSError:
        return SourceState.MISSING
    return SourceState.UNCHANGED if state.digest == record.state.digest else SourceState.CHANGED
