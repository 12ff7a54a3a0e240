"""Comparison: the things that a question names, side by side, each with a trail of its own."""

from collections.abc import Sequence
from itertools import chain, zip_longest

from moe_core import KnowledgeGraph, Node, Persona, Traits, TraversalStrategy
from moe_kit.graphs.attributes import QUESTION_ID, compare_scores, find_links, find_score, find_strength

_RANK_COST = 2.0  # in score: what each place within a trail costs
_OPEN_TRAIL = ""


class ComparisonTraversal(TraversalStrategy):
    """Gives every thing that the question names a trail, and takes from each in turn, so that none crowds out another.

    Passages that no name leads to share one more trail; a question that names nothing is walked best first.

    Traits: breadth sets how many passages of each trail a round visits, depth how many rounds there are, scepticism
    how much a passage low in its trail loses.
    """

    name = "comparison"
    summary = "takes from each thing the question names in turn"

    def __init__(self) -> None:
        self._graph: KnowledgeGraph | None = None
        self._trails: dict[str, str] = {}
        self._scores: dict[str, float] = {}
        self._worths: dict[str, float] = {}
        self._ratings: dict[str, float] = {}
        self._visited = 0
        self._rounds = 0

    def begin(self, question: str, graph: KnowledgeGraph) -> "ComparisonTraversal":
        """A fresh walk."""
        walk = ComparisonTraversal()
        walk._graph = graph
        if QUESTION_ID in graph:
            named = [edge for edge in graph.edges_of(QUESTION_ID) if edge.kind == "named"]
            for edge in sorted(named, key=lambda edge: -edge.weight):
                via = edge.attributes.get("via", "")
                walk._trails.setdefault(edge.target, via if isinstance(via, str) else _OPEN_TRAIL)
        return walk

    def evaluate_node_relevance(self, persona: Persona, node: Node) -> float:
        """The node's worth less its place within its trail, relative to the highest, in [0, 1]."""
        return self._ratings.get(node.node_id, 0.0)

    def decide_traversal(self, current: Sequence[Node], available: Sequence[Node], persona: Persona) -> list[Node]:
        """The best of each trail in turn, until the rounds are over."""
        for node in (*current[self._visited :], *available):
            score = self._scores.setdefault(node.node_id, find_score(node))
            self._worths.setdefault(node.node_id, score)
        self._follow(current[self._visited :])
        self._visited = len(current)
        traits = persona.traits
        self._rate(traits)
        if self._rounds >= round(Traits.scale(traits.depth, low=1, neutral=2, high=3)):
            return []
        self._rounds += 1
        width = round(Traits.scale(traits.breadth, low=2, neutral=6, high=12))
        trails: dict[str, list[Node]] = {}
        for node in sorted(available, key=lambda node: -self._worths[node.node_id]):
            trails.setdefault(self._trails.get(node.node_id, _OPEN_TRAIL), []).append(node)
        turns = zip_longest(*(trail[:width] for trail in trails.values()))
        return [node for node in chain.from_iterable(turns) if node is not None]

    def _follow(self, ends: Sequence[Node]) -> None:
        """Lengthen the trails by the links of the passages just visited."""
        highest = max(self._worths.values(), default=0.0)
        for end in ends:
            belief = compare_scores({"end": self._worths[end.node_id], "": highest})["end"]
            for edge in find_links(self._graph, end) if self._graph is not None else ():
                score = self._scores.get(edge.target)
                if score is None:
                    continue
                worth = score + find_strength(edge) * belief
                if worth > self._worths[edge.target]:
                    self._worths[edge.target] = worth
                    self._trails.setdefault(edge.target, self._trails.get(end.node_id, _OPEN_TRAIL))

    def _rate(self, traits: Traits) -> None:
        cost = _RANK_COST * Traits.scale(traits.scepticism, low=0.3, neutral=1.0, high=2.0)
        ranks: dict[str, int] = {}
        rated: dict[str, float] = {}
        for name in sorted(self._worths, key=lambda name: -self._worths[name]):
            trail = self._trails.get(name, _OPEN_TRAIL)
            rated[name] = self._worths[name] - cost * ranks.get(trail, 0)
            ranks[trail] = ranks.get(trail, 0) + 1
        self._ratings = compare_scores(rated)
