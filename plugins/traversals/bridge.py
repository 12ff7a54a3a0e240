"""Bridges: from the things that the question names, along names written in the text, to what it does not name."""

from collections.abc import Sequence

from moe_core import KnowledgeGraph, Node, Persona, Traits, TraversalStrategy
from moe_kit.graphs.attributes import QUESTION_ID, compare_scores, find_links, find_score, find_strength

_OFF_TRAIL = 0.6  # what a passage's own score counts when no bridge leads to it


class BridgeTraversal(TraversalStrategy):
    """Begins at passages that a name in the question means, and follows mentions of other names only.

    Where nothing in the question is the name of a passage, it begins at what search found.

    Traits: breadth sets how many passages a round visits, depth how many bridges in a row are crossed, curiosity how
    far a weak bridge is trusted.
    """

    name = "bridge"
    summary = "follows mentions of names from the things the question names"

    def __init__(self) -> None:
        self._graph: KnowledgeGraph | None = None
        self._worths: dict[str, float] = {}
        self._on_trail: set[str] = set()
        self._visited = 0
        self._hops = 0

    def begin(self, question: str, graph: KnowledgeGraph) -> "BridgeTraversal":
        """A fresh walk."""
        walk = BridgeTraversal()
        walk._graph = graph
        if QUESTION_ID in graph:
            edges = graph.edges_of(QUESTION_ID)
            named = {edge.target for edge in edges if edge.kind == "named"}
            walk._on_trail = named or {edge.target for edge in edges}
        return walk

    def evaluate_node_relevance(self, persona: Persona, node: Node) -> float:
        """How close the node's worth comes to the highest, in [0, 1]."""
        worth = self._worths.get(node.node_id)
        if worth is None:
            return 0.0
        return compare_scores({"node": worth, "": max(self._worths.values())})["node"]

    def decide_traversal(self, current: Sequence[Node], available: Sequence[Node], persona: Persona) -> list[Node]:
        """The best of the available passages that the question or a bridge leads to."""
        traits = persona.traits
        for node in (*current, *available):
            share = 1.0 if node.node_id in self._on_trail else _OFF_TRAIL
            self._worths.setdefault(node.node_id, share * find_score(node))
        self._cross(current[self._visited :], {node.node_id: node for node in available}, traits)
        self._visited = len(current)
        if self._hops >= round(Traits.scale(traits.depth, low=1, neutral=3, high=5)):
            return []
        self._hops += 1
        width = round(Traits.scale(traits.breadth, low=3, neutral=8, high=16))
        reached = [node for node in available if node.node_id in self._on_trail or not self._on_trail]
        return sorted(reached, key=lambda node: -self._worths[node.node_id])[:width]

    def _cross(self, ends: Sequence[Node], available: dict[str, Node], traits: Traits) -> None:
        """Follow the mentions in the passages just visited."""
        trust = Traits.scale(traits.curiosity, low=0.6, neutral=1.0, high=1.3)
        highest = max(self._worths.values(), default=0.0)
        for end in ends:
            belief = compare_scores({"end": self._worths[end.node_id], "": highest})["end"]
            for edge in find_links(self._graph, end) if self._graph is not None else ():
                node = available.get(edge.target)
                if node is None or edge.kind != "mentions":
                    continue
                self._on_trail.add(node.node_id)
                worth = find_score(node) + trust * belief * find_strength(edge)
                self._worths[node.node_id] = max(self._worths[node.node_id], worth)
