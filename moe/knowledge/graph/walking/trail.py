"""Where a walk is: the nodes it visited, those next to them, and how it came to each."""

from collections.abc import Sequence

import msgspec

from moe_core.contracts.errors import PluginError
from moe_core.contracts.graph import DynamicKnowledgeGraph
from moe_core.contracts.node import Edge, Node
from moe_kit.graphs.attributes import QUESTION_ID


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A passage that a walk reached.

    Attributes:
        node_id: The passage's node.
        hop: How many edges from the question: 1 for what search found.
        edge: The edge it was first reached by; the strongest of several.
        was_visited: Whether the walk went on from there.
    """

    node_id: str
    hop: int
    edge: Edge
    was_visited: bool


class Trail:
    """Where a walk is.

    Attributes:
        visited: The question, and the nodes that it went on from.
        steps: By node id, every passage that was reached.
        is_full: Whether anything was left out.
    """

    def __init__(self, graph: DynamicKnowledgeGraph, max_nodes: float) -> None:
        self._graph = graph
        self._max_nodes = max_nodes
        self.is_full = False
        self.visited: list[Node] = []
        self.steps: dict[str, Step] = {}
        self._hops = {QUESTION_ID: 0}
        self._available: dict[str, Node] = {}
        self._take([graph.get_node(QUESTION_ID)])

    def list_available(self) -> list[Node]:
        """Nodes that were reached and not visited."""
        return list(self._available.values())

    def list_reached(self) -> list[Node]:
        """All nodes that were reached: those visited, then those available."""
        return self.visited[1:] + self.list_available()

    def visit(self, chosen: Sequence[Node], strategy: str) -> None:
        """Go to nodes that are available.

        Raises:
            PluginError: One of them is not, or is named twice.
        """
        for node in chosen:
            if self._available.pop(node.node_id, None) is None:
                raise make_choice_error(strategy, node.node_id)
            step = self.steps[node.node_id]
            self.steps[node.node_id] = Step(node_id=step.node_id, hop=step.hop, edge=step.edge, was_visited=True)
        self._take(chosen)

    def _take(self, nodes: Sequence[Node]) -> None:
        self.visited += nodes
        self._graph.expand(node.node_id for node in nodes)
        known = {node.node_id for node in self.visited}
        for node in nodes:
            for edge in self._graph.edges_of(node.node_id):
                target = edge.target
                if target in known or edge.source != node.node_id:
                    continue
                step = self.steps.get(target)
                if step is None and len(self.steps) >= self._max_nodes:
                    self.is_full = True
                    continue
                if step is None:
                    self._available[target] = self._graph.get_node(target)
                    self._hops[target] = self._hops[node.node_id] + 1
                elif step.hop < self._hops[node.node_id] + 1 or step.edge.weight >= edge.weight:
                    continue
                self.steps[target] = Step(node_id=target, hop=self._hops[target], edge=edge, was_visited=False)


def make_choice_error(strategy: str, node_id: str) -> PluginError:
    """The error of a strategy that chose a node that it could not have."""
    return PluginError(
        f"traversal {strategy} chose {node_id}, which was not available",
        plugin=strategy,
        reason="contract",
        hint="a strategy picks from the available nodes, each once",
    )
