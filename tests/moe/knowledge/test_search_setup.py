"""Who searches, from names to parts."""

import pytest

from moe.configuration import Config, SystemSettings
from moe.contracts.search import SearchNames
from moe.knowledge.search_setup import build_search_setup
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.persona import Persona
from moe_core.contracts.retriever import Retriever
from moe_core.contracts.traversal import TraversalStrategy
from moe_core.loading.registry import Registry
from moe_core.testing.registries import memory_registry


def make_strategy(label: str) -> type[TraversalStrategy]:
    class Still(TraversalStrategy):
        name = label
        summary = "stays where it is"

        def begin(self, question, graph):
            return self

        def evaluate_node_relevance(self, persona, node):
            return 0.0

        def decide_traversal(self, current, available, persona):
            return []

    return Still


def make_retriever(label: str) -> type[Retriever]:
    class Blank(Retriever):
        name = label
        summary = "finds nothing"

        def build(self, corpus):
            raise NotImplementedError

    return Blank


@pytest.fixture(scope="module")
def registry() -> Registry:
    return memory_registry(
        traversals=[make_strategy("belief"), make_strategy("other")],
        retrievers=[make_retriever("lexical"), make_retriever("odd")],
        personas=[Persona(name="generalist"), Persona(name="digger", traversal="other")],
    )


def test_without_names_the_configuration_decides(registry):
    setup = build_search_setup(registry, Config())
    assert setup.retriever.name == "lexical"
    assert [(walker.persona.name, walker.strategy.name) for walker in setup.walkers] == [("generalist", "belief")]
    assert setup.limits.max_nodes == Config().system.max_nodes


def test_names_take_the_place_of_the_configuration(registry):
    setup = build_search_setup(registry, Config(), SearchNames(retriever="odd", walkers=("digger", "generalist")))
    assert setup.retriever.name == "odd"
    assert [(walker.persona.name, walker.strategy.name) for walker in setup.walkers] == [
        ("digger", "other"),
        ("generalist", "belief"),
    ]


def test_a_persona_without_a_strategy_walks_with_the_configured_one(registry):
    config = Config(system=SystemSettings(traversal="other", walkers=("generalist",), max_nodes=50))
    setup = build_search_setup(registry, config)
    assert setup.walkers[0].strategy.name == "other"
    assert setup.limits.max_nodes == 50


def test_no_walkers_leave_the_retriever_alone(registry):
    assert build_search_setup(registry, Config(), SearchNames(walkers=())).walkers == ()
    assert build_search_setup(registry, Config(system=SystemSettings(walkers=()))).walkers == ()


def test_a_traversal_is_walked_by_one_neutral_persona(registry):
    setup = build_search_setup(registry, Config(), SearchNames(walkers=("digger",), traversal="other"))
    (walker,) = setup.walkers
    assert walker.strategy.name == "other"
    assert walker.persona.traits == Persona(name="x").traits


@pytest.mark.parametrize(
    ("names", "unknown"),
    [
        ({"retriever": "lexicla"}, "lexicla"),
        ({"walkers": ["generalst"]}, "generalst"),
        ({"traversal": "beleif"}, "beleif"),
    ],
)
def test_an_unknown_name_is_told_with_what_is_near(registry, names, unknown):
    with pytest.raises(NameUnknownError, match=unknown) as caught:
        build_search_setup(registry, Config(), SearchNames(**names))
    assert caught.value.hint


def test_a_persona_whose_strategy_is_missing_is_told():
    registry = memory_registry(
        retrievers=[make_retriever("lexical")], personas=[Persona(name="generalist", traversal="gone")]
    )
    with pytest.raises(NameUnknownError, match="gone"):
        build_search_setup(registry, Config())
