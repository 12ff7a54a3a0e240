"""A graph that grows while it is walked."""

import pytest

from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.graph import DynamicKnowledgeGraph
from moe_core.contracts.node import Edge, Node


def node(name: str, text: str = "") -> Node:
    return Node(node_id=name, kind="passage", text=text)


def edge(source: str, target: str, kind: str = "mentions", weight: float = 1.0) -> Edge:
    return Edge(source=source, target=target, kind=kind, weight=weight)


@pytest.fixture
def chain():
    """A graph in which every node leads to the next, found when asked for; and the calls that were made."""
    calls: list[list[str]] = []

    def grow(graph, node_ids):
        calls.append(list(node_ids))
        for name in node_ids:
            following = str(int(name) + 1)
            if following not in graph:
                graph.add_node(node(following))
            graph.add_edge(edge(name, following))

    graph = DynamicKnowledgeGraph(grow)
    graph.add_node(node("0"))
    return graph, calls


def test_what_lies_around_a_node_is_fetched_when_first_asked_for(chain):
    graph, calls = chain
    assert (len(graph), calls) == (1, [])
    assert [found.target for found in graph.edges_of("0")] == ["1"]
    assert [found.node_id for found in graph.get_neighbors("0")] == ["1"]
    assert calls == [["0"]]


def test_many_nodes_are_fetched_at_once_and_each_once(chain):
    graph, calls = chain
    graph.expand(["0"])
    graph.expand(["1", "0", "1"])
    graph.expand([])
    assert calls == [["0"], ["1"]]
    assert list(graph.node_ids()) == ["0", "1", "2"]


def test_an_unknown_node_is_refused_before_anything_is_fetched(chain):
    graph, calls = chain
    with pytest.raises(NameUnknownError, match="9"):
        graph.expand(["0", "9"])
    assert calls == []
    assert [found.target for found in graph.edges_of("0")] == ["1"]


def test_edges_are_known_from_both_ends_outgoing_first():
    graph = DynamicKnowledgeGraph()
    for name in "abc":
        graph.add_node(node(name))
    for source, target in (("b", "a"), ("a", "c"), ("a", "a")):
        graph.add_edge(edge(source, target))
    assert [(found.source, found.target) for found in graph.edges_of("a")] == [("a", "c"), ("a", "a"), ("b", "a")]
    assert [found.node_id for found in graph.get_neighbors("a")] == ["c", "b"]


def test_of_edges_of_one_kind_the_heaviest_stays():
    graph = DynamicKnowledgeGraph()
    graph.add_node(node("a"))
    graph.add_node(node("b"))
    for kind, weight in (("named", 0.2), ("named", 0.7), ("named", 0.4), ("found", 0.1)):
        graph.add_edge(edge("a", "b", kind, weight))
    assert [(found.kind, found.weight) for found in graph.edges()] == [("named", 0.7), ("found", 0.1)]


def test_an_edge_needs_both_ends():
    graph = DynamicKnowledgeGraph()
    graph.add_node(node("a"))
    for ends in (("a", "b"), ("b", "a")):
        with pytest.raises(NameUnknownError):
            graph.add_edge(edge(*ends))
    assert list(graph.edges()) == []


def test_an_expander_that_fails_half_way_is_asked_again_and_what_it_added_stays():
    calls: list[list[str]] = []

    def grow(graph, node_ids):
        calls.append(list(node_ids))
        graph.add_node(node("b"))
        graph.add_edge(edge("a", "b"))
        if len(calls) == 1:
            raise OSError("gone for a moment")
        graph.add_edge(edge("b", "a", "shares"))

    graph = DynamicKnowledgeGraph(grow)
    graph.add_node(node("a"))
    with pytest.raises(OSError, match="moment"):
        graph.expand(["a"])
    assert [(found.source, found.target) for found in graph.edges()] == [("a", "b")]
    assert [found.kind for found in graph.edges_of("a")] == ["mentions", "shares"]
    assert calls == [["a"], ["a"]]


def test_an_expander_may_look_at_the_nodes_it_expands():
    def grow(graph, node_ids):
        for name in node_ids:
            assert graph.edges_of(name) == []
        graph.add_edge(edge("a", "a"))

    graph = DynamicKnowledgeGraph(grow)
    graph.add_node(node("a"))
    assert len(graph.edges_of("a")) == 1


def test_a_heavier_edge_is_known_from_both_ends():
    graph = DynamicKnowledgeGraph()
    for name in "ab":
        graph.add_node(node(name))
    for weight in (0.2, 0.9, 0.5):
        graph.add_edge(edge("a", "b", weight=weight))
    assert [[found.weight for found in graph.edges_of(name)] for name in "ab"] == [[0.9], [0.9]]
