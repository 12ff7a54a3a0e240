"""The graph of a question as nodes and edges, made of its columns when somebody asks for them."""

from collections.abc import Sequence

import numpy as np

from moe.knowledge.graph.growth import GraphGrowth, LinkLog
from moe.knowledge.graph.links.links import AT, MENTIONS, SHARES
from moe_core.contracts.graph import DynamicKnowledgeGraph
from moe_core.contracts.node import Edge, Node
from moe_kit.graphs.attributes import QUESTION_ID

_PREFIX = "passage:"


def make_node_id(number: int) -> str:
    """The id of the node of a passage."""
    return f"{_PREFIX}{number}"


def find_passage_number(node_id: str) -> int:
    """The passage of a node of one."""
    return int(node_id.removeprefix(_PREFIX))


class GraphFilling:
    """Keeps graphs up to what has grown. It knows no graph: what does not hold itself is freed at once."""

    def __init__(self, growth: GraphGrowth) -> None:
        self._growth = growth
        self._passages = 0  # how many are in the graph
        self._batches = 0  # of links

    def begin(self, graph: DynamicKnowledgeGraph) -> None:
        """Add the question and the seeds, each with the reasons why it is one."""
        question, seeds = self._growth.question, self._growth.seeds
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
        self.fill(graph)
        best = max(seeds.found.values(), default=0.0) or 1.0
        for number in self._growth.numbers[: self._growth.seed_count]:
            node_id = make_node_id(number)
            naming, holding = seeds.named.get(number), seeds.holding.get(number)
            if naming is not None:
                _join_seed(graph, node_id, "named", naming.share, naming.text)
            if holding is not None:
                _join_seed(graph, node_id, "contains", max(holding.rarity, holding.lead_alone), holding.text)
            if number in seeds.found:
                _join_seed(graph, node_id, "found", seeds.found[number] / best, "")

    def expand(self, graph: DynamicKnowledgeGraph, node_ids: Sequence[str]) -> None:
        """Add what lies around these nodes."""
        numbers = [find_passage_number(node_id) for node_id in node_ids if node_id.startswith(_PREFIX)]
        self._growth.expand([self._growth.places[number] for number in numbers])
        self.fill(graph)

    def fill(self, graph: DynamicKnowledgeGraph) -> None:
        """Add what has grown since the last time."""
        self._add_passages(graph, self._passages, len(self._growth.numbers))
        for log in self._growth.link_log[self._batches :]:
            self._add_links(graph, log)
        self._passages, self._batches = len(self._growth.numbers), len(self._growth.link_log)

    def _add_passages(self, graph: DynamicKnowledgeGraph, begin: int, stop: int) -> None:
        growth = self._growth
        if growth.rows is None or begin == stop:
            return
        numbers = growth.numbers[begin:stop]
        covered: list[list[int]] = [[] for _ in numbers]
        for place, term in zip(*(axis.tolist() for axis in growth.rows.has_term[begin:].nonzero()), strict=True):
            covered[place].append(term)
        texts = growth.index.texts_of(np.array(numbers, dtype=np.int64))
        for number, text, score, covers in zip(numbers, texts, growth.scores[begin:].tolist(), covered, strict=True):
            graph.add_node(
                Node(
                    node_id=make_node_id(number),
                    kind="passage",
                    text=text,
                    attributes={"number": number, "score": score, "covers": covers},
                )
            )

    def _add_links(self, graph: DynamicKnowledgeGraph, log: LinkLog) -> None:
        ids = [make_node_id(number) for number in self._growth.numbers]
        columns = zip(
            log.sources.tolist(),
            log.targets.tolist(),
            log.links.is_mention.tolist(),
            log.links.table[:, AT["weight"]].tolist(),
            log.links.read_names(self._growth.index),
            log.strengths.tolist(),
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


def _join_seed(graph: DynamicKnowledgeGraph, node_id: str, kind: str, weight: float, via: str) -> None:
    weight = min(1.0, max(weight, 1e-6))
    graph.add_edge(Edge(source=QUESTION_ID, target=node_id, kind=kind, weight=weight, attributes={"via": via}))
