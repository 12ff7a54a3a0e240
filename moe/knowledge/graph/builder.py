"""Builds the knowledge graph of a question."""

from moe.knowledge.graph.features.features import FeatureReader, PassageRows
from moe.knowledge.graph.features.similarity import open_similarities
from moe.knowledge.graph.features.weights import Weights, load_weights
from moe.knowledge.graph.filling import GraphFilling, find_passage_number, make_node_id
from moe.knowledge.graph.growth import GraphGrowth, LinkLog
from moe.knowledge.graph.links.written import WrittenReader
from moe.knowledge.graph.question.lookups import TermPostings
from moe.knowledge.graph.question.question import Question, read_question
from moe.knowledge.graph.walking.seeds import find_seeds
from moe.knowledge.index.format.index import PassageIndex
from moe_core.contracts.evidence import Passage
from moe_core.contracts.graph import DynamicKnowledgeGraph
from moe_core.contracts.retriever import SearchIndex, VectorIndex

POOL = 40  # passages asked of the retriever


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
        """The graph of a question, as far as its seeds."""
        question = read_question(text, self._index, self._written.names)
        terms = TermPostings(self._index, question.rows)
        seeds = find_seeds(self._index, question, terms, dict(self._found.search(text, k=POOL)))
        similarities = None if self._vectors is None else open_similarities(self._vectors, text)
        weights = self._weights or load_weights(with_vectors=similarities is not None)
        growth = GraphGrowth(
            self._index,
            self._written,
            question=question,
            seeds=seeds,
            terms=terms,
            features=FeatureReader(self._index, question, terms, seeds, similarities),
            weights=weights,
        )
        return QueryGraph(self._index, question, growth)


class QueryGraph:
    """The graph of one question.

    Attributes:
        growth: Its columns.
        question: As it was read.
    """

    def __init__(self, index: PassageIndex, question: Question, growth: GraphGrowth) -> None:
        self._index = index
        self.growth = growth
        self.question = question
        self._filling = GraphFilling(growth)
        self._graph: DynamicKnowledgeGraph | None = None

    def __repr__(self) -> str:
        return f"<QueryGraph of {len(self.growth.numbers)} passages>"

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
