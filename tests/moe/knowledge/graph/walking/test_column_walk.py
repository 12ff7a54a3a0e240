"""Walks over columns end as walks over nodes and edges do. People and places are made up."""

import numpy as np
import pytest
from msgspec.structs import replace

from moe.configuration import Config
from moe.knowledge.graph.walking.column_walk import walk_columns
from moe.knowledge.graph.walking.walk import walk
from moe_core import Node, Persona, Traits
from moe_core.contracts.errors import PluginError
from moe_core.loading.assembly import build_registry
from moe_core.loading.locations import Locations, find_bundled_root
from moe_kit.graphs.columns import ColumnTraversal, Reached

PEOPLE = ("Orla Finch", "Ida Vane", "Jory Pell", "Hesper Quill", "Tamsin Rook", "Bram Oster")
TOWNS = ("Wexmouth", "Bremholm", "Port Sable", "Skerry")
DOCUMENTS = {
    **{
        f"{name}": f"{name} was born in {TOWNS[at % 4]}, and learned from {PEOPLE[(at + 2) % 6]} how lamps are made."
        for at, name in enumerate(PEOPLE)
    },
    **{
        town: f"{town} is a port. Its lamp was designed by {PEOPLE[at]} and lit by {PEOPLE[at + 1]}."
        for at, town in enumerate(TOWNS)
    },
    "-letter": "The oil that Ida Vane sold to Corvin Thale was thin.",
    "-ledger": "Paid to Corvin Thale for ropes, in Wexmouth.",
    "-tide": "The tide table of the Grey Sound names Corvin Thale.",
}
QUESTIONS = (
    "Where was the designer of the lamp of Wexmouth born?",
    "What did Ida Vane sell, and who paid Corvin Thale?",
    "Who learned from Hesper Quill how lamps are made?",
    "zeppelin",
    "",
)
PERSONAS = (
    Persona(name="neutral"),
    Persona(name="digger", traits=Traits(breadth=1, depth=9, curiosity=1, precision=9, scepticism=9)),
    Persona(name="roamer", traits=Traits(breadth=9, depth=1, curiosity=9, precision=1)),
)


@pytest.fixture(scope="module")
def strategies(tmp_path_factory) -> list[type[ColumnTraversal]]:
    """Every strategy that comes with moe and walks over columns."""
    nowhere = tmp_path_factory.mktemp("no-plugins")
    places = Locations(bundled=find_bundled_root(), user=nowhere, project=nowhere)
    values = [entry.value for entry in build_registry(Config(), places, with_distributions=False).traversals]
    return [value for value in values if issubclass(value, ColumnTraversal)]


@pytest.fixture(scope="module")
def builder(make_builder):
    return make_builder(DOCUMENTS)


@pytest.mark.parametrize("limits", [{}, {"max_nodes": 5}, {"max_visits": 3}, {"max_visits": 0}, {"max_nodes": 0}])
@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.name)
def test_both_ways_end_the_same(builder, strategies, persona, limits):
    limits = {"max_visits": 100, **limits}
    for strategy in strategies:
        for question in QUESTIONS:
            by_columns = walk_columns(builder.build(question), strategy, persona, **limits)
            by_objects = walk(builder.build(question).graph, question, strategy, persona, **limits)
            assert dict(by_columns.steps) == by_objects.steps
            assert replace(by_columns, steps={}) == replace(by_objects, steps={})
            assert len(by_columns.steps) == len(by_objects.steps)


def test_walks_over_columns_and_over_objects_share_a_graph(builder, strategies):
    (strategy,) = strategies
    question = QUESTIONS[0]
    digger, roamer = PERSONAS[1:]
    for first, second in ((digger, roamer), (roamer, digger)):
        shared = builder.build(question)
        before = walk_columns(shared, strategy, first, max_visits=100)
        grown = len(shared.link_log)
        walk_columns(shared, strategy, first, max_visits=100)
        assert len(shared.link_log) == grown  # what was looked at is not looked at again
        then = walk(shared.graph, question, strategy, second, max_visits=100)
        after = walk_columns(shared, strategy, first, max_visits=100)
        alone = walk(builder.build(question).graph, question, strategy, second, max_visits=100)
        assert (then.ranking, then.steps) == (alone.ranking, alone.steps)
        assert (before.ranking, dict(before.steps)) == (after.ranking, dict(after.steps))


def test_nothing_is_made_into_objects_until_somebody_asks(builder, strategies, monkeypatch):
    made = []
    check = Node.__init__
    monkeypatch.setattr(Node, "__init__", lambda *args, **given: (made.append(1), check(*args, **given))[1])
    found = walk_columns(builder.build(QUESTIONS[0]), strategies[0], PERSONAS[0], max_visits=100)
    assert found.ranking
    assert not made
    assert found.find_path(found.ranking[0][0])
    assert made


class Choosing(ColumnTraversal):
    """Chooses what it is told, and rates all places alike."""

    name = "choosing"
    choice: tuple[int, ...] = ()
    rating = 0.5

    def __init__(self):
        self.known = 0

    def begin(self, question, graph):
        return self

    def evaluate_node_relevance(self, persona, node):
        return self.rating

    def decide_traversal(self, current, available, persona):
        return []

    def choose_places(self, reached: Reached, available, persona):
        self.known += len(reached.scores)
        return np.array(self.choice, dtype=np.int64)

    def rate_places(self, persona):
        return np.append(np.full(self.known - 1, 0.5), self.rating)


@pytest.mark.parametrize("choice", [(0,), (1, 1), (99,), (-1,)])
def test_a_strategy_picks_from_what_is_available_each_once(builder, choice):
    strategy = type("Bad", (Choosing,), {"choice": choice})
    with pytest.raises(PluginError, match=r"choosing chose place -?\d+, which was not available"):
        walk_columns(builder.build(QUESTIONS[0]), strategy, PERSONAS[0], max_visits=100)


@pytest.mark.parametrize("rating", [-0.1, 1.5, float("nan")])
def test_ratings_go_from_0_to_1(builder, rating):
    strategy = type("Bad", (Choosing,), {"rating": rating})
    with pytest.raises(PluginError, match="rated a node"):
        walk_columns(builder.build(QUESTIONS[0]), strategy, PERSONAS[0], max_visits=100)
