"""Builds the knowledge graph of a question, and grows it where it is walked."""

import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.graph.features import LINK_FEATURES, PASSAGE_FEATURES, FeatureReader, PassageRows
from moe.knowledge.graph.links import MENTIONS, SHARES, Links, join_links
from moe.knowledge.graph.lookups import sum_rows
from moe.knowledge.graph.naming_links import NamingReader
from moe.knowledge.graph.phrase_places import PhraseReader
from moe.knowledge.graph.question import Question, read_question
from moe.knowledge.graph.seeds import Seeds, find_seeds
from moe.knowledge.graph.sharing_links import SharingReader
from moe.knowledge.graph.similarity import (
    SIMILARITY_FEATURES,
    SIMILARITY_LINK_FEATURES,
    open_similarities,
)
from moe.knowledge.graph.texts import read_texts
from moe.knowledge.index.index import PassageIndex
from moe_core.contracts.evidence import Passage
from moe_core.contracts.graph import DynamicKnowledgeGraph
from moe_core.contracts.node import Edge, Node
from moe_core.contracts.retriever import SearchIndex
from moe_core.graphs.reading import QUESTION_ID

POOL = 40  # passages asked of the retriever
_UNNAMED_SHARE = 0.5  # of links by name, when the question names nothing: nobody knows whose names to follow then

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What was learned: how much each feature counts.

    Attributes:
        passage: Shape (`PASSAGE_FEATURES`,), with `SIMILARITY_FEATURES` after them for a retriever with vectors.
        link: Shape (`LINK_FEATURES`,), with `SIMILARITY_LINK_FEATURES` likewise.
        rivalry: How much a link loses to the best one out of the same passage.
    """

    passage: Floats
    link: Floats
    rivalry: float

    def score_passages(self, values: Floats) -> Floats:
        """What passages are worth by themselves."""
        return sum_rows(values, self.passage)

    def measure_strengths(self, values: Floats, sources: NDArray[np.int64]) -> Floats:
        """What links are worth to their targets, at least 0.

        Args:
            values: Features, shape (links, features).
            sources: Of each link; all links out of a source are there.
        """
        raw = sum_rows(values, self.link)
        best = np.full(int(sources.max(initial=-1)) + 1, -np.inf)
        np.maximum.at(best, sources, raw)
        return np.logaddexp(0, (1 + self.rivalry) * raw - self.rivalry * best[sources])


@cache
def load_weights(*, with_vectors: bool = False) -> Weights:
    """The weights that ship with moe; benchmarks/retrieval/fit.py made them.

    Args:
        with_vectors: Those for a retriever that has vectors.
    """
    file = "weights_dense.json" if with_vectors else "weights.json"
    stored = json.loads(files("moe.knowledge.graph").joinpath(file).read_text(encoding="utf-8"))
    passage, link = list_features(with_vectors=with_vectors)
    return Weights(
        passage=np.array([stored["passage"].get(name, 0.0) for name in passage]),
        link=np.array([stored["link"].get(name, 0.0) for name in link]),
        rivalry=stored["rivalry"],
    )


def list_features(*, with_vectors: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of passages' and of links' features, in the order of the weights."""
    if not with_vectors:
        return PASSAGE_FEATURES, LINK_FEATURES
    return PASSAGE_FEATURES + SIMILARITY_FEATURES, LINK_FEATURES + SIMILARITY_LINK_FEATURES


@dataclass(frozen=True, slots=True, eq=False)
class LinkLog:
    """Links that were added at once: the places of their ends among the passages, and their features."""

    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    values: Floats


class GraphBuilder:
    """Builds graphs over one index."""

    def __init__(self, index: PassageIndex, found: SearchIndex, max_nodes: int, weights: Weights | None = None) -> None:
        """Prepare to build.

        Args:
            index: The passages.
            found: Finds the first ones.
            max_nodes: Passages in a graph, at most.
            weights: In place of those that ship with moe.
        """
        self._index = index
        self._found = found
        self._max_nodes = max_nodes
        self._naming = NamingReader(index)
        self._phrases = PhraseReader(index, self._naming.names)
        self._weights = weights

    def build(self, text: str, *, deadline: float = math.inf) -> "QueryGraph":
        """The graph of a question, as far as its seeds.

        Args:
            text: The question.
            deadline: On the clock of `time.perf_counter`; from then on the graph grows no more.
        """
        question = read_question(text, self._index, self._naming.names)
        found = {}
        for hit in self._found.search(text, k=POOL):
            number = self._index.find_number(hit.passage.passage_id)
            if number is not None:
                found[number] = hit.score
        seeds = find_seeds(self._index, question, found)
        similarities = open_similarities(self._found, text)
        weights = self._weights or load_weights(with_vectors=similarities is not None)
        features = FeatureReader(self._index, question, seeds, similarities)
        return QueryGraph(
            self._index, self._naming, self._phrases, question, seeds, features, weights, self._max_nodes, deadline
        )


class QueryGraph:
    """The graph of one question.

    Attributes:
        graph: What personas walk.
        question: As it was read.
        is_cut: Whether it stopped growing at its limits.
        link_log: The links with their features, batch by batch.
    """

    def __init__(
        self,
        index: PassageIndex,
        naming: NamingReader,
        phrases: PhraseReader,
        question: Question,
        seeds: Seeds,
        features: FeatureReader,
        weights: Weights,
        max_nodes: int,
        deadline: float,
    ) -> None:
        self._index = index
        self._weights = weights
        self._max_nodes = max_nodes
        self._deadline = deadline
        self._seeds = seeds
        self._naming = naming
        self._phrases = phrases
        self._features = features
        self._sharing: SharingReader | None = None
        self._places: dict[int, int] = {}
        self._numbers: dict[str, int] = {}
        self._ids: dict[int, str] = {}
        self._rows: PassageRows | None = None
        self._names_something = any(not thing.mention.is_lower for thing in question.named)
        self.question = question
        self.is_cut = False
        self.link_log: list[LinkLog] = []
        self.graph = DynamicKnowledgeGraph(self._expand)
        self._begin()

    def __repr__(self) -> str:
        return f"<QueryGraph of {len(self._places)} passages>"

    @property
    def rows(self) -> PassageRows | None:
        """The passages' features, in the order they were added; None for a question that found nothing."""
        return self._rows

    @property
    def numbers(self) -> list[int]:
        """The passages by number, in the same order."""
        return list(self._places)

    def list_seeds(self) -> list[str]:
        """The nodes that the question leads to, those surest by name first."""
        return list(dict.fromkeys(edge.target for edge in self.graph.edges_of(QUESTION_ID)))

    def find_node_id(self, passage_id: str) -> str | None:
        """The node of a passage, or None for one that is not in the graph."""
        number = self._index.find_number(passage_id)
        return None if number is None else self._ids.get(number)

    def get_number(self, node_id: str) -> int:
        """The number of a passage's node."""
        return self._numbers[node_id]

    def get_passage(self, node_id: str) -> Passage:
        """The passage of a node."""
        return self._index.get_passage(self._numbers[node_id])

    def _begin(self) -> None:
        question = self.question
        self.graph.add_node(
            Node(
                node_id=QUESTION_ID,
                kind="question",
                text=question.text,
                attributes={
                    "terms": list(question.terms),
                    "weights": question.weights.tolist(),
                    "names": [thing.text for thing in question.named],
                },
            )
        )
        seeds = self._seeds.list_numbers()
        numbers = seeds[: self._max_nodes]
        self.is_cut = len(numbers) < len(seeds)
        if not numbers or not question.terms:
            return
        self._add_passages(numbers, are_seeds=True)
        best = max(self._seeds.found.values(), default=0.0) or 1.0
        for number in numbers:
            node_id = self._ids[number]
            naming, holding = self._seeds.named.get(number), self._seeds.holding.get(number)
            if naming is not None:
                self._join_seed(node_id, "named", naming.share, naming.text)
            if holding is not None:
                self._join_seed(node_id, "contains", max(holding.rarity, holding.lead_alone), holding.text)
            if number in self._seeds.found:
                self._join_seed(node_id, "found", self._seeds.found[number] / best, "")

    def _join_seed(self, node_id: str, kind: str, weight: float, via: str) -> None:
        weight = min(1.0, max(weight, 1e-6))
        self.graph.add_edge(Edge(source=QUESTION_ID, target=node_id, kind=kind, weight=weight, attributes={"via": via}))

    def _expand(self, node_ids: Sequence[str]) -> None:
        numbers = [self._numbers[node_id] for node_id in node_ids if node_id in self._numbers]
        if not numbers or self._rows is None:
            return
        if time.perf_counter() > self._deadline:
            self.is_cut = True
            return
        links = self._find_links(numbers)
        fresh = [target for target in dict.fromkeys(links.targets.tolist()) if target not in self._places]
        room = max(0, self._max_nodes - len(self._places))
        if len(fresh) > room:
            self.is_cut = True
            left_out = set(fresh[room:])
            links = links.keep(np.array([target not in left_out for target in links.targets.tolist()], dtype=bool))
            fresh = fresh[:room]
        if fresh:
            self._add_passages(fresh, are_seeds=False)
        if len(links):
            self._add_links(numbers, links)

    def _find_links(self, numbers: Sequence[int]) -> Links:
        texts = read_texts(self._index, self.question, numbers)
        by_name = self._naming.find_links(numbers, texts)
        if self._sharing is None:
            self._sharing = SharingReader(self._index, self._phrases, self.question, self._features.highest_relation)
        return join_links([by_name, self._sharing.find_links(numbers, texts, by_name)])

    def _add_links(self, numbers: Sequence[int], links: Links) -> None:
        assert self._rows is not None
        source_numbers = np.asarray(numbers)[links.sources].tolist()
        sources = np.array([self._places[number] for number in source_numbers])
        targets = np.array([self._places[number] for number in links.targets.tolist()])
        values = self._features.read_links(links, self._rows, sources, targets)
        self.link_log.append(LinkLog(sources, targets, values))
        ids = self._ids
        strengths = self._weights.measure_strengths(values, links.sources)
        if not self._names_something:
            strengths = np.where(links.is_mention, _UNNAMED_SHARE * strengths, strengths)
        columns = zip(
            source_numbers,
            links.targets.tolist(),
            links.is_mention.tolist(),
            links.weights.tolist(),
            links.read_names(self._index),
            strengths.tolist(),
            strict=True,
        )
        for source, target, is_mention, weight, via, strength in columns:
            self.graph.add_edge(
                Edge(
                    source=ids[source],
                    target=ids[target],
                    kind=MENTIONS if is_mention else SHARES,
                    weight=weight,
                    attributes={"via": via, "strength": strength},
                )
            )

    def _add_passages(self, numbers: Sequence[int], *, are_seeds: bool) -> None:
        texts = read_texts(self._index, self.question, numbers)
        rows = self._features.read_passages(numbers, texts, are_seeds=are_seeds)
        if self._rows is None:
            self._rows = rows
        else:
            self._rows.extend(rows)
        scores = self._weights.score_passages(rows.values)
        covered: list[list[int]] = [[] for _ in numbers]
        for place, term in zip(*(axis.tolist() for axis in rows.has_term.nonzero()), strict=True):
            covered[place].append(term)
        node_texts = self._index.texts_of(np.asarray(numbers))
        for number, text, score, covers in zip(numbers, node_texts, scores.tolist(), covered, strict=True):
            passage_id = f"passage:{number}"
            self._ids[number] = passage_id
            self._places[number] = len(self._places)
            self._numbers[passage_id] = number
            self.graph.add_node(
                Node(
                    node_id=passage_id,
                    kind="passage",
                    text=text,
                    attributes={"number": number, "score": score, "covers": covers},
                )
            )
