"""The knowledge graph of one query: typed nodes and edges, fetched as it is walked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.node import Edge, Node

Expander: TypeAlias = Callable[["DynamicKnowledgeGraph", Sequence[str]], None]
_Edges: TypeAlias = dict[str, dict[tuple[str, str], Edge]]
_NONE: dict[tuple[str, str], Edge] = {}


class DynamicKnowledgeGraph:
    """A graph that grows while it is walked.

    What lies around a node may be fetched late: an expander adds it when it is first asked for. Edges are known from
    both ends. Order is insertion order everywhere, so equal inputs give equal walks.
    """

    def __init__(self, expander: Expander | None = None) -> None:
        """Make an empty graph.

        Args:
            expander: Adds what lies around the nodes of the given ids to this graph; called once a node. It is handed
                the graph, so that it need not hold it: what does not hold itself is freed at once.
        """
        # By node that has any, the edges out of it and into it by (other end, kind). Plain tables, and none for a node
        # without edges: making them is much of what a graph costs.
        self._outgoing: _Edges = {}
        self._incoming: _Edges = {}
        self._nodes: dict[str, Node] = {}
        self._expander = expander
        self._expanded: set[str] = set()

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, node_id: object) -> bool:
        return node_id in self._nodes

    def __repr__(self) -> str:
        return f"<DynamicKnowledgeGraph {len(self)} nodes, {sum(1 for _ in self.edges())} edges>"

    def add_node(self, node: Node) -> None:
        """Add a node, or replace the one with its id."""
        self._nodes[node.node_id] = node

    def add_edge(self, edge: Edge) -> None:
        """Add an edge; of several with the same ends and kind the heaviest stays.

        Raises:
            NameUnknownError: An end is no node of this graph.
        """
        source, target, kind = edge.source, edge.target, edge.kind
        for end in (source, target):
            if end not in self._nodes:
                raise NameUnknownError("graph_node", end)
        outgoing = self._outgoing.setdefault(source, {})
        known = outgoing.get((target, kind))
        if known is None or known.weight < edge.weight:
            outgoing[target, kind] = edge
            self._incoming.setdefault(target, {})[source, kind] = edge

    def get_node(self, node_id: str) -> Node:
        """The node of that id.

        Raises:
            NameUnknownError: There is none.
        """
        node = self._nodes.get(node_id)
        if node is None:
            raise NameUnknownError("graph_node", node_id)
        return node

    def expand(self, node_ids: Iterable[str]) -> None:
        """Fetch what lies around these nodes, for those where that has not been done; many at once is quicker.

        When the expander fails, what it added stays and the nodes count as not expanded: the next call tries again.

        Raises:
            NameUnknownError: One of them is no node of this graph.
        """
        wanted = [node_id for node_id in dict.fromkeys(node_ids) if node_id not in self._expanded]
        for node_id in wanted:
            if node_id not in self._nodes:
                raise NameUnknownError("graph_node", node_id)
        self._expanded.update(wanted)  # before: the expander may look at the nodes
        if wanted and self._expander is not None:
            try:
                self._expander(self, wanted)
            except BaseException:
                self._expanded.difference_update(wanted)
                raise

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
        edges = list(self._outgoing.get(node_id, _NONE).values())
        edges += [edge for edge in self._incoming.get(node_id, _NONE).values() if edge.source != node_id]
        return edges

    def node_ids(self) -> Iterator[str]:
        """Ids in the order they were added."""
        return iter(self._nodes)

    def edges(self) -> Iterator[Edge]:
        """All edges."""
        for node_id in self._nodes:
            yield from self._outgoing.get(node_id, _NONE).values()
