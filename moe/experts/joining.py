"""Whose evidence leads, and what the others add to it."""

from collections.abc import Sequence

from moe.contracts.experts import ExpertFinding
from moe.contracts.search import FIRST_PASSAGES

_ADDED_MAX = 3  # chosen: with the five leading ones as many passages as a task reads
_BELIEVED = 0.5  # chosen: rating from which an expert vouches for a passage


def find_added(lead: ExpertFinding, others: Sequence[ExpertFinding]) -> dict[str, list[tuple[str, float]]]:
    """What others add, by persona: passages that they vouch for, with words of the question that nothing before has.

    What merely ranks otherwise is left out: measured, it displaces more of the lead's evidence than it brings.

    Args:
        lead: Whose evidence comes first.
        others: Of the same question, the best first; each may add what those before it did not.
    """
    known = set(lead.node_ids)
    covered = set[int]().union(*lead.covers)
    added: dict[str, list[tuple[str, float]]] = {}
    left = _ADDED_MAX
    for other in others:
        own = added[other.persona] = []
        first = slice(FIRST_PASSAGES)
        best = zip(other.node_ids[first], other.ratings[first], other.covers[first], strict=True)
        for node_id, rating, covers in best:
            if left and node_id not in known and rating >= _BELIEVED and covers - covered:
                own.append((node_id, rating))
                known.add(node_id)
                covered |= covers
                left -= 1
    return added
