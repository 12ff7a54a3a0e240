"""Belief: a passage is worth what it says itself, plus what believed passages that lead to it say."""

from collections.abc import Sequence

import numpy as np

from moe_core import KnowledgeGraph, Node, Persona, Traits
from moe_kit.graphs.attributes import TEMPERATURE, find_links, find_score, find_strength
from moe_kit.graphs.columns import ColumnTraversal, Floats, Places, Reached

_PASSES = 2  # chosen: belief reaches the neighbours, and theirs
# Of the highest belief, what a passage needs to be visited: narrow, neutral, broad. Measured: with 0.6, recall@5 falls
# by 0.4 points at most on any set of questions, and rises on as many; with 0.8, two-step questions find less.
_FLOORS = (0.75, 0.6, 0.45)
_LINK_SHARES = {"mentions": (0.7, 1.0, 1.15), "shares": (0.4, 1.0, 1.6)}  # incurious, neutral, curious


class BeliefTraversal(ColumnTraversal):
    """Visits the most believed passages in a few rounds, and passes belief along the edges it finds.

    What is believed much less than the best is not visited: its messages lift little to the top.

    A passage's belief is its own score plus the strongest message that reaches it; a message is an edge's strength,
    scaled by how close its sender's belief comes to the highest. Two passes carry belief over two edges.

    Traits: breadth sets how many passages a round visits and how little believed they may be, depth how many rounds
    there are, curiosity how much edges through shared names count, precision how much a passage's own score counts,
    scepticism how little the second-best are believed.

    Source: spreading activation (Crestani, "Application of Spreading Activation Techniques in Information Retrieval",
    1997) with maxima in place of sums; scores and strengths are learned for it.
    """

    name = "belief"
    summary = "passes belief along links between passages, the most believed first"

    def __init__(self) -> None:
        self._graph: KnowledgeGraph | None = None
        self._places: dict[str, int] = {}
        self._known: list[Reached] = []
        self._weights: list[Floats] = []  # of the links of each
        self._visited = 0
        self._rounds = 0
        self._beliefs: Floats = np.zeros(0)

    def begin(self, question: str, graph: KnowledgeGraph) -> "BeliefTraversal":
        """A fresh walk."""
        walk = BeliefTraversal()
        walk._graph = graph
        return walk

    def evaluate_node_relevance(self, persona: Persona, node: Node) -> float:
        """How close the node's belief comes to the highest one, in [0, 1]."""
        place = self._places.get(node.node_id)
        return 0.0 if place is None else float(self._beliefs[place])

    def decide_traversal(self, current: Sequence[Node], available: Sequence[Node], persona: Persona) -> list[Node]:
        """The most believed of the available passages, until the rounds are over."""
        reached = self._read_objects(current[self._visited :], available)
        self._visited = len(current)
        places = [self._places[node.node_id] for node in available]
        by_place = dict(zip(places, available, strict=True))
        chosen = self.choose_places(reached, np.array(places, dtype=np.int64), persona)
        return [by_place[place] for place in chosen.tolist()]

    def choose_places(self, reached: Reached, available: Places, persona: Persona) -> Places:
        """The most believed of the available places that are near the highest belief, until the rounds are over."""
        self._known.append(reached)
        self._weights.append(_weigh_links(reached, persona.traits.curiosity))
        self._believe(persona.traits)
        if self._rounds >= round(Traits.scale(persona.traits.depth, low=1, neutral=2, high=4)):
            return available[:0]
        self._rounds += 1
        width = round(Traits.scale(persona.traits.breadth, low=4, neutral=12, high=24))
        low, neutral, high = _FLOORS
        floor = Traits.scale(persona.traits.breadth, low=low, neutral=neutral, high=high)
        near = available[self._beliefs[available] >= floor]
        return near[np.argsort(-self._beliefs[near], kind="stable")[:width]]

    def rate_places(self, persona: Persona) -> Floats:
        """How close each place's belief comes to the highest one, in [0, 1]."""
        return self._beliefs

    def _read_objects(self, visited: Sequence[Node], available: Sequence[Node]) -> Reached:
        """The nodes that are new, and the edges of those just visited, as columns."""
        places, scores = self._places, []
        for node in (*visited, *available):
            if node.node_id not in places:
                places[node.node_id] = len(places)
                scores.append(find_score(node))
        links: list[tuple[int, int, str, float]] = []
        if self._graph is not None:
            links = [
                (places[node.node_id], places[edge.target], edge.kind, find_strength(edge))
                for node in visited
                for edge in find_links(self._graph, node)
                if edge.target in places
            ]
        sources, targets, kinds, strengths = zip(*links, strict=True) if links else ((), (), (), ())
        return Reached(
            scores=np.array(scores, dtype=np.float64),
            sources=np.array(sources, dtype=np.int64),
            targets=np.array(targets, dtype=np.int64),
            kinds=np.array(kinds, dtype=np.str_),
            strengths=np.array(strengths, dtype=np.float64),
        )

    def _believe(self, traits: Traits) -> None:
        """Work out every known place's belief, relative to the highest."""
        temperature = TEMPERATURE * Traits.scale(traits.scepticism, low=0.5, neutral=1.0, high=2.0)
        scores = np.concatenate([step.scores for step in self._known])
        own = scores * Traits.scale(traits.precision, low=0.8, neutral=1.0, high=1.2)
        beliefs = own
        starts = np.concatenate([step.sources for step in self._known])
        if len(starts):
            ends = np.concatenate([step.targets for step in self._known])
            weights = np.concatenate(self._weights)
            for _ in range(_PASSES):
                beliefs = own + _pass_messages(beliefs, starts, ends, weights, temperature)
        self._beliefs = np.exp(temperature * (beliefs - beliefs.max())) if len(beliefs) else beliefs


def _weigh_links(step: Reached, curiosity: int) -> Floats:
    """The strengths of links, by how much their kind counts."""
    shares = np.ones(len(step.kinds))
    for kind, (low, neutral, high) in _LINK_SHARES.items():
        shares[step.kinds == kind] = Traits.scale(curiosity, low=low, neutral=neutral, high=high)
    return step.strengths * shares


def _pass_messages(beliefs: Floats, sources: Places, targets: Places, strengths: Floats, temperature: float) -> Floats:
    """The strongest message that reaches each node, shape (nodes,); the edges' arrays are of shape (edges,)."""
    messages = np.exp(temperature * (beliefs[sources] - beliefs.max())) * strengths
    strongest = np.zeros_like(beliefs)
    np.maximum.at(strongest, targets, messages)
    return strongest
