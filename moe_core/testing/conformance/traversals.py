"""What every traversal strategy must hold to."""

from moe_core.contracts.graph import DynamicKnowledgeGraph
from moe_core.contracts.node import Edge, Node
from moe_core.contracts.persona import Persona, Traits
from moe_core.contracts.traversal import TraversalStrategy
from moe_core.testing.conformance.verdict import refusing, require, require_introduction, require_score

_QUESTION = "Who built the Quillon lighthouse at Port Sable?"
_PERSONAS = (
    Persona(name="neutral"),
    Persona(name="digger", traits=Traits(breadth=1, depth=9, curiosity=1, precision=9, scepticism=9)),
    Persona(name="roamer", traits=Traits(breadth=9, depth=1, curiosity=9, precision=1), expertise=("lighthouses",)),
)


def check_traversal(traversal: type[TraversalStrategy]) -> None:
    """Walk small graphs with several personas, and check every step.

    One has circles, one falls apart, one is a single node, one is empty.

    Raises:
        ConformanceError: A rating leaves [0, 1], a node is chosen twice or was not available, or
            the same walk goes differently the second time.
    """
    name = require_introduction(traversal)
    with refusing(f"{name} cannot be made without arguments"):
        made = traversal()
    for graph in (_make_graph(), _make_islands(), _make_islands(nodes=1), DynamicKnowledgeGraph()):
        for persona in _PERSONAS:
            walks = [_walk(name, made, graph, persona) for _ in range(2)] + [_walk(name, traversal(), graph, persona)]
            require(walks[0] == walks[1] == walks[2], f"{name} walks differently the second time, as {persona.name}")


def _walk(name: str, made: TraversalStrategy, graph: DynamicKnowledgeGraph, persona: Persona) -> list[str]:
    with refusing(f"begin() of {name} raised"):
        strategy = made.begin(_QUESTION, graph)
    require(
        isinstance(strategy, TraversalStrategy), f"begin() of {name} returned {type(strategy).__name__}, no strategy"
    )
    for node_id in graph.node_ids():
        with refusing(f"evaluate_node_relevance() of {name} raised"):
            rating = strategy.evaluate_node_relevance(persona, graph.get_node(node_id))
        require_score(rating, f"the rating of {name} for a node")
    visited = [graph.get_node("p0")] if "p0" in graph else []
    for _ in range(len(graph) + 1):
        known = {node.node_id for node in visited}
        neighbours = {node.node_id: node for at in visited for node in graph.get_neighbors(at.node_id)}
        available = [node for node in neighbours.values() if node.node_id not in known]
        with refusing(f"decide_traversal() of {name} raised"):
            chosen = strategy.decide_traversal(list(visited), list(available), persona)
        _check_choice(name, chosen, visited, available)
        if not chosen:
            break
        visited += chosen
    return [node.node_id for node in visited]


def _check_choice(name: str, chosen: object, visited: list[Node], available: list[Node]) -> None:
    require(isinstance(chosen, list), f"decide_traversal() of {name} returned {type(chosen).__name__}, no list")
    assert isinstance(chosen, list)
    require(all(isinstance(node, Node) for node in chosen), f"decide_traversal() of {name} returned more than nodes")
    ids = [node.node_id for node in chosen]
    require(not {node.node_id for node in visited} & set(ids), f"{name} chose a node that was visited already: {ids}")
    require(len(ids) == len(set(ids)), f"{name} chose a node twice at once: {ids}")
    require(all(node in available for node in chosen), f"{name} chose a node that was not available: {ids}")


def _make_islands(*, nodes: int = 6) -> DynamicKnowledgeGraph:
    """Pairs of passages that nothing joins, and a node that leads to itself."""
    graph = DynamicKnowledgeGraph()
    for number in range(nodes):
        graph.add_node(Node(node_id=f"p{number}", kind="passage", text="The lighthouse." if number else ""))
    for number in range(0, nodes - 1, 2):
        graph.add_edge(Edge(source=f"p{number}", target=f"p{number + 1}", kind="next", weight=0.5))
    if nodes:
        graph.add_edge(Edge(source="p0", target="p0", kind="mentions", weight=1.0))
    return graph


def _make_graph() -> DynamicKnowledgeGraph:
    graph = DynamicKnowledgeGraph()
    texts = ("The Quillon lighthouse stands at Port Sable.", "Ada Merrow built it.", "", "Salt and rope.", "Ada Merrow")
    for number, text in enumerate(texts * 2):
        kind = ("passage", "sentence", "entity")[number % 3]
        graph.add_node(Node(node_id=f"p{number}", kind=kind, text=text))
    for number in range(10):
        graph.add_edge(Edge(source=f"p{number}", target=f"p{(number + 1) % 10}", kind="next", weight=0.5))
        graph.add_edge(Edge(source=f"p{number}", target=f"p{(number * 3) % 10}", kind="mentions", weight=1.0))
    return graph
