"""Two ways to search, compared question by question."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from moe.evaluation.retrieval import RetrievalReport

_RESAMPLES = 10_000  # more move the ends of an interval by less than the tenth that is shown
_SEED = 20_240_611  # any: the same figures for the same outcomes
_TAILS = (2.5, 97.5)  # percent: the customary interval of 95


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """How much one way is better than another, in percentage points.

    Attributes:
        mean: Over the questions.
        low: Where its 95 % interval begins.
        high: Where it ends.
    """

    mean: float
    low: float
    high: float


def compare_reports(one: RetrievalReport, other: RetrievalReport) -> Mapping[int, Difference]:
    """By depth, how much more of the gold `one` finds than `other` does on the same questions.

    Source: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13: percentile intervals of the
    mean difference of pairs, over resampled questions.
    """
    return {
        depth: _find_difference(
            [
                mine.recalls[depth] - theirs.recalls[depth]
                for mine, theirs in zip(one.details, other.details, strict=True)
            ]
        )
        for depth in one.recalls
    }


def _find_difference(gains: Sequence[float]) -> Difference:
    if not gains:
        return Difference(mean=0.0, low=0.0, high=0.0)
    values = np.asarray(gains, dtype=np.float64)
    random = np.random.default_rng(_SEED)
    means = [values[random.integers(0, len(values), len(values))].mean() for _ in range(_RESAMPLES)]
    low, high = np.percentile(means, _TAILS)
    return Difference(mean=float(values.mean()), low=float(low), high=float(high))
