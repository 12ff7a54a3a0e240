"""The order of what a walk rated: by rating, and by what each adds to those before it."""

from collections.abc import Callable, Sequence
from math import log

from moe_core.contracts.persona import Traits
from moe_kit.graphs.attributes import Residual

_FLOOR = 1e-6  # of ratings, so that their logarithm exists
_CHOSEN_FROM = 24  # the best passages, among which the order looks for coverage


def order_by_coverage(
    best_first: Sequence[tuple[str, float]], find_covered: Callable[[int], set[int]], residual: Residual, traits: Traits
) -> list[tuple[str, float]]:
    """Best first, where a passage that covers what the ones before it left open counts as better.

    One that covers all that is open counts as e^0.6 = 1.8 times as relevant as it was rated; breadth changes that.

    Args:
        best_first: Node ids with their ratings.
        find_covered: By place among them, the places of the question's terms that one covers.
        residual: The whole question.
        traits: Of who walks.
    """
    worth = Traits.scale(traits.breadth, low=0.5, neutral=0.6, high=1.2)
    pool = [
        (rated, log(max(rated[1], _FLOOR)), find_covered(place))
        for place, rated in enumerate(best_first[:_CHOSEN_FROM])
    ]
    gains = [known + worth * residual.measure(covered) for _, known, covered in pool]
    ordered: list[tuple[str, float]] = []
    while pool:
        place = gains.index(max(gains))
        rated, _, covered = pool.pop(place)
        gains.pop(place)
        ordered.append(rated)
        if not covered.isdisjoint(residual.weights):
            residual = residual.without(covered)
            for at, (_, known, others) in enumerate(pool):
                if not covered.isdisjoint(others):
                    gains[at] = known + worth * residual.measure(others)
    return [*ordered, *best_first[_CHOSEN_FROM:]]
