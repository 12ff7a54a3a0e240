"""What holds for every bundled strategy, on small graphs of any shape."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_core import Persona, Traits
from moe_core.contracts.graph import DynamicKnowledgeGraph
from moe_core.contracts.persona import MAIN_TRAITS
from moe_kit.graphs.attributes import QUESTION_ID

NAMES = ["belief", "beam", "bridge", "comparison", "keyword", "lens", "order", "pagerank"]
PASSAGES = [f"{letter}{number}" for number in (1, 2, 3) for letter in "abc"]

FURTHER = st.dictionaries(st.sampled_from(["names", "dates", "recency"]), st.integers(1, 9))
TRAITS = st.builds(Traits, **dict.fromkeys(MAIN_TRAITS, st.integers(1, 9)), further=FURTHER)
PERSONAS = st.builds(Persona, name=st.just("p"), traits=TRAITS)


@st.composite
def graphs(draw):
    """Passages with scores, edges from the question, and edges between passages; circles and loops are among them."""
    names = PASSAGES[: draw(st.integers(0, len(PASSAGES)))]
    score = st.one_of(st.floats(-40, 40), st.integers(-3, 3))
    passages = {name: (draw(score), draw(st.frozensets(st.integers(0, 4)))) for name in names}
    if not names:
        return passages, []
    name = st.sampled_from(names)
    strength = st.one_of(st.floats(0, 60), st.just(0))
    begin = st.tuples(st.just(QUESTION_ID), name, st.sampled_from(["named", "found", "contains"]), st.floats(0.001, 1))
    link = st.tuples(name, name, st.sampled_from(["mentions", "shares", "other"]), strength)
    edges = draw(st.lists(begin, max_size=6)) + draw(st.lists(link, max_size=20))
    return passages, edges


def test_these_are_all_strategies_there_are(strategies):
    assert sorted(strategies) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30)
@given(graph=graphs(), persona=PERSONAS)
def test_a_walk_ends_keeps_to_what_is_available_and_is_the_same_again(
    strategies, make_graph, run, name, graph, persona
):
    first, again = (run(strategies[name], make_graph(*graph), persona) for _ in range(2))
    assert first == again


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20)
@given(graph=graphs(), persona=PERSONAS, other=st.sampled_from(NAMES), roamer=PERSONAS)
def test_a_walk_is_the_same_whoever_walked_the_graph_before(
    strategies, make_graph, run, name, graph, persona, other, roamer
):
    shared = make_graph(*graph)
    run(strategies[other], shared, roamer)
    shared.expand(list(shared.node_ids()))
    assert run(strategies[name], shared, persona) == run(strategies[name], make_graph(*graph), persona)


@pytest.mark.parametrize("name", NAMES)
def test_one_object_begins_walks_that_know_nothing_of_each_other(strategies, make_graph, name):
    persona = Persona(name="p")
    graph = make_graph({"a1": (1.0, [0]), "b1": (3.0, [1])}, [(QUESTION_ID, "a1", "found", 1.0)])
    made = strategies[name]()
    first, second = made.begin("Which lamp?", graph), made.begin("Which lamp?", graph)
    nodes = [graph.get_node(QUESTION_ID)], [graph.get_node("a1")]
    chosen = first.decide_traversal(*nodes, persona)
    assert [node.node_id for node in chosen] == ["a1"]
    assert second.decide_traversal(*nodes, persona) == chosen


@pytest.mark.parametrize("name", NAMES)
def test_a_graph_without_a_question_is_no_accident(strategies, make_graph, name):
    walker = strategies[name]().begin("Which lamp?", DynamicKnowledgeGraph())
    assert walker.decide_traversal([], [], Persona(name="p")) == []


def wide(count: int = 30):
    """Many passages that search found, none of which leads on."""
    passages = {f"p{number:02}": (float(count - number), [0]) for number in range(count)}
    return passages, [(QUESTION_ID, name, "found", 0.5) for name in passages]


def long(count: int = 12):
    """One passage that search found, and a chain of mentions from it."""
    names = [f"p{number:02}" for number in range(count)]
    links = [(names[at], names[at + 1], "mentions", 5.0) for at in range(count - 1)]
    return {name: (1.0, [0]) for name in names}, [(QUESTION_ID, names[0], "found", 1.0), *links]


STEERED = ["belief", "beam", "bridge", "comparison", "pagerank"]


@pytest.mark.parametrize("name", STEERED)
def test_breadth_is_how_many_a_round_visits(strategies, make_graph, run, name):
    widths = [
        len(run(strategies[name], make_graph(*wide()), Persona(name="p", traits=Traits(breadth=breadth))).rounds[0])
        for breadth in range(1, 10)
    ]
    assert widths == sorted(widths)
    assert widths[0] < widths[4] < widths[8]


@pytest.mark.parametrize("name", STEERED)
def test_depth_is_how_many_rounds_there_are(strategies, make_graph, run, name):
    rounds = [
        len(run(strategies[name], make_graph(*long()), Persona(name="p", traits=Traits(depth=depth))).rounds)
        for depth in range(1, 10)
    ]
    assert rounds == sorted(rounds)
    assert rounds[0] == 1 < rounds[4] < rounds[8]


@settings(max_examples=20)
@given(graph=graphs(), persona=PERSONAS)
def test_traits_make_no_difference_to_the_baseline(strategies, make_graph, run, graph, persona):
    neutral = Persona(name="n")
    assert run(strategies["keyword"], make_graph(*graph), persona) == run(
        strategies["keyword"], make_graph(*graph), neutral
    )
