"""Lens: a persona's own eye for what passages hold, over what the question makes of them."""

import re
from collections.abc import Callable, Mapping, Sequence
from math import inf

from moe_core import KnowledgeGraph, Node, Persona, Traits, TraversalStrategy
from moe_kit.graphs.attributes import compare_scores, find_links, find_score, find_strength

# In score, chosen: what a passage full of what a persona looks for gains at trait 9, and loses at 1. With 15, a passage
# that the question rates 1.5 temperatures lower can come first; one that has nothing to do with it can't.
_WORTH = 15.0
_YEARS_HALF = 4.0  # a passage whose latest year is so many years behind the newest one counts half as recent

_YEAR = re.compile(r"(?<![\w.,-])(?:1[5-9]|20)\d\d(?![\w]|[.,]\d)")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d.,]*(?!\w)")
_MONTH = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember)\b"
)
_ISO = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
_NAME = re.compile(r"(?<=[a-zäöüß,;:(] )[A-ZÄÖÜ][\w'-]+(?: [A-ZÄÖÜ][\w'-]+)*")
_ROW = re.compile(r"^.*(?:\|.*\||\t.*\t|\S  +\S.*\S  +\S).*$", re.MULTILINE)
_CONTRAST = re.compile(
    r"\b(?:not|no longer|never|however|but|although|contrary|contradicts?|instead|denie[sd]|disputed?|wrong|false|"
    r"corrected|revised|withdrawn|except|unlike|nicht|aber|jedoch|doch|falsch|sondern)\b",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"\b(?:means|refers to|is called|is defined as|stands for|is an?|is the name|bedeutet|heißt|ist eine?)\b",
    re.IGNORECASE,
)


def _count(*patterns: re.Pattern[str], half: float) -> Callable[[str], float]:
    """How much of something a text holds, in [0, 1): n / (n + half), so that `half` findings are a half."""

    def measure(text: str) -> float:
        found = sum(len(pattern.findall(text)) for pattern in patterns)
        return found / (found + half)

    return measure


def _measure_figures(text: str) -> float:
    found = max(0, len(_NUMBER.findall(text)) - len(_YEAR.findall(text)))
    return found / (found + 2.0)


def _measure_tables(text: str) -> float:
    lines = [line for line in text.splitlines() if line.strip()]
    return sum(_ROW.match(line) is not None for line in lines) / len(lines) if lines else 0.0


_LENSES: Mapping[str, Callable[[str], float]] = {
    "names": _count(_NAME, half=3.0),
    "figures": _measure_figures,
    "dates": _count(_YEAR, _MONTH, _ISO, half=2.0),
    "tables": _measure_tables,
    "contradictions": _count(_CONTRAST, half=1.0),
    "definitions": _count(_DEFINITION, half=1.0),
}


class LensTraversal(TraversalStrategy):
    """Rates a passage by its score and by what it holds of what the persona looks for, and follows links from the best.

    Traits: names, figures, dates, tables, contradictions, definitions, recency set how much a passage gains by holding
    them (5: nothing; below: it loses); breadth sets how many passages a round visits, depth how many rounds there are,
    curiosity how far links are trusted.

    A passage's recency is that of the latest year in it, against the latest year among all that the walk has reached.
    """

    name = "lens"
    summary = "prefers passages that hold what the persona looks for: names, figures, dates, tables, ..."

    def __init__(self) -> None:
        self._graph: KnowledgeGraph | None = None
        self._own: dict[str, float] = {}
        self._years: dict[str, int] = {}
        self._links: dict[str, float] = {}
        self._worths: dict[str, float] = {}
        self._highest = 0.0
        self._visited = 0
        self._rounds = 0

    def begin(self, question: str, graph: KnowledgeGraph) -> "LensTraversal":
        """A fresh walk."""
        walk = LensTraversal()
        walk._graph = graph
        return walk

    def evaluate_node_relevance(self, persona: Persona, node: Node) -> float:
        """How close the node's worth comes to the highest, in [0, 1]."""
        worth = self._worths.get(node.node_id)
        return 0.0 if worth is None else compare_scores({"node": worth, "": self._highest})["node"]

    def decide_traversal(self, current: Sequence[Node], available: Sequence[Node], persona: Persona) -> list[Node]:
        """The worthiest of the available passages, until the rounds are over."""
        traits = persona.traits
        for node in (*current, *available):
            if node.kind == "passage" and node.node_id not in self._own:
                self._look_at(node, traits)
        self._measure(traits)
        self._follow(current[self._visited :], {node.node_id for node in available}, traits)
        self._measure(traits)
        self._visited = len(current)
        if self._rounds >= round(Traits.scale(traits.depth, low=1, neutral=2, high=4)):
            return []
        self._rounds += 1
        width = round(Traits.scale(traits.breadth, low=4, neutral=12, high=24))
        return sorted(available, key=lambda node: -self._worths.get(node.node_id, -inf))[:width]

    def _look_at(self, node: Node, traits: Traits) -> None:
        """Rate a passage as it is reached: once, since its text does not change."""
        sought = [(measure, _weigh(traits.find(name))) for name, measure in _LENSES.items()]
        gain = sum(weight * measure(node.text) for measure, weight in sought if weight)
        self._own[node.node_id] = find_score(node) + gain
        if _weigh(traits.find("recency")):
            years = [int(year) for year in _YEAR.findall(node.text)]
            if years:
                self._years[node.node_id] = max(years)

    def _follow(self, visited: Sequence[Node], available: set[str], traits: Traits) -> None:
        """Let the links of the passages just visited count for those that they lead to."""
        trust = Traits.scale(traits.curiosity, low=0.5, neutral=1.0, high=1.4)
        for node in visited:
            worth = self._worths.get(node.node_id)
            if worth is None or self._graph is None:
                continue
            belief = compare_scores({"own": worth, "": self._highest})["own"]
            for edge in find_links(self._graph, node):
                if edge.target in available:
                    gain = trust * belief * find_strength(edge)
                    self._links[edge.target] = max(self._links.get(edge.target, 0.0), gain)

    def _measure(self, traits: Traits) -> None:
        """Work out what every passage that was reached is worth to the persona, in the unit of scores."""
        newest = max(self._years.values(), default=0)
        recency = _weigh(traits.find("recency"))
        worths = {node_id: own + self._links.get(node_id, 0.0) for node_id, own in self._own.items()}
        for node_id, year in self._years.items():
            worths[node_id] += recency * 0.5 ** ((newest - year) / _YEARS_HALF)
        self._worths = worths
        self._highest = max(worths.values(), default=0.0)


def _weigh(trait: int) -> float:
    return _WORTH * Traits.scale(trait, low=-1.0, neutral=0.0, high=1.0)
