"""The knowledge graph of one query: typed nodes and edges over networkx."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import networkx as nx

from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.node import Edge, Node

NodeBuilder: TypeAlias = Callable[[], Node]


class DynamicKnowledgeGraph:
    """A graph that grows while it is walked.

    Nodes may be added as values or as builders: a builder runs once, when its node is first
    looked at. Edges are known from both ends. Order is insertion order everywhere, so equal
    inputs give equal walks.
    """

    def __init__(self) -> None:
        self._graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()

    def __len__(self) -> int:
        return self._graph.number_of_nodes()

    def __contains__(self, node_id: object) -> bool:
        return node_id in self._graph

    def __repr__(self) -> str:
        return f"<DynamicKnowledgeGraph {len(self)} nodes, {self._graph.number_of_edges()} edges>"

    def add_node(self, node: Node) -> None:
        """Add a node, or replace the one with its id."""
        self._graph.add_node(node.node_id, node=node, build=None)

    def add_lazy_node(self, node_id: str, build: NodeBuilder) -> None:
        """Add a node that is built when first looked at; a node already there stays."""
        if not self._is_known(node_id):
            self._graph.add_node(node_id, node=None, build=build)

    def add_edge(self, edge: Edge) -> None:
        """Add an edge; of several with the same ends and kind the heaviest stays.

        Raises:
            NameUnknownError: An end is no node of this graph.
        """
        for end in (edge.source, edge.target):
            if not self._is_known(end):
                raise NameUnknownError("graph_node", end)
        known = self._graph.get_edge_data(edge.source, edge.target, edge.kind)
        if known is None or known["edge"].weight < edge.weight:
            self._graph.add_edge(edge.source, edge.target, key=edge.kind, edge=edge)

    def get_node(self, node_id: str) -> Node:
        """The node of that id, built now if it was lazy.

        Raises:
            NameUnknownError: There is none.
            ValueError: A builder made a node of another id.
        """
        if not self._is_known(node_id):
            raise NameUnknownError("graph_node", node_id)
        slot = self._graph.nodes[node_id]
        if slot["node"] is None:
            node: Node = slot["build"]()
            if node.node_id != node_id:
                raise ValueError(f"the builder of node {node_id!r} made node {node.node_id!r}")
            slot["node"], slot["build"] = node, None
        found: Node = slot["node"]
        return found

    def is_built(self, node_id: str) -> bool:
        """Whether the node exists as a value already."""
        return self._is_known(node_id) and self._graph.nodes[node_id]["node"] is not None

    def get_neighbors(self, node_id: str) -> list[Node]:
        """Nodes joined to this one by an edge of either direction, each once.

        Raises:
            NameUnknownError: There is no such node.
        """
        ends = dict.fromkeys(e.target if e.source == node_id else e.source for e in self.edges_of(node_id))
        ends.pop(node_id, None)
        return [self.get_node(end) for end in ends]

    def edges_of(self, node_id: str) -> list[Edge]:
        """Edges that start or end at this node, outgoing first; a loop once.

        Raises:
            NameUnknownError: There is no such node.
        """
        if not self._is_known(node_id):
            raise NameUnknownError("graph_node", node_id)
        outgoing = [data["edge"] for _, _, data in self._graph.out_edges(node_id, data=True)]
        incoming = [data["edge"] for start, _, data in self._graph.in_edges(node_id, data=True) if start != node_id]
        return outgoing + incoming

    def node_ids(self) -> Iterator[str]:
        """Ids in the order they were added."""
        return iter(self._graph)

    def edges(self) -> Iterator[Edge]:
        """All edges."""
        return (data["edge"] for _, _, data in self._graph.edges(data=True))

    def _is_known(self, node_id: str) -> bool:
        return node_id in self._graph
