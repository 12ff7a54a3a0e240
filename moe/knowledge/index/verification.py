"""Checking an index: files, checksums, tables, texts and sources."""

from collections.abc import Iterator
from pathlib import Path

from moe.contracts.index import IndexProblem, SourceState
from moe.knowledge.index.format.checksums import compare_files
from moe.knowledge.index.format.consistency import find_contradictions
from moe.knowledge.index.format.files import IndexOutdatedError, load_manifest, load_table, map_arrays
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.status import compare_source
from moe.knowledge.index.store import IndexStore
from moe_core.contracts.errors import StorageError

_MAKE_ANEW = "`moe index add --anew` makes it anew from its sources"


def verify_index(store: IndexStore) -> list[IndexProblem]:
    """Check all of the current generation; [] when everything is right, or nothing was ever indexed."""
    try:
        found = store.read(lambda folder: [*_check_files(folder), *_check_sources(folder, store.project)])
    except StorageError as error:
        return [_wrap(error)]
    return found or []


def _check_files(generation: Path) -> list[IndexProblem]:
    try:
        manifest = load_manifest(generation)
    except IndexOutdatedError as error:
        return [IndexProblem(what=error.message, remedy="`moe index add` makes it anew", is_damage=False)]
    except StorageError as error:
        return [_wrap(error)]
    damages = list(compare_files(generation, manifest))
    if not damages:  # else nothing that follows could be relied on
        try:
            arrays = map_arrays(generation, manifest)
        except StorageError as error:
            return [_wrap(error)]
        damages = list(find_contradictions(arrays))
        index = PassageIndex(arrays)
        if not damages and (len(index), len(index.documents)) != (manifest.passages, manifest.documents):
            damages = ["the manifest counts other passages or documents than there are"]
    return [IndexProblem(what=what, remedy=_MAKE_ANEW, is_damage=True) for what in damages]


def _check_sources(generation: Path, project: Path) -> Iterator[IndexProblem]:
    try:
        records = load_table(generation).files
    except StorageError as error:
        yield _wrap(error)
        return
    for record in records:
        state = compare_source(record, project)
        if state is SourceState.CHANGED:
            yield IndexProblem(
                what=f"{record.name} has changed since it was read",
                remedy="`moe index add` without a path reads it again",
                is_damage=False,
            )
        elif state is SourceState.MISSING:
            yield IndexProblem(
                what=f"{record.name} is gone or cannot be read",
                remedy=f"put it back, or `moe index remove {record.name}`",
                is_damage=False,
            )


def _wrap(error: StorageError) -> IndexProblem:
    return IndexProblem(what=error.message, remedy=error.hint or _MAKE_ANEW, is_damage=True)
