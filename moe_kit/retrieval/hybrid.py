"""Search by words and by meaning at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moe_core.contracts.retriever import Found, SearchIndex, VectorIndex

_DEPTH = 100  # passages taken of each ranking, or k if that is more
_WORDS_SHARE = 0.4  # of the score; chosen, and preferred to rank fusion, with benchmarks/retrieval/fuse.py


class HybridIndex:
    """The sum of BM25 and cosine, each relative to its best, over the best passages of both.

    A passage that is not among the best by words counts as much there as the last that is, or nothing if all that
    match are among them; cosines are known of all.
    """

    def __init__(self, words: SearchIndex, meaning: VectorIndex) -> None:
        """Join two indexes of the same corpus.

        Args:
            words: Finds by words.
            meaning: Finds by meaning.
        """
        self._words = words
        self._meaning = meaning

    def search(self, query: str, *, k: int) -> list[Found]:
        """The best k passages, best first, ties in passage order; [] when nothing matches."""
        if k <= 0:
            return []
        depth = max(k, _DEPTH)
        by_words = self._words.search(query, k=depth)
        by_meaning = self._meaning.search(query, k=depth)
        numbers = sorted({found.number for found in (*by_words, *by_meaning)})
        scores = _WORDS_SHARE * self._rate_words(numbers, by_words, depth)
        scores += (1 - _WORDS_SHARE) * self._rate_meaning(numbers, query)
        order = np.argsort(-scores, kind="stable")[:k]
        return [Found(numbers[at], float(scores[at])) for at in order.tolist()]

    def embed_query(self, query: str) -> memoryview:
        """The query's vector."""
        return self._meaning.embed_query(query)

    def find_vectors(self, numbers: Sequence[int]) -> memoryview:
        """The vectors of passages."""
        return self._meaning.find_vectors(numbers)

    def _rate_words(self, numbers: Sequence[int], by_words: Sequence[Found], depth: int) -> NDArray[np.float64]:
        if not by_words:
            return np.zeros(len(numbers))
        known = dict(by_words)
        least = by_words[-1].score if len(by_words) == depth else 0.0
        return np.array([known.get(number, least) for number in numbers]) / (by_words[0].score or 1.0)

    def _rate_meaning(self, numbers: Sequence[int], query: str) -> NDArray[np.float64]:
        question = np.asarray(self._meaning.embed_query(query), dtype=np.float64)
        if not len(question) or not numbers:
            return np.zeros(len(numbers))
        vectors = np.asarray(self._meaning.find_vectors(numbers), dtype=np.float64)
        cosines = np.maximum((vectors * question).sum(axis=1), 0.0)
        return np.asarray(cosines / (cosines.max() or 1.0))
