"""Beam search: a few trails at a time, each looking for the part of the question that it has not covered yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from moe_core import KnowledgeGraph, Node, Persona, Traits, TraversalStrategy
from moe_kit.graphs.attributes import (
    QUESTION_ID,
    Residual,
    compare_scores,
    find_covered,
    find_links,
    find_residual,
    find_score,
    find_strength,
)

_OWN_SHARE = 0.5  # of a passage's own score, what counts from the second hop on
_RESIDUAL_WORTH = 8.0  # score of covering all that is open


@dataclass(frozen=True, slots=True)
class _OpenTrail:
    """A way through the graph: what it is worth, and what of the question it leaves open."""

    worth: float
    residual: Residual


class BeamTraversal(TraversalStrategy):
    """Keeps the best trails and extends each by the passages that cover what of the question it left open.

    Traits: breadth sets how many trails are kept, depth how many hops they go, precision how much covering the open
    part counts against following strong links.

    Source: beam search over passages with a query reduced hop by hop, as in Xiong et al., "Answering Complex
    Open-Domain Questions with Multi-Hop Dense Retrieval" (2021), section 2; the residual here is made of terms.
    """

    name = "beam"
    summary = "extends the best trails by what of the question they left open"

    def __init__(self) -> None:
        self._graph: KnowledgeGraph | None = None
        self._question = Residual({})
        self._trails: dict[str, _OpenTrail] = {}
        self._visited = 0
        self._hops = 0

    def begin(self, question: str, graph: KnowledgeGraph) -> "BeamTraversal":
        """A fresh walk."""
        walk = BeamTraversal()
        walk._graph = graph
        walk._question = find_residual(graph)
        return walk

    def evaluate_node_relevance(self, persona: Persona, node: Node) -> float:
        """How close the best trail to the node comes to the best of all, in [0, 1]."""
        trail = self._trails.get(node.node_id)
        if trail is None:
            return 0.0
        highest = max(trail.worth for trail in self._trails.values())
        return compare_scores({"node": trail.worth, "": highest})["node"]

    def decide_traversal(self, current: Sequence[Node], available: Sequence[Node], persona: Persona) -> list[Node]:
        """The ends of the best trails, until they are long enough."""
        traits = persona.traits
        for node in available:
            if node.node_id not in self._trails:
                self._trails[node.node_id] = _OpenTrail(find_score(node), self._question.without(find_covered(node)))
        self._extend(current[self._visited :], {node.node_id: node for node in available}, traits)
        self._visited = len(current)
        if self._hops >= round(Traits.scale(traits.depth, low=1, neutral=2, high=4)):
            return []
        self._hops += 1
        width = round(Traits.scale(traits.breadth, low=3, neutral=10, high=24))
        return sorted(available, key=lambda node: -self._trails[node.node_id].worth)[:width]

    def _extend(self, ends: Sequence[Node], available: dict[str, Node], traits: Traits) -> None:
        """Lengthen the trails that end at the nodes just visited."""
        residual_worth = _RESIDUAL_WORTH * Traits.scale(traits.precision, low=0.3, neutral=1.0, high=2.0)
        highest = max((trail.worth for trail in self._trails.values()), default=0.0)
        for end in ends:
            trail = self._trails.get(end.node_id)
            if trail is None or end.node_id == QUESTION_ID or self._graph is None:
                continue
            belief = compare_scores({"trail": trail.worth, "": highest})["trail"]
            for edge in find_links(self._graph, end):
                node = available.get(edge.target)
                if node is None:
                    continue
                covered = find_covered(node)
                gain = find_strength(edge) + residual_worth * trail.residual.measure(covered)
                worth = _OWN_SHARE * find_score(node) + belief * gain
                if worth > self._trails[node.node_id].worth:
                    self._trails[node.node_id] = _OpenTrail(worth, trail.residual.without(covered))
