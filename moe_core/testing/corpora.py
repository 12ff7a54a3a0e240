"""A corpus of a few passages, without an index on disk."""

from array import array
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from moe_core.contracts.evidence import Passage
from moe_core.contracts.retriever import Embeddings, Holders
from moe_core.text.tokens import find_terms

_HIGHEST_COUNT = 31


class MemoryCorpus:
    """Passages and the terms they hold, read when made."""

    def __init__(
        self, passages: Iterable[Passage], *, cache_folder: Path | None = None, embeddings: Embeddings | None = None
    ) -> None:
        """Read the passages.

        Args:
            passages: In the order of their numbers.
            cache_folder: Lent to retrievers.
            embeddings: Lent to retrievers.
        """
        self.passages = tuple(passages)
        self.cache_folder = cache_folder
        self.embeddings = embeddings
        self._terms: dict[str, tuple[array[int], bytearray]] = {}
        self._lengths = array("i")
        for number, passage in enumerate(self.passages):
            # Documents that begin with their title have it as the first heading too; it counts once.
            section = f"{passage.section} > ".removeprefix(f"{passage.title} > ")
            counts = Counter(term for part in (passage.title, section, passage.text) for term in find_terms(part))
            self._lengths.append(counts.total())
            for term, count in counts.items():
                passages_of, counts_of = self._terms.setdefault(term, (array("i"), bytearray()))
                passages_of.append(number)
                counts_of.append(min(count, _HIGHEST_COUNT))

    @property
    def lengths(self) -> memoryview:
        """Terms of each passage."""
        return memoryview(self._lengths)

    def find_holders(self, term: str) -> Holders:
        """The passages that hold a term."""
        passages, counts = self._terms.get(term, (array("i"), bytearray()))
        return Holders(memoryview(passages), memoryview(counts))

    def report(self, done: int, total: int, what: str) -> None:
        """Nobody waits."""
