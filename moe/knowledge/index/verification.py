"""Checking an index: files, checksums, tables, texts and sources."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from moe.contracts.index import IndexProblem, SourceState
from moe.knowledge.index.format.checksums import compare_files, compare_segment
from moe.knowledge.index.format.consistency import find_contradictions
from moe.knowledge.index.format.files import MARKS, IndexDamagedError, IndexOutdatedError, load_manifest, load_table
from moe.knowledge.index.generation import open_generation
from moe.knowledge.index.joined.marks import are_marks_right
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


def _check_files(folder: Path) -> list[IndexProblem]:
    try:
        manifest = load_manifest(folder)
    except IndexOutdatedError as error:
        return [IndexProblem(what=error.message, remedy="`moe index add` makes it anew", is_damage=False)]
    except StorageError as error:
        return [_wrap(error)]
    damages = list(compare_files(folder, manifest.files))
    for segment in manifest.segments:
        damages += compare_segment(folder.parent, segment)
    if not damages:  # else nothing that follows could be relied on
        try:
            damages = list(_find_contradictions(folder))
        except StorageError as error:
            return [_wrap(error)]
    return [IndexProblem(what=what, remedy=_MAKE_ANEW, is_damage=True) for what in damages]


def _find_contradictions(folder: Path) -> Iterator[str]:
    generation = open_generation(folder)
    for place, (record, segment) in enumerate(zip(generation.manifest.segments, generation.segments, strict=True)):
        found = [f"{record.name}: {what}" for what in find_contradictions(segment.arrays)]
        yield from found
        if found:
            return
        living = [stretch for stretch in generation.stretches if stretch.part == place]
        if any(one.stop > other.first for one, other in pairwise(living)):
            yield f"{record.name}: its documents are out of order"
        elif not are_marks_right(segment, generation.marks[place], living):
            yield f"{record.name}: {MARKS} does not fit what is dead"
    generation.join()


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
    is_told_here = isinstance(error, IndexDamagedError)  # its hint sends to where this is told
    return IndexProblem(
        what=error.message, remedy=_MAKE_ANEW if is_told_here else error.hint or _MAKE_ANEW, is_damage=True
    )
