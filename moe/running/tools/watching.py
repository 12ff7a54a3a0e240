"""A library that keeps how each search came to what it found."""

from collections.abc import Sequence

from moe.contracts.walks import ExplorationReport
from moe.knowledge.graph.walking.paths import report_exploration
from moe.knowledge.library import DocumentLibrary
from moe_core.contracts.evidence import Document, Hit


class WatchedLibrary:
    """The same documents and the same hits, with a report of every search.

    Attributes:
        reports: One a search, in order.
    """

    def __init__(self, library: DocumentLibrary) -> None:
        self._library = library
        self.reports: list[ExplorationReport] = []

    def __repr__(self) -> str:
        return f"<WatchedLibrary, {len(self.reports)} searches of {self._library!r}>"

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
        exploration = self._library.explore(query, k=k)
        self.reports.append(report_exploration(exploration))
        return list(exploration.hits)
