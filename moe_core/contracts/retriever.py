"""Retrievers: how passages are found."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple, Protocol, runtime_checkable

from moe_core.contracts.evidence import Passage


class Holders(NamedTuple):
    """Passages that hold a term, by number, ascending; memory that `numpy.asarray` reads without a copy.

    Attributes:
        passages: Numbers, int32.
        counts: How often each holds it, at most 31; uint8.
    """

    passages: memoryview
    counts: memoryview


class Found(NamedTuple):
    """A passage that a search found.

    Attributes:
        number: Its place in the corpus.
        score: At least 0, comparable within one search.
    """

    number: int
    score: float


class Embeddings(Protocol):
    """Vectors of texts, made by a model server."""

    @property
    def model_id(self) -> str:
        """Another one wherever the vectors would be others."""
        ...

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Vectors of any length, shape (texts, dimensions).

        Raises:
            ModelError: The server makes none.
        """
        ...


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

    @property
    def embeddings(self) -> Embeddings | None:
        """What the configuration (`system.embeddings`) wants vectors made by; None leaves it to the retriever."""
        ...

    def find_holders(self, term: str) -> Holders:
        """The passages that hold a term (`moe_core.text.tokens.find_terms`) in title, section or text."""
        ...

    def report(self, done: int, total: int, what: str) -> None:
        """Tell whoever waits how far a long `build` is, as in (128, 4000, "passages embedded")."""
        ...


class SearchIndex(Protocol):
    """Passages made searchable."""

    def search(self, query: str, *, k: int) -> list[Found]:
        """The best k passages, best first, ties in passage order; [] when nothing matches."""
        ...


@runtime_checkable
class VectorIndex(SearchIndex, Protocol):
    """A search index that knows meanings as vectors; what walks the graph of a question reads them too.

    Both return memory that `numpy.asarray` reads without a copy: float32, vectors of length 1, cosines their products.
    """

    def embed_query(self, query: str) -> memoryview:
        """The query's vector, shape (dimensions,); shape (0,) when it has none."""
        ...

    def find_vectors(self, numbers: Sequence[int]) -> memoryview:
        """The vectors of passages by number, shape (numbers, dimensions); zeros for a passage without words."""
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
