"""A persona's walk: what it reaches, how it is ordered, and what a strategy may not do."""

import math
from dataclasses import replace

import pytest

from moe.knowledge.graph.walking.walk import MAX_ROUNDS, walk
from moe_core import Edge, Node, Persona, Traits, TraversalStrategy
from moe_core.contracts.errors import PluginError
from moe_core.contracts.graph import DynamicKnowledgeGraph

PERSONA = Persona(name="walker")


class Greedy(TraversalStrategy):
    """Visits everything, one node a round, and rates by score."""

    name = "greedy"
    summary = "everything"

    def begin(self, question, graph):
        return self

    def evaluate_node_relevance(self, persona, node):
        return node.attributes.get("rating", 0.5)

    def decide_traversal(self, current, available, persona):
        return list(available[:1])


def make_graph(edges: str, weights=(1.0,), **attributes) -> DynamicKnowledgeGraph:
    """A graph of edges like "q-a a-b"; q is the question."""
    graph = DynamicKnowledgeGraph()
    graph.add_node(Node(node_id="question", kind="question", attributes={"weights": list(weights)}))
    for pair in edges.split():
        source, target = (end if end != "q" else "question" for end in pair.split("-"))
        for end in (source, target):
            if end not in graph:
                graph.add_node(Node(node_id=end, kind="passage", attributes=attributes.get(end, {})))
        graph.add_edge(Edge(source=source, target=target, kind="mentions"))
    return graph


def run(graph, strategy=Greedy, persona=PERSONA, most=100, deadline=math.inf, max_nodes=math.inf):
    return walk(graph, "Who?", strategy, persona, max_visits=most, max_nodes=max_nodes, deadline=deadline)


def test_a_walk_reaches_what_is_visited_and_what_lies_next_to_it():
    found = run(make_graph("q-a q-b a-c c-d d-e"), most=2)
    assert set(found.steps) == {"a", "b", "c"}
    assert [step.was_visited for step in found.steps.values()] == [True, True, False]
    assert found.rounds == 2


def test_a_walk_whose_time_is_over_goes_no_further_and_rates_what_it_may():
    found = run(make_graph("q-a q-b a-c c-d"), deadline=0.0)
    assert found.rounds == 0
    assert [name for name, _ in found.ranking] == ["a"]


@pytest.mark.parametrize(("most", "reached"), [(3, {"a", "b", "c"}), (4, {"a", "b", "c", "d"})])
def test_a_walk_reaches_no_more_passages_than_allowed(most, reached):
    found = run(make_graph("q-a q-b a-c b-d"), max_nodes=most)
    assert set(found.steps) == reached
    assert found.is_cut == (most < 4)


def test_one_walk_that_is_full_leaves_the_graph_to_others():
    graph = make_graph("q-a q-b a-c b-d")
    assert set(run(graph, max_nodes=1).steps) == {"a"}
    assert set(run(graph).steps) == {"a", "b", "c", "d"}


def test_steps_tell_the_hops_from_the_question():
    found = run(make_graph("q-a a-b b-c c-a"))
    assert {name: step.hop for name, step in found.steps.items()} == {"a": 1, "b": 2, "c": 3}
    assert found.steps["c"].edge.source == "b"


def test_of_several_edges_the_strongest_leads_to_a_passage():
    graph = make_graph("q-a")
    for kind, weight in (("found", 0.2), ("named", 0.9), ("contains", 0.4)):
        graph.add_edge(Edge(source="question", target="a", kind=kind, weight=weight))
    graph.add_node(Node(node_id="b", kind="passage"))
    graph.add_edge(Edge(source="question", target="b", kind="found", weight=0.2))
    graph.add_edge(Edge(source="question", target="b", kind="named", weight=0.9))
    assert run(graph).steps["b"].edge.kind == "named"


def test_a_walk_goes_with_the_edges():
    assert set(run(make_graph("q-a b-a")).steps) == {"a"}


def test_rounds_are_limited():
    chain = " ".join(f"n{number}-n{number + 1}" for number in range(30))
    found = run(make_graph(f"q-n0 {chain}"))
    assert found.rounds == MAX_ROUNDS
    assert len(found.steps) == MAX_ROUNDS + 1


def test_visits_are_limited_even_within_a_round():
    class All(Greedy):
        def decide_traversal(self, current, available, persona):
            return list(available)

    found = run(make_graph("q-a q-b q-c a-d b-e c-f"), All, most=2)
    assert [name for name, step in found.steps.items() if step.was_visited] == ["a", "b"]
    assert set(found.steps) == {"a", "b", "c", "d", "e"}
    assert not any(step.was_visited for step in run(make_graph("q-a a-b"), All, most=0).steps.values())


def test_only_passages_are_ranked():
    graph = make_graph("q-a")
    graph.add_node(Node(node_id="e", kind="entity"))
    graph.add_edge(Edge(source="a", target="e", kind="names"))
    found = run(graph)
    assert [name for name, _ in found.ranking] == ["a"]
    assert "e" in found.steps


def test_a_graph_without_edges_gives_an_empty_walk():
    found = run(make_graph(""))
    assert (found.ranking, found.steps, found.rounds) == ((), {}, 0)


def test_the_order_prefers_what_covers_the_rest_of_the_question():
    same = {"rating": 0.9, "covers": [0]}
    graph = make_graph(
        "q-a q-b q-c", (0.5, 0.5), a={"rating": 1.0, "covers": [0]}, b=same, c={"rating": 0.8, "covers": [1]}
    )
    assert run(graph).ranking == (("a", 1.0), ("c", 0.8), ("b", 0.9))


def test_breadth_makes_covering_count_more():
    nodes = {
        "a": {"rating": 1.0, "covers": [0]},
        "b": {"rating": 0.9, "covers": [0]},
        "c": {"rating": 0.5, "covers": [1]},
    }
    orders = {}
    for breadth in (1, 5, 9):
        persona = replace(PERSONA, traits=Traits(breadth=breadth))
        ranking = run(make_graph("q-a q-b q-c", (0.5, 0.5), **nodes), persona=persona).ranking
        orders[breadth] = [name for name, _ in ranking]
    assert orders == {1: ["a", "b", "c"], 5: ["a", "b", "c"], 9: ["a", "c", "b"]}


def test_ties_keep_the_order_of_the_graph():
    assert [name for name, _ in run(make_graph("q-c q-a q-b")).ranking] == ["c", "a", "b"]


@pytest.mark.parametrize("rating", [-0.1, 1.1, math.nan, math.inf, None, "0.5"])
def test_a_rating_that_is_no_share_is_refused(rating):
    class Bad(Greedy):
        def evaluate_node_relevance(self, persona, node):
            return rating

    with pytest.raises(PluginError, match="traversal greedy rated a node") as caught:
        run(make_graph("q-a"), Bad)
    assert caught.value.hint


@pytest.mark.parametrize("rating", [0, 1, 0.0, 1.0, True])
def test_a_rating_may_be_any_number_from_zero_to_one(rating):
    class Plain(Greedy):
        def evaluate_node_relevance(self, persona, node):
            return rating

    assert run(make_graph("q-a"), Plain).ranking == (("a", float(rating)),)


def make_chooser(choose):
    class Chooser(Greedy):
        def decide_traversal(self, current, available, persona):
            return choose(current, available)

    return Chooser


@pytest.mark.parametrize(
    "choose",
    [
        lambda current, available: [current[0]],
        lambda current, available: [available[0], available[0]] if available else [],
        lambda current, available: [*available, current[-1]],
        lambda current, available: [Node(node_id="elsewhere", kind="passage")],
    ],
    ids=["visited", "twice", "the question too", "unknown"],
)
def test_choosing_what_is_not_available_is_refused(choose):
    with pytest.raises(PluginError, match="which was not available"):
        run(make_graph("q-a a-b"), make_chooser(choose))
