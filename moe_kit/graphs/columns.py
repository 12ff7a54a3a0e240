"""A walk over columns of numbers: what a strategy is given in place of nodes and edges when that is enough for it."""

from abc import abstractmethod

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe_core.contracts.persona import Persona
from moe_core.contracts.traversal import TraversalStrategy

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


class Reached(msgspec.Struct, frozen=True, eq=False):
    """What one step of a walk brought: passages that it reached first, and the links out of those it visited.

    Places count what a walk has reached in its order, from 0, which is the question and has the score 0.

    Attributes:
        scores: Of the passages. Shape (passages,); their places follow those known before.
        sources: The place that each link leads from. Shape (links,).
        targets: The place that it leads to.
        kinds: "mentions" or "shares".
        strengths: What it is worth to its target, at least 0.
    """

    scores: Floats
    sources: Places
    targets: Places
    kinds: NDArray[np.str_]
    strengths: Floats


class ColumnTraversal(TraversalStrategy):
    """A strategy that can also walk over columns, at a fraction of the cost; both ways end in the same ranking.

    A new instance walks once: `begin` is not called.
    """

    @abstractmethod
    def choose_places(self, reached: Reached, available: Places, persona: Persona) -> Places:
        """Which of the available places to visit next, best first; none ends the walk.

        Args:
            reached: What came since the last call.
            available: Places that were reached and not visited, in their order.
            persona: Who walks.
        """

    @abstractmethod
    def rate_places(self, persona: Persona) -> Floats:
        """How much each place that was reached is worth to the persona, in [0, 1]. Shape (places,)."""
