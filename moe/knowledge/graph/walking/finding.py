"""What a walk brought, as those see it who judge it."""

from collections.abc import Sequence

from moe.contracts.experts import ExpertFinding
from moe.contracts.search import FIRST_PASSAGES
from moe.knowledge.graph.builder import QueryGraph
from moe.knowledge.graph.filling import find_passage_number
from moe.knowledge.graph.walking.walk import Walk

_SHOWN = 8  # chosen: as many passages as a task reads


def make_finding(graph: QueryGraph, walk: Walk, *, is_decided: bool) -> ExpertFinding:
    """The best passages of a walk, and how much of the question they hold.

    Args:
        graph: Of the question.
        walk: Through it.
        is_decided: The question's own words decide what is found.
    """
    best = walk.ranking[:_SHOWN]
    node_ids = tuple(node_id for node_id, _ in best)
    covers = _find_covers(graph, node_ids)
    return ExpertFinding(
        persona=walk.persona.name,
        node_ids=node_ids,
        ratings=tuple(float(rating) for _, rating in best),
        covers=covers,
        read=graph.get_passage,
        covered=_measure_coverage(graph, covers[:FIRST_PASSAGES]),
        is_decided=is_decided,
        reached=len(walk.ranking),
    )


def _find_covers(graph: QueryGraph, node_ids: Sequence[str]) -> tuple[frozenset[int], ...]:
    rows = graph.rows
    if rows is None:
        return tuple(frozenset() for _ in node_ids)
    places = [graph.growth.places[find_passage_number(node_id)] for node_id in node_ids]
    return tuple(frozenset(row.nonzero()[0].tolist()) for row in rows.has_term[places])


def _measure_coverage(graph: QueryGraph, covers: Sequence[frozenset[int]]) -> float:
    weights = graph.question.weights
    total = float(weights.sum())
    covered = frozenset[int]().union(*covers)
    return float(weights[sorted(covered)].sum()) / total if total else 0.0
