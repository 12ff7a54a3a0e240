"""What a knowledge graph is made of, and how it is read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from moe_core.contracts.wire import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A passage, an entity or a sentence.

    Attributes:
        node_id: Unique in its graph.
        kind: "passage", "entity", "sentence" or a plugin's own.
        text: What it says; "" for an entity without text.
        attributes: JSON values.
    """

    node_id: str
    kind: str
    text: str = ""
    attributes: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A directed link between two nodes.

    Attributes:
        source: The id of the node it starts at.
        target: The id of the node it ends at.
        kind: What it means; see `KnowledgeGraph`.
        weight: In (0, 1] by convention.
        attributes: JSON values.
    """

    source: str
    target: str
    kind: str
    weight: float = 1.0
    attributes: JsonObject = field(default_factory=dict)


class KnowledgeGraph(Protocol):
    """A graph as a walker sees it.

    The graph of a question has one node of kind "question", where every walk begins; its attributes are `terms` (its
    content words as stems) and `weights` (each one's share of the question, sum 1). Edges lead from it to the passages
    that search found (kind "found"), that a name in it means ("named") and that hold a phrase of it ("contains").

    Passages have the attributes `score` (what the passage is worth by itself; any number, comparable within the graph),
    and `covers` (places in `terms` that occur in it). Edges between passages have `via` (the name
    that joins them) and `strength` (what the edge is worth to its target, in the same unit as `score`, at least 0), and
    are of the kinds "mentions" (the source writes a name of the target) and "shares" (both write a rare name).
    """

    def __contains__(self, node_id: object) -> bool: ...

    def __len__(self) -> int: ...

    def node_ids(self) -> Iterator[str]:
        """Ids in the order they were added."""
        ...

    def get_node(self, node_id: str) -> Node:
        """The node of that id.

        Raises:
            NameUnknownError: There is none.
        """
        ...

    def expand(self, node_ids: Iterable[str]) -> None:
        """Fetch what lies around these nodes; many at once is quicker than one by one."""
        ...

    def get_neighbors(self, node_id: str) -> list[Node]:
        """Nodes joined to this one by an edge of either direction, each once."""
        ...

    def edges_of(self, node_id: str) -> list[Edge]:
        """Edges that start or end at this node, outgoing first."""
        ...
