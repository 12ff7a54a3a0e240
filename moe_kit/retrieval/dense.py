"""Search by meaning: the passages whose vectors are nearest to the question's."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moe_core.contracts.retriever import Corpus, Found
from moe_kit.retrieval.embedding import Embedder, ServedEmbedder, load_embedder
from moe_kit.retrieval.vectors import build_table

Floats = NDArray[np.float32]


class DenseIndex:
    """Exact search by cosine."""

    def __init__(self, corpus: Corpus, model: str | None = None) -> None:
        """Embed a corpus, as far as it was not embedded before.

        Args:
            corpus: The passages.
            model: In place of the one that the configuration or the environment names.

        Raises:
            ConfigError: The model, or what runs it, is not there.
            ModelError: The server that makes the vectors fails.
        """
        self._corpus = corpus
        self._model = model
        self._table, self._embedder = build_table(corpus, self._load)
        self._last: tuple[str, Floats] | None = None

    def search(self, query: str, *, k: int) -> list[Found]:
        """The k nearest passages, nearest first, ties in passage order; none at a right angle or more."""
        if k <= 0 or self._embedder is None or not has_words(query):
            return []
        cosines = self._table.rate(self._embed(query, self._embedder))
        candidates = np.flatnonzero(cosines > 0)
        if len(candidates) > k:
            least = np.partition(cosines[candidates], -k)[-k]
            candidates = candidates[cosines[candidates] >= least]
        best = candidates[np.argsort(-cosines[candidates], kind="stable")[:k]]
        return [Found(*found) for found in zip(best.tolist(), cosines[best].tolist(), strict=True)]

    def embed_query(self, query: str) -> memoryview:
        """The query's vector."""
        if self._embedder is None or not has_words(query):
            return np.zeros(0, dtype=np.float32).data
        return self._embed(query, self._embedder).data

    def find_vectors(self, numbers: Sequence[int]) -> memoryview:
        """The vectors of passages, shape (numbers, dimensions)."""
        return self._table.take(numbers).data

    def _load(self) -> Embedder:
        embeddings = self._corpus.embeddings
        return load_embedder(self._model) if self._model or embeddings is None else ServedEmbedder(embeddings)

    def _embed(self, query: str, embedder: Embedder) -> Floats:
        last = self._last  # several threads may search
        if last is None or last[0] != query:
            last = self._last = query, np.asarray(embedder.embed([query], is_query=True), dtype=np.float32)[0]
        return last[1]


def has_words(text: str) -> bool:
    """Whether there is a letter or digit in a text."""
    return any(character.isalnum() for character in text)
