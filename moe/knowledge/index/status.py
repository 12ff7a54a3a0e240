"""What the index holds, and whether its sources are still as they were."""

from pathlib import Path

from moe.contracts.index import IndexStatus, SourceState, SourceStatus
from moe.knowledge.index.format.files import IndexDamagedError, IndexOutdatedError, load_manifest, load_table
from moe.knowledge.index.format.records import SourceRecord, read_state
from moe.knowledge.index.generation import open_generation
from moe.knowledge.index.store import IndexStore
from moe_core.contracts.errors import StorageError


def read_status(store: IndexStore) -> IndexStatus:
    """Look at the index and at its sources; a source is read only if its size or time has changed.

    Raises:
        StorageError: The index is damaged.
    """
    found = store.read(lambda generation: _look_into(store, generation))
    return found or IndexStatus(folder=str(store.folder), exists=False)


def find_damage(store: IndexStore) -> str:
    """What is wrong with the index as far as opening it tells: sizes, and the checksums of what is small; "" for none.

    One that another version of moe made is not damaged.
    """
    try:
        store.open()
    except IndexOutdatedError:
        return ""
    except StorageError as error:
        return error.message
    return ""


def _look_into(store: IndexStore, generation: Path) -> IndexStatus:
    documents, passages, is_outdated, damage, folders = 0, 0, False, "", [generation]
    try:
        manifest = load_manifest(generation)
        documents, passages = manifest.documents, manifest.passages
        folders += [generation.parent / segment.name for segment in manifest.segments]
        damage = _find_damage(generation)
    except IndexOutdatedError:
        is_outdated = True
    return IndexStatus(
        folder=str(store.folder),
        exists=True,
        is_outdated=is_outdated,
        damage=damage,
        documents=documents,
        passages=passages,
        size_bytes=sum(path.stat().st_size for folder in folders if folder.is_dir() for path in folder.iterdir()),
        sources=tuple(
            SourceStatus(name=record.name, state=compare_source(record, store.project), documents=record.documents)
            for record in load_table(generation).files
        ),
    )


def _find_damage(generation: Path) -> str:
    try:
        open_generation(generation).join()
    except IndexDamagedError as error:
        return error.message
    except OSError as error:
        return str(IndexDamagedError(generation.parent, f"{error.filename} cannot be read").message)
    return ""


def compare_source(record: SourceRecord, project: Path) -> SourceState:
    """Whether a source is still as it was read."""
    try:
        state = read_state(record.locate(project), record.state)
    except OSError:
        return SourceState.MISSING
    return SourceState.UNCHANGED if state.digest == record.state.digest else SourceState.CHANGED
