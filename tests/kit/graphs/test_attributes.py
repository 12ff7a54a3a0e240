"""Attributes of a graph as values, with what plugins may leave out."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.contracts.graph import DynamicKnowledgeGraph
from moe_core.contracts.node import Edge, Node
from moe_kit.graphs.attributes import (
    QUESTION_ID,
    Residual,
    compare_scores,
    find_covered,
    find_links,
    find_residual,
    find_score,
    find_strength,
)

PLACES = st.frozensets(st.integers(0, 9))
SCORES = st.dictionaries(st.text(max_size=3), st.floats(-500, 500), min_size=1)


def make_graph(*weights: float) -> DynamicKnowledgeGraph:
    graph = DynamicKnowledgeGraph()
    graph.add_node(Node(node_id=QUESTION_ID, kind="question", attributes={"weights": list(weights)}))
    return graph


def test_the_whole_question_is_open_at_first():
    assert find_residual(make_graph(0.5, 0.3, 0.2)).measure([0, 2]) == pytest.approx(0.7)
    assert find_residual(DynamicKnowledgeGraph()).measure([0]) == 0


@given(PLACES, PLACES)
def test_what_was_covered_adds_nothing_again(first, second):
    residual = find_residual(make_graph(*[0.1] * 10))
    after = residual.without(first)
    assert after.measure(first) == 0
    assert after.measure(second) == pytest.approx(residual.measure(second - first))
    assert after.without(second).weights == residual.without(first | second).weights


def test_a_place_counts_once_and_an_unknown_one_not_at_all():
    assert Residual({0: 0.4}).measure([0, 0, 7]) == 0.4


@pytest.mark.parametrize("attributes", [{}, {"score": None, "covers": None}, {"score": "high", "covers": "all"}])
def test_a_node_without_usable_attributes_is_worth_nothing(attributes):
    node = Node(node_id="n", kind="passage", attributes=attributes)
    assert find_score(node) == 0
    assert find_covered(node) == ()


def test_attributes_are_read_as_numbers():
    node = Node(node_id="n", kind="passage", attributes={"score": 3, "covers": [0, "x", 2]})
    assert find_score(node) == 3.0
    assert find_covered(node) == (0, 2)


@pytest.mark.parametrize(("strength", "expected"), [(2, 2.0), (0.5, 0.5), (-1, 0.0), ("x", 0.0), (math.nan, 0.0)])
def test_strengths_are_never_negative(strength, expected):
    assert find_strength(Edge(source="a", target="b", kind="k", attributes={"strength": strength})) == expected


def test_links_lead_out_of_a_node_and_are_worth_something():
    graph = make_graph()
    for name in "abc":
        graph.add_node(Node(node_id=name, kind="passage"))
    graph.add_edge(Edge(source=QUESTION_ID, target="a", kind="found"))
    for source, target, strength in (("a", "b", 1.0), ("a", "c", 0.0), ("b", "a", 2.0)):
        graph.add_edge(Edge(source=source, target=target, kind="mentions", attributes={"strength": strength}))
    assert [edge.target for edge in find_links(graph, graph.get_node("a"))] == ["b"]
    assert find_links(graph, graph.get_node(QUESTION_ID)) == []


@given(SCORES, st.floats(0.01, 2))
def test_the_highest_score_becomes_one_and_order_stays(scores, temperature):
    relative = compare_scores(scores, temperature)
    assert max(relative.values()) == 1.0
    assert all(0 <= value <= 1 for value in relative.values())
    by_score = sorted(scores, key=lambda name: scores[name])
    assert [relative[name] for name in by_score] == sorted(relative.values())


def test_no_scores_compare_to_nothing():
    assert compare_scores({}) == {}
