"""Bundled strategies, and walks on graphs made by hand."""

import pytest

from moe.configuration import Config
from moe_core import Edge, Node, TraversalStrategy
from moe_core.contracts.graph import DynamicKnowledgeGraph
from moe_core.loading.assembly import build_registry
from moe_core.loading.locations import Locations, find_bundled_root
from moe_kit.graphs.attributes import QUESTION_ID


@pytest.fixture(scope="session")
def strategies(tmp_path_factory) -> dict[str, type[TraversalStrategy]]:
    """By name, every strategy that comes with moe."""
    nowhere = tmp_path_factory.mktemp("no-plugins")
    places = Locations(bundled=find_bundled_root(), user=nowhere, project=nowhere)
    registry = build_registry(Config(), places, with_distributions=False)
    return {entry.name: entry.value for entry in registry.traversals}


@pytest.fixture(scope="session")
def make_graph():
    """A graph of passages {name: (score, covered places)} and edges (source, target, kind, strength).

    Edges from "question" have their strength as weight. Edges out of passages are added when they are asked for.
    """

    def make(passages, edges, *, terms: int = 4) -> DynamicKnowledgeGraph:
        def grow(graph, node_ids):
            for source, target, kind, strength in edges:
                if source in node_ids and source != QUESTION_ID:
                    attributes = {"via": "x", "strength": strength}
                    graph.add_edge(Edge(source=source, target=target, kind=kind, weight=0.5, attributes=attributes))

        graph = DynamicKnowledgeGraph(grow)
        weights = [1 / terms] * terms
        graph.add_node(
            Node(node_id=QUESTION_ID, kind="question", attributes={"terms": ["t"] * terms, "weights": weights})
        )
        for name, (score, covers) in passages.items():
            attributes = {"score": score, "covers": list(covers)}
            graph.add_node(Node(node_id=name, kind="passage", text=f"lamp {name}", attributes=attributes))
        for source, target, kind, strength in edges:
            if source == QUESTION_ID:
                via = target[0] if kind == "named" else ""
                graph.add_edge(Edge(source=source, target=target, kind=kind, weight=strength, attributes={"via": via}))
        return graph

    return make


class Record:
    """What a strategy chose round by round, and how it rates all nodes in the end."""

    def __init__(self, rounds, ratings):
        self.rounds = rounds
        self.ratings = ratings

    def __eq__(self, other):
        return (self.rounds, self.ratings) == (other.rounds, other.ratings)

    def __repr__(self):
        return f"Record({self.rounds}, {self.ratings})"

    @property
    def order(self):
        return sorted(self.ratings, key=lambda name: -self.ratings[name])


@pytest.fixture(scope="session")
def run():
    """Walk with a strategy until it stops, holding it to its contract."""

    def walk(strategy, graph, persona, question="Which lamp?") -> Record:
        walker = strategy().begin(question, graph)
        visited = [graph.get_node(QUESTION_ID)]
        rounds = []
        while True:
            known = {node.node_id for node in visited}
            available = {
                edge.target: graph.get_node(edge.target)
                for node in visited
                for edge in graph.edges_of(node.node_id)
                if edge.source == node.node_id and edge.target not in known
            }
            chosen = walker.decide_traversal(tuple(visited), tuple(available.values()), persona)
            ratings = {node.node_id: walker.evaluate_node_relevance(persona, node) for node in available.values()}
            ratings |= {node.node_id: walker.evaluate_node_relevance(persona, node) for node in visited[1:]}
            assert all(0 <= rating <= 1 for rating in ratings.values()), ratings
            ids = [node.node_id for node in chosen]
            assert len(ids) == len(set(ids))
            assert set(ids) <= available.keys()
            if not chosen:
                return Record(rounds, ratings)
            rounds.append(ids)
            visited += chosen
            assert len(rounds) < 50

    return walk
