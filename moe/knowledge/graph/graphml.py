"""A snapshot's nodes and edges as GraphML, for graph viewers."""

import re
from collections.abc import Sequence
from typing import Any

import networkx as nx

from moe.contracts.snapshot import Snapshot
from moe_core.contracts.wire import JsonObject

# What XML 1.0 cannot carry.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_graphml(snapshot: Snapshot) -> str:
    """The nodes and edges as GraphML; lists become texts, and what XML cannot carry becomes a replacement mark."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(question=_clean(snapshot.question))
    for node in snapshot.nodes:
        graph.add_node(_clean(node["id"]), **_flatten(node, without=("id",)))
    for edge in snapshot.edges:
        facts = _flatten(edge, without=("source", "target", "key"))
        graph.add_edge(_clean(edge["source"]), _clean(edge["target"]), key=edge["key"], **facts)
    return "\n".join(nx.generate_graphml(graph)) + "\n"


def _flatten(facts: JsonObject, *, without: Sequence[str]) -> dict[str, Any]:
    """Facts as GraphML takes them: texts and numbers."""
    flat: dict[str, Any] = {}
    for name, value in facts.items():
        if name not in without:
            text = ", ".join(map(str, value)) if isinstance(value, list) else value
            flat[name] = _clean(text) if isinstance(text, str) else text
    return flat


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
