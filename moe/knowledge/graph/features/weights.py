"""What was learned: how much each feature of passages and links counts."""

import json
from functools import cache
from importlib.resources import files

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.graph.features.features import LINK_FEATURES, PASSAGE_FEATURES
from moe.knowledge.graph.features.similarity import SIMILARITY_FEATURES, SIMILARITY_LINK_FEATURES
from moe.knowledge.graph.question.lookups import sum_rows

Floats = NDArray[np.float64]


class Weights(msgspec.Struct, frozen=True, eq=False):
    """What was learned: how much each feature counts.

    Attributes:
        passage: Shape (`PASSAGE_FEATURES`,), with `SIMILARITY_FEATURES` after them for a retriever with vectors.
        link: Shape (`LINK_FEATURES`,), with `SIMILARITY_LINK_FEATURES` likewise.
        rivalry: How much a link loses to the best one out of the same passage.
    """

    passage: Floats
    link: Floats
    rivalry: float

    def score_passages(self, values: Floats) -> Floats:
        """What passages are worth by themselves."""
        return sum_rows(values, self.passage)

    def measure_strengths(self, values: Floats, sources: NDArray[np.int64]) -> Floats:
        """What links are worth to their targets, at least 0.

        Args:
            values: Features, shape (links, features).
            sources: Of each link; all links out of a source are there.
        """
        raw = sum_rows(values, self.link)
        best = np.full(int(sources.max(initial=-1)) + 1, -np.inf)
        np.maximum.at(best, sources, raw)
        return np.logaddexp(0, (1 + self.rivalry) * raw - self.rivalry * best[sources])


@cache
def load_weights(*, with_vectors: bool = False) -> Weights:
    """The weights that ship with moe; benchmarks/retrieval/fit.py made them.

    Args:
        with_vectors: Those for a retriever that has vectors.
    """
    file = "weights_dense.json" if with_vectors else "weights.json"
    stored = json.loads(files("moe.knowledge.graph.features").joinpath(file).read_text(encoding="utf-8"))
    passage, link = list_features(with_vectors=with_vectors)
    return Weights(
        passage=np.array([stored["passage"].get(name, 0.0) for name in passage]),
        link=np.array([stored["link"].get(name, 0.0) for name in link]),
        rivalry=stored["rivalry"],
    )


def list_features(*, with_vectors: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of passages' and of links' features, in the order of the weights."""
    if not with_vectors:
        return PASSAGE_FEATURES, LINK_FEATURES
    return PASSAGE_FEATURES + SIMILARITY_FEATURES, LINK_FEATURES + SIMILARITY_LINK_FEATURES
