"""How the graph of a question grows: passages and links with their features, weighed as they are added."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.graph.features.features import FeatureReader, PassageRows
from moe.knowledge.graph.features.weights import Weights
from moe.knowledge.graph.links.links import MENTIONS, SHARES, Links, join_links
from moe.knowledge.graph.links.naming_links import NamingReader
from moe.knowledge.graph.links.phrase_places import PhraseReader
from moe.knowledge.graph.links.sharing_links import SharingReader
from moe.knowledge.graph.question.question import Question
from moe.knowledge.graph.question.texts import read_texts
from moe.knowledge.graph.walking.seeds import Seeds
from moe.knowledge.index.format.index import PassageIndex
from moe_core.contracts.graph import DynamicKnowledgeGraph
from moe_core.contracts.node import Edge, Node
from moe_kit.graphs.attributes import QUESTION_ID

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LinkLog:
    """Links that were added at once: the places of their ends among the passages, and their features."""

    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    values: Floats


class GraphGrowth:
    """What one question's graph grows from, and what it holds so far. It knows no graph: each is given to it.

    Attributes:
        numbers: The passages' nodes, in the order they were added: node id -> number.
        ids: The same the other way round.
        rows: The passages' features, in that order; None for a question that found nothing.
        link_log: The links with their features, batch by batch.
    """

    def __init__(
        self,
        index: PassageIndex,
        naming: NamingReader,
        phrases: PhraseReader,
        *,
        question: Question,
        seeds: Seeds,
        features: FeatureReader,
        weights: Weights,
    ) -> None:
        self._index = index
        self._weights = weights
        self._seeds = seeds
        self._naming = naming
        self._phrases = phrases
        self._features = features
        self._sharing: SharingReader | None = None
        self._places: dict[int, int] = {}
        self._question = question
        self.numbers: dict[str, int] = {}
        self.ids: dict[int, str] = {}
        self.rows: PassageRows | None = None
        self.link_log: list[LinkLog] = []

    def __repr__(self) -> str:
        return f"<GraphGrowth of {len(self.numbers)} passages>"

    def begin(self, graph: DynamicKnowledgeGraph) -> None:
        """Add the question and the seeds, each with the reasons why it is one."""
        question = self._question
        graph.add_node(
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
        numbers = self._seeds.list_numbers()
        if not numbers or not question.terms:
            return
        self._add_passages(graph, numbers, are_seeds=True)
        best = max(self._seeds.found.values(), default=0.0) or 1.0
        for number in numbers:
            node_id = self.ids[number]
            naming, holding = self._seeds.named.get(number), self._seeds.holding.get(number)
            if naming is not None:
                _join_seed(graph, node_id, "named", naming.share, naming.text)
            if holding is not None:
                _join_seed(graph, node_id, "contains", max(holding.rarity, holding.lead_alone), holding.text)
            if number in self._seeds.found:
                _join_seed(graph, node_id, "found", self._seeds.found[number] / best, "")

    def expand(self, graph: DynamicKnowledgeGraph, node_ids: Sequence[str]) -> None:
        """Add what lies around these nodes; how far to go is for each walk to say."""
        numbers = [self.numbers[node_id] for node_id in node_ids if node_id in self.numbers]
        if not numbers or self.rows is None:
            return
        links = self._find_links(numbers)
        fresh = [target for target in dict.fromkeys(links.targets.tolist()) if target not in self._places]
        if fresh:
            self._add_passages(graph, fresh, are_seeds=False)
        if len(links):
            self._add_links(graph, numbers, links)

    def _find_links(self, numbers: Sequence[int]) -> Links:
        texts = read_texts(self._index, numbers)
        by_name = self._naming.find_links(numbers, texts)
        if self._sharing is None:
            self._sharing = SharingReader(self._index, self._phrases, self._question, self._features.highest_relation)
        return join_links([by_name, self._sharing.find_links(numbers, texts, by_name)])

    def _add_links(self, graph: DynamicKnowledgeGraph, numbers: Sequence[int], links: Links) -> None:
        assert self.rows is not None
        source_numbers = np.asarray(numbers)[links.sources].tolist()
        sources = np.array([self._places[number] for number in source_numbers])
        targets = np.array([self._places[number] for number in links.targets.tolist()])
        values = self._features.read_links(links, self.rows, sources, targets)
        self.link_log.append(LinkLog(sources, targets, values))
        ids = self.ids
        strengths = self._weights.measure_strengths(values, links.sources)
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
            graph.add_edge(
                Edge(
                    source=ids[source],
                    target=ids[target],
                    kind=MENTIONS if is_mention else SHARES,
                    weight=weight,
                    attributes={"via": via, "strength": strength},
                )
            )

    def _add_passages(self, graph: DynamicKnowledgeGraph, numbers: Sequence[int], *, are_seeds: bool) -> None:
        texts = read_texts(self._index, numbers)
        node_texts = self._index.texts_of(np.asarray(numbers))
        rows = self._features.read_passages(numbers, texts, are_seeds=are_seeds)
        scores = self._weights.score_passages(rows.values)
        if self.rows is None:
            self.rows = rows
        else:
            self.rows.extend(rows)
        covered: list[list[int]] = [[] for _ in numbers]
        for place, term in zip(*(axis.tolist() for axis in rows.has_term.nonzero()), strict=True):
            covered[place].append(term)
        for number, text, score, covers in zip(numbers, node_texts, scores.tolist(), covered, strict=True):
            passage_id = f"passage:{number}"
            self.ids[number] = passage_id
            self._places[number] = len(self._places)
            self.numbers[passage_id] = number
            graph.add_node(
                Node(
                    node_id=passage_id,
                    kind="passage",
                    text=text,
                    attributes={"number": number, "score": score, "covers": covers},
                )
            )


def _join_seed(graph: DynamicKnowledgeGraph, node_id: str, kind: str, weight: float, via: str) -> None:
    weight = min(1.0, max(weight, 1e-6))
    graph.add_edge(Edge(source=QUESTION_ID, target=node_id, kind=kind, weight=weight, attributes={"via": via}))
