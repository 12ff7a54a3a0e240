"""Keyword overlap: the plain baseline that other strategies are measured against."""

from collections.abc import Sequence

from moe_core import KnowledgeGraph, Node, Persona, TraversalStrategy
from moe_core.text.tokens import find_terms

# The plainest walk, to hold the others against: chosen, and never fitted.
_THRESHOLD = 0.1
_BEST = 5


class KeywordTraversal(TraversalStrategy):
    """Visits the five nodes whose words overlap most with the question's, as long as any overlap by a tenth.

    Overlap is the Jaccard index of the sets of stems: shared ones over all. Traits make no difference.
    """

    name = "keyword"
    summary = "follows plain word overlap with the question (baseline)"

    def __init__(self) -> None:
        self._wanted: frozenset[str] = frozenset()
        self._overlaps: dict[str, float] = {}

    def begin(self, question: str, graph: KnowledgeGraph) -> "KeywordTraversal":
        """A fresh walk."""
        walk = KeywordTraversal()
        walk._wanted = frozenset(find_terms(question))
        return walk

    def evaluate_node_relevance(self, persona: Persona, node: Node) -> float:
        """The Jaccard index of the node's words and the question's."""
        overlap = self._overlaps.get(node.node_id)
        if overlap is None:
            terms = frozenset(find_terms(node.text))
            either = len(terms | self._wanted)
            overlap = self._overlaps[node.node_id] = len(terms & self._wanted) / either if either else 0.0
        return overlap

    def decide_traversal(self, current: Sequence[Node], available: Sequence[Node], persona: Persona) -> list[Node]:
        """The five best of the available nodes that reach the threshold."""
        rated = [(self.evaluate_node_relevance(persona, node), node) for node in available]
        near = sorted((pair for pair in rated if pair[0] >= _THRESHOLD), key=lambda pair: -pair[0])
        return [node for _, node in near[:_BEST]]
