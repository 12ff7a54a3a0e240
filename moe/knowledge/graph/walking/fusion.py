"""Several rankings made one."""

from collections.abc import Sequence
from itertools import accumulate

from moe.contracts.search import FIRST_PASSAGES

_SMOOTHING = 2.0  # ranks count as 1 / (rank + smoothing), so that being first in one list does not decide alone


def fuse_rankings(
    rankings: Sequence[Sequence[tuple[str, float]]], *, most: int | None = None
) -> list[tuple[str, float]]:
    """Fuse rankings by the reciprocals of their ranks.

    Args:
        rankings: Each best first, as (id, rating in [0, 1]).
        most: How many of the best are wanted; None for all.

    Returns:
        Every id once, best first, ties by the first ranking that has it; scores in [0, 1]: the mean rating over the
        rankings, never above the score before it. A single ranking comes back as it is, with such scores.

    Source: reciprocal rank fusion (Cormack, Clarke and Buettcher, 2009) with a smaller constant: lists here are short.
    """
    if len(rankings) == 1:
        first = rankings[0][:most]
        return list(zip((name for name, _ in first), accumulate((rating for _, rating in first), min), strict=True))
    worths: dict[str, float] = {}
    ratings: dict[str, float] = {}
    for ranking in rankings:
        for rank, (name, rating) in enumerate(ranking):
            worths[name] = worths.get(name, 0.0) + 1 / (rank + _SMOOTHING)
            ratings[name] = ratings.get(name, 0.0) + rating / len(rankings)
    fused: list[tuple[str, float]] = []
    for name in sorted(worths, key=lambda name: -worths[name])[:most]:
        ceiling = fused[-1][1] if fused else 1.0
        fused.append((name, min(ceiling, ratings[name])))
    return fused


def insert_others(
    lead: Sequence[tuple[str, float]], added: Sequence[tuple[str, float]], *, most: int | None = None
) -> list[tuple[str, float]]:
    """Put what others add into a ranking, behind its first five.

    Args:
        lead: The leading ranking, best first, as (id, rating in [0, 1]).
        added: Of the others, best first.
        most: How many of the best are wanted; None for all.

    Returns:
        Every id once, scores in [0, 1] that never rise.
    """
    first = {name for name, _ in lead[:FIRST_PASSAGES]}
    new = [one for one in added if one[0] not in first]
    placed = {name for name, _ in new}
    rest = (one for one in lead[FIRST_PASSAGES:] if one[0] not in placed)
    return fuse_rankings([[*lead[:FIRST_PASSAGES], *new, *rest]], most=most)
