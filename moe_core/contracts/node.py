"""What a knowledge graph is made of."""

from dataclasses import dataclass, field

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
    """A directed link between two nodes; `weight` is in (0, 1] by convention."""

    source: str
    target: str
    kind: str
    weight: float = 1.0
    attributes: JsonObject = field(default_factory=dict)
