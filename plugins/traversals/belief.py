"""Belief: a passage is worth what it says itself, plus what believed passages that lead to it say."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moe_core import KnowledgeGraph, Node, Persona, Traits, TraversalStrategy
from moe_kit.graphs.attributes import TEMPERATURE, find_links, find_score, find_strength

_PASSES = 2  # chosen: belief reaches the neighbours, and theirs
_LINK_SHARES = {"mentions": (0.7, 1.0, 1.15), "shares": (0.4, 1.0, 1.6)}  # incurious, neutral, curious

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


class BeliefTraversal(TraversalStrategy):
    """Visits the most believed passages in a few rounds, and passes belief along the edges it finds.

    A passage's belief is its own score plus the strongest message that reaches it; a message is an edge's strength,
    scaled by how close its sender's belief comes to the highest. Two passes carry belief over two edges.

    Traits: breadth sets how many passages a round visits, depth how many rounds there are, curiosity how much edges
    through shared names count, precision how much a passage's own score counts, scepticism how little the second-best
    are believed.

    Source: spreading activation (Crestani, "Application of Spreading Activation Techniques in Information Retrieval",
    1997) with maxima in place of sums; scores and strengths are learned for it.
    """

    name = "belief"
    summary = "passes belief along links between passages, the most believed first"

    def __init__(self) -> None:
        self._graph: KnowledgeGraph | None = None
        self._places: dict[str, int] = {}
        self._scores: list[float] = []
        self._ends: tuple[list[int], list[int]] = [], []  # of edges, from and to
        self._strengths: list[float] = []
        self._kinds: list[str] = []
        self._visited = 0
        self._rounds = 0
        self._beliefs: dict[str, float] = {}

    def begin(self, question: str, graph: KnowledgeGraph) -> "BeliefTraversal":
        """A fresh walk."""
        walk = BeliefTraversal()
        walk._graph = graph
        return walk

    def evaluate_node_relevance(self, persona: Persona, node: Node) -> float:
        """How close the node's belief comes to the highest one, in [0, 1]."""
        return self._beliefs.get(node.node_id, 0.0)

    def decide_traversal(self, current: Sequence[Node], available: Sequence[Node], persona: Persona) -> list[Node]:
        """The most believed of the available passages, until the rounds are over."""
        self._take_in(current[self._visited :], available)
        self._visited = len(current)
        self._believe(persona.traits)
        if self._rounds >= round(Traits.scale(persona.traits.depth, low=1, neutral=2, high=4)):
            return []
        self._rounds += 1
        width = round(Traits.scale(persona.traits.breadth, low=4, neutral=12, high=24))
        return sorted(available, key=lambda node: -self._beliefs[node.node_id])[:width]

    def _take_in(self, visited: Sequence[Node], available: Sequence[Node]) -> None:
        """Learn of the nodes that are new, and of the edges of those just visited."""
        places, scores = self._places, self._scores
        for node in (*visited, *available):
            if node.node_id not in places:
                places[node.node_id] = len(scores)
                scores.append(find_score(node))
        starts, ends = self._ends
        for node in visited:
            source = places[node.node_id]
            for edge in find_links(self._graph, node) if self._graph is not None else ():
                target = places.get(edge.target)
                if target is not None:
                    starts.append(source)
                    ends.append(target)
                    self._strengths.append(find_strength(edge))
                    self._kinds.append(edge.kind)

    def _believe(self, traits: Traits) -> None:
        """Work out every known node's belief, relative to the highest."""
        temperature = TEMPERATURE * Traits.scale(traits.scepticism, low=0.5, neutral=1.0, high=2.0)
        own = np.array(self._scores) * Traits.scale(traits.precision, low=0.8, neutral=1.0, high=1.2)
        beliefs = own
        if self._strengths:
            shares = {kind: _find_share(kind, traits.curiosity) for kind in set(self._kinds)}
            weights = np.array(self._strengths) * np.array([shares[kind] for kind in self._kinds])
            starts, ends = (np.array(places) for places in self._ends)
            for _ in range(_PASSES):
                beliefs = own + _pass_messages(beliefs, starts, ends, weights, temperature)
        relative = np.exp(temperature * (beliefs - beliefs.max())) if len(beliefs) else beliefs
        self._beliefs = dict(zip(self._places, relative.tolist(), strict=True))


def _find_share(kind: str, curiosity: int) -> float:
    low, neutral, high = _LINK_SHARES.get(kind, (1.0, 1.0, 1.0))
    return Traits.scale(curiosity, low=low, neutral=neutral, high=high)


def _pass_messages(
    beliefs: Floats, sources: Places, targets: Places, strengths: Floats, temperature: float
) -> NDArray[np.float64]:
    """The strongest message that reaches each node, shape (nodes,); the edges' arrays are of shape (edges,)."""
    messages = np.exp(temperature * (beliefs[sources] - beliefs.max())) * strengths
    strongest = np.zeros_like(beliefs)
    np.maximum.at(strongest, targets, messages)
    return strongest
