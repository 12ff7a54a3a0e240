"""A question's graph as one document, and the paths in it."""

import importlib.util
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import networkx as nx
import pytest

from moe.contracts.snapshot import Snapshot
from moe.knowledge.graph.graphml import write_graphml
from moe.knowledge.graph.snapshot import take_snapshot
from moe.knowledge.graph.walking.paths import report_exploration
from moe.knowledge.library import DocumentLibrary
from moe.knowledge.search import Exploration, SearchSetup, Walker
from moe_core import Persona, Retriever, TraversalStrategy
from moe_core.contracts.wire import encode_json, from_wire, to_wire

PLUGIN = Path(__file__).parents[4] / "plugins" / "traversals" / "belief.py"
TEXTS = {
    "Pell Mill": "Pell Mill is driven by the tide.\x0c Ada Brook restored it.",
    "Ada Brook": "Ada Brook is an engineer. Born on Skerry, she left early.",
    "Skerry": "Nine houses stand there & more < ten.",
    "Ferry": "The boat leaves every morning.",
}
QUESTION = "Who restored Pell Mill?"


@pytest.fixture(scope="module")
def belief() -> type[TraversalStrategy]:
    spec = importlib.util.spec_from_file_location("belief_under_test", PLUGIN)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.BeliefTraversal


@pytest.fixture
def explore(retriever: Retriever, belief: type[TraversalStrategy], make_index) -> Callable[..., Exploration]:
    def explore_it(question: str = QUESTION, *, personas: tuple[str, ...] = ("walker",), k: int | None = None):
        walkers = tuple(Walker(persona=Persona(name=name), strategy=belief) for name in personas)
        library = DocumentLibrary(make_index(TEXTS), setup=SearchSetup(retriever=retriever, walkers=walkers))
        return library.explore(question, k=k)

    return explore_it


@pytest.fixture
def snapshot(explore: Callable[..., Exploration]) -> Snapshot:
    return take_snapshot(explore(), top=2)


def find_edges(snapshot: Snapshot, kind: str) -> set[tuple[str, str]]:
    return {(edge["source"], edge["target"]) for edge in snapshot.edges if edge["kind"] == kind}


def test_a_path_leads_from_the_question_over_every_hop_to_the_passage(explore) -> None:
    exploration = explore()
    (walk,) = report_exploration(exploration).walks
    paths = {path.passage_id: path for path in walk.paths}
    steps = paths["Skerry"].steps
    assert [step.passage_id for step in steps] == ["Pell Mill", "Ada Brook", "Skerry"]
    assert [step.kind for step in steps[1:]] == ["mentions", "mentions"]
    assert [step.via for step in steps[1:]] == ["ada brook", "skerry"]
    assert steps[0].strength == 0.0
    assert steps[1].strength > 0
    assert set(steps[0].covers) == {"restor", "pell", "mill"}
    assert [path.rank for path in walk.paths] == [1, 2, 3]
    assert walk.hops == 3


def test_a_path_to_what_a_walk_did_not_reach_is_empty(explore) -> None:
    assert explore().walks[0].find_path("passage:3") == ()


def test_a_report_of_a_search_survives_json_and_names_only_what_was_found(explore) -> None:
    report = report_exploration(explore(k=1))
    assert report.found == ("Pell Mill",)
    assert [path.passage_id for path in report.walks[0].paths] == ["Pell Mill"]
    assert from_wire(type(report), json.loads(encode_json(report))) == report


def test_the_same_passages_are_found_with_and_without_a_report(explore) -> None:
    everything = [hit.passage.passage_id for hit in explore().hits]
    assert [hit.passage.passage_id for hit in explore(k=2).hits] == everything[:2]


def test_without_walkers_the_retrievers_ranking_is_told(explore) -> None:
    exploration = explore(personas=())
    assert exploration.walks == ()
    assert exploration.hits[0].passage.passage_id == "Pell Mill"
    snapshot = take_snapshot(exploration, top=5)
    assert snapshot.walks == ()
    assert snapshot.ranking[0].node_id == "passage:0"


def test_passages_entities_and_sentences_are_joined(snapshot: Snapshot) -> None:
    kinds = {node["id"]: node["kind"] for node in snapshot.nodes}
    assert {"question", "passage:0", "passage:1", "passage:2", "entity:ada brook", "entity:skerry"} <= set(kinds)
    assert "passage:3" not in kinds
    assert ("passage:0", "passage:1") in find_edges(snapshot, "mentions")
    assert ("passage:0", "entity:ada brook") in find_edges(snapshot, "mentions")
    assert ("entity:ada brook", "passage:1") in find_edges(snapshot, "names")
    assert ("sentence:0:1", "entity:ada brook") in find_edges(snapshot, "mentions")
    assert ("sentence:0:0", "entity:ada brook") not in find_edges(snapshot, "mentions")
    assert find_edges(snapshot, "holds") >= {("passage:0", "sentence:0:0"), ("passage:1", "sentence:1:0")}
    assert "sentence:2:0" not in kinds  # not among the first two
    assert all({edge["source"], edge["target"]} <= set(kinds) for edge in snapshot.edges)


def test_nodes_and_edges_tell_who_walked_them(explore) -> None:
    snapshot = take_snapshot(explore(personas=("one", "two")), top=3)
    nodes = {node["id"]: node for node in snapshot.nodes}
    assert nodes["passage:2"]["reached_by"] == ["one", "two"]
    assert (nodes["passage:0"]["rank"], nodes["passage:2"]["rank"]) == (1, 3)
    walked = {(edge["source"], edge["target"]) for edge in snapshot.edges if edge.get("walked_by")}
    assert {("passage:0", "passage:1"), ("passage:1", "passage:2")} <= walked


def test_the_json_form_is_node_link_data(snapshot: Snapshot) -> None:
    data = json.loads(encode_json(snapshot))
    graph = nx.node_link_graph(data, edges="edges")
    assert graph.number_of_nodes() == len(snapshot.nodes)
    assert graph.number_of_edges() == len(snapshot.edges)
    assert data["walks"][0]["persona"] == "walker"
    assert data["ranking"][0]["passage_id"] == "Pell Mill"
    assert sum(data["terms"].values()) == pytest.approx(1, abs=0.001)
    assert data["seeds"][0]["why"]["named"]["via"] == "Pell Mill"


def test_graphml_loads_back_whole_whatever_the_texts_hold(snapshot: Snapshot) -> None:
    graph = nx.read_graphml(BytesIO(write_graphml(snapshot).encode()))
    assert graph.number_of_nodes() == len(snapshot.nodes)
    assert graph.number_of_edges() == len(snapshot.edges)
    assert graph.nodes["passage:0"]["text"] == TEXTS["Pell Mill"].replace("\x0c", "\ufffd")
    assert graph.nodes["passage:2"]["text"] == TEXTS["Skerry"]
    assert graph.nodes["passage:0"]["rank"] == 1
    assert graph.graph["question"] == QUESTION


@pytest.mark.parametrize("question", ["", "the of", "zebra"])
def test_a_question_that_finds_nothing_has_a_snapshot_too(explore, question: str) -> None:
    snapshot = take_snapshot(explore(question), top=5)
    assert [node["kind"] for node in snapshot.nodes] == ["question"]
    assert (snapshot.seeds, snapshot.ranking, snapshot.edges) == ((), (), ())
    assert nx.parse_graphml(write_graphml(snapshot)).number_of_nodes() == 1


def test_equal_explorations_give_equal_snapshots(explore) -> None:
    first, second = (to_wire(take_snapshot(explore(), top=5)) for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
