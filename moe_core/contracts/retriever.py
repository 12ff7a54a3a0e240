"""Retrievers: how passages are found."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple, Protocol

from moe_core.contracts.evidence import Hit, Passage


class Holders(NamedTuple):
    """Passages that hold a term, by number, ascending; memory that `numpy.asarray` reads without a copy.

    Attributes:
        passages: Numbers, int32.
        counts: How often each holds it, at most 31; uint8.
    """

    passages: memoryview
    counts: memoryview


class Corpus(Protocol):
    """The passages of an index, with the words that they hold."""

    @property
    def passages(self) -> Sequence[Passage]:
        """All passages by number; each may be put together only when asked for."""
        ...

    @property
    def lengths(self) -> memoryview:
        """Terms of each passage, repeats counted; int32."""
        ...

    @property
    def cache_folder(self) -> Path | None:
        """Where a retriever may keep what is costly to make, such as vectors; None without a place on disk."""
        ...

    def find_holders(self, term: str) -> Holders:
        """The passages that hold a term (`moe_core.text.tokens.find_terms`) in title, section or text."""
        ...


class SearchIndex(Protocol):
    """Passages made searchable."""

    def search(self, query: str, *, k: int) -> list[Hit]:
        """The best k passages, best first, ties in passage order; [] when nothing matches."""
        ...


class Retriever(ABC):
    """Builds search indexes.

    Attributes:
        name: Short name, unique among retrievers.
        summary: One line for listings.
    """

    name: ClassVar[str] = ""
    summary: ClassVar[str] = ""

    @abstractmethod
    def build(self, corpus: Corpus) -> SearchIndex:
        """Make the passages searchable. Deterministic; an empty corpus is fine."""
