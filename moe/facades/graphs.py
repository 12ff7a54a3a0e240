"""The graphs that questions make of the documents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import moe.rooms as rooms
from moe.contracts.documents import ProgressListener
from moe.contracts.search import SearchNames
from moe.contracts.snapshot import Snapshot


@dataclass(frozen=True, kw_only=True)
class QuestionGraphs:
    """Graphs of questions, to look at.

    Attributes:
        open_library: The documents to search, as `App.open_library` does.
        find_runs: The record of runs.
    """

    open_library: "Callable[..., rooms.DocumentLibrary]"
    find_runs: "Callable[[], rooms.RunStore]"

    def explore(
        self,
        question: str,
        docs: Sequence[str] = (),
        *,
        top: int,
        search: SearchNames | None = None,
        on_progress: ProgressListener | None = None,
    ) -> Snapshot:
        """Build a question's graph and let everybody walk it, also where a run would not; no language model is asked.

        Args:
            question: What is looked for.
            docs: Files, folders and globs; without any the project's index is searched.
            top: Passages of the ranking to list, with the paths to them and their sentences.
            search: Who searches.
            on_progress: Called after each file that is read.

        Raises:
            DocumentError: A document cannot be read, or there are none.
            PluginError: The retriever or a strategy failed.
        """
        library = self.open_library(docs, search=search, on_progress=on_progress)
        return rooms.take_snapshot(library.explore(question, must_walk=True), top=top)

    def find_walked(self, run_id: str) -> Snapshot:
        """The graph that a run walked, as far as it is kept: the search that brought most of its citations.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: The run kept none.
            StorageError: The record cannot be read.
        """
        return rooms.find_walked_graph(self.find_runs(), run_id)

    @staticmethod
    def place(snapshot: Snapshot) -> Snapshot:
        """A snapshot whose nodes have x and y, the same at every look."""
        return rooms.place_snapshot(snapshot)

    @staticmethod
    def write_graphml(snapshot: Snapshot) -> str:
        """A snapshot's nodes and edges as GraphML."""
        return rooms.write_graphml(snapshot)
