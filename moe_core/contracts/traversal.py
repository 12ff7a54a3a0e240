"""Traversal strategies: how a persona walks the knowledge graph."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from moe_core.contracts.node import KnowledgeGraph, Node
from moe_core.contracts.persona import Persona


class TraversalStrategy(ABC):
    """Rates nodes and picks the next ones. Deterministic; never picks a node twice.

    Attributes:
        name: Short name, unique among strategies.
        summary: One line for listings.
    """

    name: ClassVar[str] = ""
    summary: ClassVar[str] = ""

    @abstractmethod
    def begin(self, question: str, graph: KnowledgeGraph) -> "TraversalStrategy":
        """A fresh strategy for one walk on this question through this graph.

        Several walks share a graph. For each to be the same with others as without them, a strategy
        looks at the edges of nodes that its own walk has visited, and no others.
        """

    @abstractmethod
    def evaluate_node_relevance(self, persona: Persona, node: Node) -> float:
        """How much the node is worth to the persona, in [0, 1]."""

    @abstractmethod
    def decide_traversal(self, current: Sequence[Node], available: Sequence[Node], persona: Persona) -> list[Node]:
        """Which of the available nodes to visit next, best first; [] ends the walk.

        Args:
            current: Nodes visited so far, in order.
            available: Unvisited neighbours of them.
            persona: Who walks.
        """
