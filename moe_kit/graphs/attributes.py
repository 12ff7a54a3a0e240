"""The attributes of a question's graph as values, whatever a plugin or a test left out of them."""

import math
from collections.abc import Iterable, Mapping

import msgspec

from moe_core.contracts.node import Edge, KnowledgeGraph, Node

QUESTION_ID = "question"
TEMPERATURE = 0.1  # per unit of score: a lead of ten over another node makes it 2.7 times as relevant


class Residual(msgspec.Struct, frozen=True):
    """What of a question is still open: the weights of its terms, by place."""

    weights: Mapping[int, float]

    def measure(self, covered: Iterable[int]) -> float:
        """The share of the question that these places would add, in [0, 1]."""
        weights = self.weights
        return sum([weights[place] for place in set(covered) if place in weights])

    def without(self, covered: Iterable[int]) -> "Residual":
        """What is open after these places."""
        gone = set(covered)
        return Residual({place: weight for place, weight in self.weights.items() if place not in gone})


def find_residual(graph: KnowledgeGraph) -> Residual:
    """The whole question; nothing for a graph without a question."""
    if QUESTION_ID not in graph:
        return Residual({})
    weights = graph.get_node(QUESTION_ID).attributes.get("weights", [])
    assert isinstance(weights, list)
    return Residual({place: float(weight) for place, weight in enumerate(weights) if isinstance(weight, int | float)})


def find_score(node: Node) -> float:
    """What a node is worth by itself; 0 for one that was not rated."""
    score = node.attributes.get("score", 0.0)
    return float(score) if isinstance(score, (int, float)) else 0.0


def find_covered(node: Node) -> tuple[int, ...]:
    """Places of the question's terms that occur in a node."""
    covered = node.attributes.get("covers", [])
    return tuple(place for place in covered if isinstance(place, int)) if isinstance(covered, list) else ()


def find_strength(edge: Edge) -> float:
    """What an edge is worth to its target, in the unit of scores, at least 0."""
    strength = edge.attributes.get("strength", 0.0)
    return max(0.0, float(strength)) if isinstance(strength, (int, float)) else 0.0


def find_links(graph: KnowledgeGraph, node: Node) -> list[Edge]:
    """Edges that lead from a node to others of worth; none from the question."""
    return [edge for edge in graph.edges_of(node.node_id) if edge.source == node.node_id and find_strength(edge) > 0]


def compare_scores(scores: Mapping[str, float], temperature: float = TEMPERATURE) -> dict[str, float]:
    """How close each score comes to the highest, in (0, 1]: exp(temperature x (score - highest))."""
    highest = max(scores.values(), default=0.0)
    return {name: math.exp(temperature * (score - highest)) for name, score in scores.items()}
