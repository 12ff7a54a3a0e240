"""Opening an index for questions: sound, as fresh as the settings want, and with its sources watched."""

import msgspec

from moe.contracts.documents import SourceNote
from moe.contracts.index import SourceChange
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.store import IndexStore
from moe.knowledge.index.update.refresh import refresh_index
from moe.knowledge.loading.setup import ReadingSetup
from moe.knowledge.settings import IndexSettings
from moe.knowledge.source_watch import IndexWatch


class FreshIndex(msgspec.Struct, frozen=True, kw_only=True):
    """An index that questions are answered from.

    Attributes:
        index: The passages.
        changes: What had become of its sources, and whether it was taken in.
        notes: What was left out when that was done, and why.
        watch: Tells whether they change from now on.
    """

    index: PassageIndex
    changes: tuple[SourceChange, ...]
    notes: tuple[SourceNote, ...]
    watch: IndexWatch


def open_fresh(store: IndexStore, settings: IndexSettings, reading: ReadingSetup) -> FreshIndex | None:
    """The index as it is now, brought up to date before if that is quick and wanted; None when there is none.

    Args:
        store: Where it is kept.
        settings: How it is kept up to date.
        reading: How documents are read.

    Raises:
        IndexOutdatedError: It was made by another version of moe.
        StorageError: It is damaged.
    """
    opened = store.open_with_table()  # damage is told before anything is made of it
    if opened is None:
        return None
    refreshed = refresh_index(store, opened[1], settings, reading)
    if any(change.is_taken_in for change in refreshed.changes):
        opened = store.open_with_table() or opened
    index, table = opened
    watch = IndexWatch(index, table, store.project)
    return FreshIndex(index=index, changes=refreshed.changes, notes=refreshed.notes, watch=watch)
