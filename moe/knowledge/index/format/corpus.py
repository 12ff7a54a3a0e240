"""An index as retrievers see it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from moe.knowledge.analysis.entries import COUNT_MASK
from moe.knowledge.analysis.keys import make_word_key
from moe.knowledge.index.format.index import PassageIndex
from moe_core.contracts.evidence import Passage
from moe_core.contracts.retriever import Embeddings, Holders


class IndexCorpus:
    """The passages of an index, with the terms that they hold."""

    def __init__(
        self,
        index: PassageIndex,
        *,
        cache_folder: Path | None = None,
        embeddings: Embeddings | None = None,
        on_progress: Callable[[int, int, str], None] | None = None,
    ) -> None:
        """Show an index.

        Args:
            index: The index.
            cache_folder: Where retrievers may keep files of their own.
            embeddings: What the configuration wants vectors made by.
            on_progress: Called with what a retriever's long work has done, all there is, and what it is.
        """
        self._index = index
        self._on_progress = on_progress
        self.cache_folder = cache_folder
        self.embeddings = embeddings

    @property
    def passages(self) -> Sequence[Passage]:
        """All passages by number, each put together when asked for."""
        return self._index.passages

    @property
    def lengths(self) -> memoryview:
        """Terms of each passage."""
        return self._index.lengths.data

    def find_holders(self, term: str) -> Holders:
        """The passages that hold a term."""
        row = self._index.terms.find(make_word_key(term))
        if row < 0:
            return Holders(np.zeros(0, np.int32).data, np.zeros(0, np.uint8).data)
        members, infos = self._index.terms.row(row)
        return Holders(members.data, (infos & COUNT_MASK).data)

    def report(self, done: int, total: int, what: str) -> None:
        """Pass on how far a retriever's work is."""
        if self._on_progress is not None:
            self._on_progress(done, total, what)
