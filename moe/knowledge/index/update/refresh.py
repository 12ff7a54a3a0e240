"""Bringing an index up to date before it is answered from, where that is quick and wanted."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from moe.contracts.documents import SourceNote
from moe.contracts.index import SourceChange, SourceChangeKind
from moe.knowledge.index.format.records import SourceTable
from moe.knowledge.index.freshness import compare_sources, find_changes
from moe.knowledge.index.store import IndexStore
from moe.knowledge.index.update.index_update import update_index
from moe.knowledge.loading.setup import ReadingSetup
from moe.knowledge.settings import IndexSettings, RefreshPolicy
from moe_core.contracts.errors import MoeError


class Refreshed(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh found and did.

    Attributes:
        changes: What has changed, each with whether it was taken in.
        notes: What was left out, and why.
    """

    changes: tuple[SourceChange, ...] = ()
    notes: tuple[SourceNote, ...] = ()


def refresh_index(store: IndexStore, table: SourceTable, settings: IndexSettings, reading: ReadingSetup) -> Refreshed:
    """Take in what has become of the sources, if the settings want that unasked.

    An update that fails, as where another process writes or the folder is read-only, leaves the index behind.

    Args:
        store: Where the index is kept.
        table: Where it comes from.
        settings: What is wanted.
        reading: How documents are read.
    """
    changes = compare_sources(table, store.project, reading.formats)
    if not changes or settings.refresh is not RefreshPolicy.AUTO or not is_small(store, changes, settings):
        return Refreshed(changes=changes)
    try:
        notes = update_index(store, reading=reading).notes
    except MoeError:
        return Refreshed(changes=changes)
    left = {change.name for change in find_changes(store, reading.formats)}
    return Refreshed(
        changes=tuple(replace(change, is_taken_in=change.name not in left) for change in changes), notes=notes
    )


def wants_answer(store: IndexStore, changes: Sequence[SourceChange], settings: IndexSettings) -> bool:
    """Whether the user is to be asked about changes, rather than that they are taken in or left."""
    if not any(change.is_behind for change in changes) or settings.refresh is RefreshPolicy.NEVER:
        return False
    return settings.refresh is RefreshPolicy.ASK or not is_small(store, changes, settings)


def is_small(store: IndexStore, changes: Sequence[SourceChange], settings: IndexSettings) -> bool:
    """Whether taking changes in is quick, and does not empty the index."""
    gone = sum(change.kind is SourceChangeKind.DELETED for change in changes)
    size = sum(change.size for change in changes if change.kind is not SourceChangeKind.TOUCHED)
    if gone and gone == len(store.load_table().files):
        return False
    return size <= settings.refresh_max_megabytes * 1_000_000
