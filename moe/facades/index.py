"""The project's index."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import moe.rooms as rooms
from moe.contracts.index import IndexChange, IndexProblem, IndexProgressListener, IndexStatus, SourceChange
from moe.knowledge.settings import IndexSettings
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.evidence import Document
from moe_core.contracts.retriever import Embeddings, Retriever


@dataclass(frozen=True, kw_only=True)
class ProjectIndex:
    """What is kept of a project's documents, so that they need not be read for every question.

    Attributes:
        store: Where it is kept; `store.open()` opens it.
        find_retriever: The retriever that the configuration names.
        find_embeddings: What the configuration wants vectors made by.
        settings: How it is kept up to date.
        find_reading: How documents are read.
    """

    store: "rooms.IndexStore"
    find_retriever: Callable[[], Retriever]
    find_embeddings: Callable[[], Embeddings | None]
    settings: IndexSettings
    find_reading: "Callable[[], rooms.ReadingSetup]"

    def update(
        self,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        is_anew: bool = False,
        on_progress: IndexProgressListener | None = None,
    ) -> IndexChange:
        """Bring it up to date; `moe.knowledge.index.update.index_update` says how."""
        return rooms.update_index(
            self.store,
            reading=self.find_reading(),
            add=add,
            remove=remove,
            is_anew=is_anew,
            on_progress=on_progress,
        )

    def watch(self) -> Iterator[None]:
        """Wait for changes of its sources, without end: yields at once, and whenever something may have changed."""
        return rooms.watch_sources(self.store)

    def prepare(self, *, on_progress: IndexProgressListener | None = None) -> None:
        """Have the retriever make what it needs of it, such as vectors, so that no question waits for it.

        Raises:
            PluginError: The retriever failed.
            ConfigError: Something that it needs, such as a model, is not there.
        """
        rooms.prepare_retriever(
            self.store, self.find_retriever(), embeddings=self.find_embeddings(), on_progress=on_progress
        )

    def read_status(self) -> IndexStatus:
        """What it holds, and which of its sources have changed.

        Raises:
            StorageError: It is damaged.
        """
        return rooms.read_status(self.store)

    def find_damage(self) -> str:
        """What is wrong with it as far as opening it tells, in a line; "" for nothing."""
        return rooms.find_damage(self.store)

    def read_document(self, document_id: str) -> Document:
        """A document of it, as it was indexed.

        Raises:
            NameUnknownError: There is none of that id; the nearest are named.
            StorageError: It is damaged.
        """
        index = self.store.open()
        if index is None:
            raise NameUnknownError("document", document_id, hint="no documents are indexed: moe index add PATH")
        return index.get_document(document_id)

    def find_changes(self) -> tuple[SourceChange, ...]:
        """What has become of its sources since they were read; content is read where size or time differ.

        Raises:
            StorageError: It is damaged.
        """
        return rooms.find_changes(self.store, self.find_reading().formats)

    def find_questionable(self) -> tuple[SourceChange, ...]:
        """Changes that the user is to be asked about before a question is answered.

        Raises:
            StorageError: It is damaged.
        """
        changes = self.find_changes()
        return changes if rooms.wants_answer(self.store, changes, self.settings) else ()

    def verify(self) -> list[IndexProblem]:
        """What is wrong with it."""
        return rooms.verify_index(self.store)
