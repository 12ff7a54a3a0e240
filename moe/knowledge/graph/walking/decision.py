"""Whether the passages that a question leads to decide it, so that no walk would add to them."""

import math

import numpy as np
from numpy.typing import NDArray

from moe.contracts.search import FIRST_PASSAGES
from moe.knowledge.graph.features.context import CONTEXT
from moe.knowledge.graph.growth import GraphGrowth

SIGNS = (
    *CONTEXT,
    "lead",  # of the best passage's score over the second's
    "lead_of_five",  # over the sixth's
)
# benchmarks/retrieval/fit_decision.py found these.
_WEIGHTS = np.array((0.534, 3.865, -1.785, -1.62, 3.253, 0.241, -0.303))
_CONSTANT = -0.852
_MOST_LIKELY = 0.04  # how likely a walk may add something to a question that counts as decided


def read_signs(growth: GraphGrowth) -> NDArray[np.float64]:
    """What tells it, shape (`SIGNS`,); the graph holds its seeds at least."""
    scores = -np.sort(-growth.scores[: growth.seed_count])
    best, second, sixth = scores[0], scores[min(1, len(scores) - 1)], scores[min(FIRST_PASSAGES, len(scores) - 1)]
    return np.array([*growth.context, best - second, best - sixth])


def is_decided(growth: GraphGrowth) -> bool:
    """Whether a walk would hardly add anything to the first five passages; False where nothing was found."""
    if not growth.seed_count:
        return False
    chance = 1 / (1 + math.exp(-float((read_signs(growth) * _WEIGHTS).sum()) - _CONSTANT))
    return chance < _MOST_LIKELY
