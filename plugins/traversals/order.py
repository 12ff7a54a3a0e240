"""Order: the passages as plain search found them, whatever they link to."""

from collections.abc import Sequence

from moe_core import KnowledgeGraph, Node, Persona, TraversalStrategy
from moe_kit.graphs.attributes import QUESTION_ID

_VISITS = 12  # chosen, as `belief` does in one round


class OrderTraversal(TraversalStrategy):
    """Rates each passage by how well the search for the question's words found it, and what links lead to by nothing.

    Traits make no difference to the ratings.
    """

    name = "order"
    summary = "keeps the order of the search for the question's words"

    def __init__(self) -> None:
        self._found: dict[str, float] = {}
        self._is_over = False

    def begin(self, question: str, graph: KnowledgeGraph) -> "OrderTraversal":
        """A fresh walk."""
        walk = OrderTraversal()
        if QUESTION_ID in graph:
            walk._found = {edge.target: edge.weight for edge in graph.edges_of(QUESTION_ID) if edge.kind == "found"}
        return walk

    def evaluate_node_relevance(self, persona: Persona, node: Node) -> float:
        """The node's share of the best hit's match, in [0, 1]."""
        return self._found.get(node.node_id, 0.0)

    def decide_traversal(self, current: Sequence[Node], available: Sequence[Node], persona: Persona) -> list[Node]:
        """The best of what search found, once."""
        if self._is_over:
            return []
        self._is_over = True
        found = [node for node in available if node.node_id in self._found]
        return sorted(found, key=lambda node: -self._found[node.node_id])[:_VISITS]
