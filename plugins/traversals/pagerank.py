"""Personalised PageRank: where a reader ends up who follows links and keeps returning to the question."""

import math
from collections.abc import Sequence

import numpy as np

from moe_core import KnowledgeGraph, Node, Persona, Traits, TraversalStrategy
from moe_kit.graphs.attributes import TEMPERATURE, find_links, find_score, find_strength

_STEPS = 20  # with half of the weight going back a step, the rest is 1e-6


class PageRankTraversal(TraversalStrategy):
    """Ranks passages by personalised PageRank over the links seen so far, and visits the highest.

    A reader starts at passages in proportion to what they are worth by themselves, follows links in both directions in
    proportion to their strength, and returns to the start now and then.

    Traits: breadth sets how many passages a round visits, depth how many rounds there are and how seldom the reader
    returns, scepticism how much more the better passages are starting points.

    Source: Haveliwala, "Topic-Sensitive PageRank" (2002); passages instead of pages, a question instead of a topic.
    """

    name = "pagerank"
    summary = "ranks passages by personalised PageRank from the question"

    def __init__(self) -> None:
        self._graph: KnowledgeGraph | None = None
        self._scores: dict[str, float] = {}
        self._edges: dict[tuple[str, str], float] = {}
        self._visited = 0
        self._rounds = 0
        self._ranks: dict[str, float] = {}

    def begin(self, question: str, graph: KnowledgeGraph) -> "PageRankTraversal":
        """A fresh walk."""
        walk = PageRankTraversal()
        walk._graph = graph
        return walk

    def evaluate_node_relevance(self, persona: Persona, node: Node) -> float:
        """The node's rank relative to the highest, in [0, 1]."""
        return self._ranks.get(node.node_id, 0.0)

    def decide_traversal(self, current: Sequence[Node], available: Sequence[Node], persona: Persona) -> list[Node]:
        """The highest-ranked of the available passages, until the rounds are over."""
        for node in (*current[self._visited :], *available):
            self._scores.setdefault(node.node_id, find_score(node))
        for node in current[self._visited :]:
            for edge in find_links(self._graph, node) if self._graph is not None else ():
                self._edges[edge.source, edge.target] = find_strength(edge)
        self._visited = len(current)
        self._rank(persona.traits)
        if self._rounds >= round(Traits.scale(persona.traits.depth, low=1, neutral=2, high=4)):
            return []
        self._rounds += 1
        width = round(Traits.scale(persona.traits.breadth, low=4, neutral=12, high=24))
        return sorted(available, key=lambda node: -self._ranks[node.node_id])[:width]

    def _rank(self, traits: Traits) -> None:
        places = {name: place for place, name in enumerate(self._scores)}
        if not places:
            return
        temperature = 4 * TEMPERATURE * Traits.scale(traits.scepticism, low=0.5, neutral=1.0, high=2.0)
        highest = max(self._scores.values())
        start = np.array([math.exp(temperature * (score - highest)) for score in self._scores.values()])
        start /= start.sum()
        known = {ends: weight for ends, weight in self._edges.items() if ends[0] in places and ends[1] in places}
        sources = np.array([places[end] for ends in known for end in ends], dtype=np.int64)
        targets = np.array([places[end] for ends in known for end in reversed(ends)], dtype=np.int64)
        weights = np.repeat(np.array(list(known.values()), dtype=np.float64), 2)
        flows = np.bincount(sources, weights, minlength=len(places))
        weights = weights / flows[sources] if len(weights) else weights
        follow = Traits.scale(traits.depth, low=0.3, neutral=0.5, high=0.8)
        ranks = start
        for _ in range(_STEPS):
            moved = np.bincount(targets, ranks[sources] * weights, minlength=len(places))
            resting = ranks * (flows == 0)  # a reader without a link stays for the next return
            ranks = (1 - follow) * start + follow * (moved + resting)
        self._ranks = dict(zip(places, (ranks / ranks.max()).tolist(), strict=True))
