"""A library that hands on how each search came to what it found."""

from collections.abc import Callable, Sequence

from moe.contracts.experts import ExpertWish
from moe.knowledge.library import DocumentLibrary
from moe.knowledge.search import Exploration
from moe_core.contracts.evidence import Document, Hit


class WatchedLibrary:
    """The same documents; whoever watches is handed every search as a whole, and may wish who is woken for it."""

    def __init__(
        self, library: DocumentLibrary, on_search: Callable[[Exploration], None], *, wish: ExpertWish | None = None
    ) -> None:
        self._library = library
        self._on_search = on_search
        self._wish = wish

    def __repr__(self) -> str:
        return f"<WatchedLibrary of {self._library!r}>"

    def documents(self) -> Sequence[Document]:
        """All documents, in a fixed order."""
        return self._library.documents()

    def get_document(self, document_id: str) -> Document:
        """The document of that id.

        Raises:
            NameUnknownError: There is none; near misses are named.
        """
        return self._library.get_document(document_id)

    def search(self, query: str, *, k: int) -> list[Hit]:
        """The best k passages for the query, best first."""
        exploration = self._library.explore(query, k=k, wish=self._wish)
        self._on_search(exploration)
        return list(exploration.hits)
