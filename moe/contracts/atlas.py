"""The graph of an index: documents, their passages, and the names that join passages."""

from typing import Literal, TypeAlias

import msgspec

AtlasKind: TypeAlias = Literal["document", "passage", "entity"]


class AtlasNode(msgspec.Struct, frozen=True, kw_only=True):
    """One node.

    Attributes:
        id: "document:ID", "passage:ID" or "entity:KEY"; the same for as long as the documents are.
        kind: What it is.
        text: A document's title or name, a passage's beginning, an entity's name.
        degree: Nodes that it is joined to.
        document: Of a document or passage, the document's id; "" for an entity.
        start: Of a passage, the first of its characters in the document.
        end: Of a passage, behind the last one.
        score: How well it fits what was looked for, the best 1; 0 where nothing was.
        x: Where a drawing has it, y downwards; null in a part that belongs into another drawing.
        y: The same.
    """

    id: str
    kind: AtlasKind
    text: str
    degree: int
    document: str = ""
    start: int = 0
    end: int = 0
    score: float = 0.0
    x: float | None = None
    y: float | None = None


class AtlasEdge(msgspec.Struct, frozen=True, kw_only=True):
    """What joins two nodes.

    Attributes:
        source: A document or passage.
        target: One of its passages, or an entity that it writes.
        kind: "holds" or "mentions".
        weight: Passages of a document that write it; else 1.
    """

    source: str
    target: str
    kind: Literal["holds", "mentions"]
    weight: float = 1.0


class AtlasView(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the graph.

    Attributes:
        nodes: Best first.
        edges: Between those nodes.
        total: How many nodes there would be without the limit.
        documents: How many the whole index has.
        passages: The same.
        is_cut: Something was left out, or not looked at any more.
    """

    nodes: tuple[AtlasNode, ...]
    edges: tuple[AtlasEdge, ...]
    total: int
    documents: int
    passages: int
    is_cut: bool = False


class AtlasPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A point on the Earth that a row of a document tells.

    Attributes:
        latitude: Degrees of WGS84, -90 to 90; north is positive.
        longitude: -180 to 180; east is positive.
        label: What lies there.
        node: The passage's node.
        document: The id of the document.
    """

    latitude: float
    longitude: float
    label: str
    node: str
    document: str


class AtlasPlaces(msgspec.Struct, frozen=True, kw_only=True):
    """What of an index lies where.

    Attributes:
        places: Each point of a name once, those that fit best first.
        unmapped: Rows whose coordinates no map can show.
        is_cut: There are more of them, or not all passages were looked at.
    """

    places: tuple[AtlasPlace, ...]
    unmapped: int = 0
    is_cut: bool = False
