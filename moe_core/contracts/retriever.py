"""Retrievers: how passages are found."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Protocol

from moe_core.contracts.evidence import Hit, Passage


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
    def build(self, passages: Sequence[Passage]) -> SearchIndex:
        """Make the passages searchable. Deterministic; an empty sequence is fine."""
