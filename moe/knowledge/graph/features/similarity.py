"""What a retriever's vectors say of passages and links, where it has vectors."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moe_core.contracts.retriever import VectorIndex

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SIMILARITY_FEATURES = ("similarity",)  # cosine with the question, relative to the best seed's
SIMILARITY_LINK_FEATURES = (
    "similarity_added",  # cosine of the target with what of the question the source leaves open
    "similarity_joint",  # cosine of the question with both ends together, relative to the best seed's own
)


class SimilarityReader:
    """Works out for one question what its vectors say."""

    def __init__(self, vectors: VectorIndex, question: Floats) -> None:
        """Take a question.

        Args:
            vectors: Of the passages.
            question: Its own, of length 1.
        """
        self._vectors = vectors
        self._question = question
        self._known = np.zeros((0, len(question)), dtype=np.float64)
        self._cosines = np.zeros(0)
        self._best = 1e-9

    def read_passages(self, numbers: Sequence[int], *, are_seeds: bool) -> Floats:
        """`SIMILARITY_FEATURES` of passages, which are remembered by row; the seeds come first, and set the scale."""
        vectors = np.asarray(self._vectors.find_vectors(numbers), dtype=np.float64).reshape(len(numbers), -1)
        cosines = _multiply(vectors, self._question)
        if are_seeds:
            self._best = max(float(cosines.max(initial=0)), 1e-9)
        self._known = np.concatenate([self._known, vectors])
        self._cosines = np.concatenate([self._cosines, cosines])
        return (cosines / self._best)[:, None]

    def read_links(self, sources: Integers, targets: Integers) -> Floats:
        """`SIMILARITY_LINK_FEATURES` of links between passages by row."""
        asked_source, asked_target = self._cosines[sources], self._cosines[targets]
        likeness = _multiply(self._known[sources], self._known[targets])
        # The question without its part along the source, times the target.
        left = np.sqrt(np.maximum(1 - asked_source**2, 1e-9))
        added = (asked_target - asked_source * likeness) / left
        joint = (asked_source + asked_target) / np.sqrt(np.maximum(2 + 2 * likeness, 1e-9))
        return np.column_stack((added / self._best, joint / self._best))


def open_similarities(vectors: VectorIndex, question: str) -> SimilarityReader | None:
    """A reader for a question; None when there is no vector for it."""
    vector = np.asarray(vectors.embed_query(question), dtype=np.float64)
    return SimilarityReader(vectors, vector) if len(vector) else None


def _multiply(some: Floats, others: Floats) -> Floats:
    """Cosines row by row; a matrix product would round a row according to how many others there are."""
    return np.asarray((some * others).sum(axis=-1))
