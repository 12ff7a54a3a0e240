"""Builds the knowledge graph of a question."""

from collections.abc import Callable, Mapping
from functools import cached_property

from moe.contracts.search import WordsVerdict
from moe.knowledge.graph.features.features import FeatureReader, PassageRows
from moe.knowledge.graph.features.similarity import open_similarities
from moe.knowledge.graph.features.weights import Weights, load_weights
from moe.knowledge.graph.filling import GraphFilling, find_passage_number, make_node_id
from moe.knowledge.graph.growth import GraphGrowth, LinkLog
from moe.knowledge.graph.links.written import WrittenReader
from moe.knowledge.graph.question.lookups import TermPostings
from moe.knowledge.graph.question.question import Question, read_question
from moe.knowledge.graph.walking.seeds import find_seeds
from moe.knowledge.graph.walking.words_first import POOL, find_verdict, measure_chance
from moe.knowledge.index.format.index import PassageIndex
from moe_core.contracts.evidence import Passage
from moe_core.contracts.graph import DynamicKnowledgeGraph
from moe_core.contracts.retriever import SearchIndex, VectorIndex


class GraphBuilder:
    """Builds graphs over one index."""

    def __init__(self, index: PassageIndex, found: SearchIndex, weights: Weights | None = None) -> None:
        """Prepare to build.

        Args:
            index: The passages.
            found: Finds the first ones.
            weights: In place of those that ship with moe.
        """
        self._index = index
        self._found = found
        self._vectors = found if isinstance(found, VectorIndex) else None
        self._written = WrittenReader(index)
        self._weights = weights

    def build(self, text: str) -> "QueryGraph":
        """The graph of a question, which grows as far as its seeds when somebody looks at it."""
        question = read_question(text, self._index, self._written.names)
        terms = TermPostings(self._index, question.rows)
        found = dict(self._found.search(text, k=POOL))
        return QueryGraph(self._index, question, terms, found, grow=lambda: self._grow(question, terms, found))

    def _grow(self, question: Question, terms: TermPostings, found: dict[int, float]) -> GraphGrowth:
        seeds = find_seeds(self._index, question, terms, found)
        similarities = None if self._vectors is None else open_similarities(self._vectors, question.text)
        weights = self._weights or load_weights(with_vectors=similarities is not None)
        return GraphGrowth(
            self._index,
            self._written,
            question=question,
            seeds=seeds,
            terms=terms,
            features=FeatureReader(self._index, question, terms, seeds, similarities),
            weights=weights,
        )


class QueryGraph:
    """The graph of one question.

    Attributes:
        question: As it was read.
        found: What the retriever found: number -> score, best first.
    """

    def __init__(
        self,
        index: PassageIndex,
        question: Question,
        terms: TermPostings,
        found: Mapping[int, float],
        *,
        grow: Callable[[], GraphGrowth],
    ) -> None:
        self.question = question
        self.found = found
        self._index = index
        self._terms = terms
        self._grow = grow
        self._graph: DynamicKnowledgeGraph | None = None

    def __repr__(self) -> str:
        grown = f"{len(self.growth.numbers)} passages" if "growth" in self.__dict__ else "no passages yet"
        return f"<QueryGraph of {grown}>"

    @cached_property
    def growth(self) -> GraphGrowth:
        """Its columns."""
        return self._grow()

    @cached_property
    def _filling(self) -> GraphFilling:
        return GraphFilling(self.growth)

    def find_verdict(self, *, shift: float = 0.0) -> WordsVerdict | None:
        """Why words alone do for the question, told without any columns; None where somebody is to walk.

        Args:
            shift: What feedback adds to the log odds that a walk finds more.
        """
        return find_verdict(self._index, self.question, self._terms, self.found, shift=shift)

    def measure_chance(self) -> float | None:
        """How likely a walk finds more than words alone, without feedback; None where words are never taken alone."""
        return measure_chance(self._index, self.question, self._terms, self.found)

    @property
    def graph(self) -> DynamicKnowledgeGraph:
        """What personas walk, with all that has grown so far; nodes and edges are made when it is asked for."""
        if self._graph is None:
            self._graph = DynamicKnowledgeGraph(self._filling.expand)
            self._filling.begin(self._graph)
        self._filling.fill(self._graph)
        return self._graph

    @property
    def link_log(self) -> list[LinkLog]:
        """The links with their features, batch by batch."""
        return self.growth.link_log

    @property
    def rows(self) -> PassageRows | None:
        """The passages' features, in the order they were added; None for a question that found nothing."""
        return self.growth.rows

    @property
    def numbers(self) -> list[int]:
        """The passages by number, in the same order."""
        return list(self.growth.numbers)

    def list_seeds(self) -> list[str]:
        """The nodes that the question leads to, those surest by name first."""
        return [make_node_id(number) for number in self.growth.numbers[: self.growth.seed_count]]

    def find_node_id(self, passage_id: str) -> str | None:
        """The node of a passage, or None for one that is not in the graph."""
        number = self._index.find_number(passage_id)
        return make_node_id(number) if number in self.growth.places else None

    def get_passage(self, node_id: str) -> Passage:
        """The passage of a node."""
        return self._index.get_sound_passage(find_passage_number(node_id))
