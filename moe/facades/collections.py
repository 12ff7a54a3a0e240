"""The collections of a project."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import moe.rooms as rooms
from moe.contracts.collections import CollectionContent
from moe.contracts.index import IndexChange, IndexProgressListener
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.evidence import Document


@dataclass(frozen=True, kw_only=True)
class CollectionDirectory:
    """Documents that are kept under names.

    Attributes:
        store: Keeps them.
        find_reading: How documents are read.
    """

    store: "rooms.CollectionStore"
    find_reading: "Callable[[], rooms.ReadingSetup]"

    def list(self) -> list[CollectionContent]:
        """All of them, by name.

        Raises:
            StorageError: One cannot be read.
        """
        return [self.store.read(name) for name in self.store.list_names()]

    def get(self, name: str) -> CollectionContent:
        """What one holds.

        Raises:
            NameUnknownError: There is none of that name.
            StorageError: It cannot be read.
        """
        return self.store.read(name)

    def read_document(self, name: str, document_id: str) -> Document:
        """A document of one, as text.

        Raises:
            NameUnknownError: There is no such collection, or document in it; the nearest are named.
            StorageError: It cannot be read.
        """
        index = self.store.open_index(name).open()
        if index is None:
            raise NameUnknownError("document", document_id)
        return index.get_document(document_id)

    def add(self, name: str, paths: Sequence[str], *, on_progress: IndexProgressListener | None = None) -> IndexChange:
        """Keep documents under a name, and index them; `moe.knowledge.collections.store` says how."""
        return self.store.add(name, paths, reading=self.find_reading(), on_progress=on_progress)

    def remove(self, name: str, files: Sequence[str]) -> IndexChange:
        """Take files out of a collection.

        Raises:
            NameUnknownError: There is no such collection, or file in it.
            RequestError: Nothing would be left.
            StorageError: It cannot be written.
        """
        return self.store.remove(name, files, reading=self.find_reading())

    def delete(self, name: str) -> CollectionContent:
        """Delete a collection; what it held.

        Raises:
            NameUnknownError: There is none of that name.
            StorageError: It cannot be deleted.
        """
        return self.store.delete(name)
