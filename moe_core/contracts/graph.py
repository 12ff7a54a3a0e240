"""The knowledge graph of one query: typed nodes and edges over networkx."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import networkx as nx

from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.node import Edge, Node

NodeBuilder: TypeAlias = Callable[[], Node]
Expander: TypeAlias = Callable[[Sequence[str]], None]
_Table: TypeAlias = dict[str, dict[str, Any]]


class DynamicKnowledgeGraph:
    """A graph that grows while it is walked.

    Nodes may be added as values or as builders: a builder runs once, when its node is first
    looked at. What lies around a node may be fetched late as well: an expander adds it when it is
    first asked for. Edges are known from both ends. Order is insertion order everywhere, so equal
    inputs give equal walks.
    """

    def __init__(self, expander: Expander | None = None) -> None:
        """Make an empty graph.

        Args:
            expander: Adds what lies around the nodes of the given ids; called once a node.
        """
        self._graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        # networkx's own tables: its views cost more than all else in a walk.
        self._nodes: _Table = self._graph._node  # type: ignore[attr-defined]
        self._successors: dict[str, dict[str, _Table]] = self._graph._succ  # type: ignore[attr-defined]
        self._predecessors: dict[str, dict[str, _Table]] = self._graph._pred  # type: ignore[attr-defined]
        self._expander = expander
        self._expanded: set[str] = set()

    def __len__(self) -> int:
        return self._graph.number_of_nodes()

    def __contains__(self, node_id: object) -> bool:
        return node_id in self._nodes

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
            if end not in self._successors:
                raise NameUnknownError("graph_node", end)
        known = self._successors[edge.source].get(edge.target, {}).get(edge.kind)
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
        slot = self._nodes[node_id]
        if slot["node"] is None:
            node: Node = slot["build"]()
            if node.node_id != node_id:
                raise ValueError(f"the builder of node {node_id!r} made node {node.node_id!r}")
            slot["node"], slot["build"] = node, None
        found: Node = slot["node"]
        return found

    def is_built(self, node_id: str) -> bool:
        """Whether the node exists as a value already."""
        return self._is_known(node_id) and self._nodes[node_id]["node"] is not None

    def expand(self, node_ids: Iterable[str]) -> None:
        """Fetch what lies around these nodes, for those where that has not been done; many at once is quicker.

        Raises:
            NameUnknownError: One of them is no node of this graph.
        """
        wanted = [node_id for node_id in dict.fromkeys(node_ids) if node_id not in self._expanded]
        if not wanted:
            return
        for node_id in wanted:
            if not self._is_known(node_id):
                raise NameUnknownError("graph_node", node_id)
        self._expanded.update(wanted)
        if self._expander is not None:
            self._expander(wanted)

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
        if node_id not in self._expanded:
            self.expand([node_id])
        edges: list[Edge] = [data["edge"] for kinds in self._successors[node_id].values() for data in kinds.values()]
        for start, kinds in self._predecessors[node_id].items():
            if start != node_id:
                edges += [data["edge"] for data in kinds.values()]
        return edges

    def node_ids(self) -> Iterator[str]:
        """Ids in the order they were added."""
        return iter(self._graph)

    def edges(self) -> Iterator[Edge]:
        """All edges."""
        return (data["edge"] for _, _, data in self._graph.edges(data=True))

    def _is_known(self, node_id: str) -> bool:
        return node_id in self._nodes
