"""What vectors add to the graph of a question, and that nothing changes without them."""

import numpy as np
import pytest

from moe.knowledge.graph.builder import GraphBuilder
from moe.knowledge.graph.features.similarity import SIMILARITY_FEATURES, SIMILARITY_LINK_FEATURES, SimilarityReader
from moe.knowledge.graph.features.weights import list_features, load_weights
from moe.knowledge.index.format.corpus import IndexCorpus
from moe_core.testing.embedding import HashEmbedder

DOCUMENTS = {
    "Sorrel Light": "Sorrel Light is a tower in Wexmouth. Its lamp was designed by Orla Finch.",
    "Orla Finch": "Orla Finch learned her trade at Bremholm.",
    "Wexmouth": "Wexmouth is a port on the east coast.",
    "Old study": "A study of the lamps of the coast. It says who designed each tower.",
}
QUESTION = "Where did the designer of Sorrel Light learn?"


class WithVectors:
    """A lexical index that has vectors too."""

    def __init__(self, index, retriever, *, knows_questions: bool = True) -> None:
        self._found = retriever.build(IndexCorpus(index))
        self._vectors = HashEmbedder().embed([passage.text for passage in index.passages])
        self._knows_questions = knows_questions

    def search(self, query, *, k):
        return self._found.search(query, k=k)

    def embed_query(self, query):
        vector = HashEmbedder().embed([query], is_query=True)[0]
        return vector.data if self._knows_questions else vector[:0].data

    def find_vectors(self, numbers):
        return self._vectors[list(numbers)].data


@pytest.fixture(scope="module")
def index(make_index):
    return make_index(DOCUMENTS)


def read(index, found, grow):
    """The rows, the links' features, and the passages' scores of the whole graph."""
    query = GraphBuilder(index, found).build(QUESTION)
    grow(query)
    links = np.concatenate([log.values for log in query.link_log])
    return query, query.rows.values, links


def test_vectors_add_features_and_bring_weights_of_their_own(index, retriever, grow):
    plain_query, plain_rows, plain_links = read(index, retriever.build(IndexCorpus(index)), grow)
    query, rows, links = read(index, WithVectors(index, retriever), grow)
    assert query.numbers == plain_query.numbers
    assert (rows[:, : -len(SIMILARITY_FEATURES)] == plain_rows).all()
    assert (links[:, : -len(SIMILARITY_LINK_FEATURES)] == plain_links).all()
    weights = load_weights(with_vectors=True)
    assert (len(weights.passage), len(weights.link)) == (rows.shape[1], links.shape[1])
    for place, number in enumerate(query.numbers):
        node = query.graph.get_node(f"passage:{number}")
        assert node.attributes["score"] == pytest.approx(rows[place] @ weights.passage)


def test_a_question_without_a_vector_gets_the_graph_that_words_give(index, retriever, grow):
    plain_query, plain_rows, plain_links = read(index, retriever.build(IndexCorpus(index)), grow)
    query, rows, links = read(index, WithVectors(index, retriever, knows_questions=False), grow)
    assert (rows.tolist(), links.tolist()) == (plain_rows.tolist(), plain_links.tolist())
    scores = [
        [found.graph.get_node(f"passage:{number}").attributes["score"] for number in found.numbers]
        for found in (query, plain_query)
    ]
    assert scores[0] == scores[1]


def test_similarities_are_cosines_relative_to_the_best_seed(index, retriever):
    found = WithVectors(index, retriever)
    question = np.asarray(found.embed_query(QUESTION), dtype=np.float64)
    vectors = np.asarray(found.find_vectors([0, 1, 2, 3]), dtype=np.float64)
    cosines = vectors @ question
    reader = SimilarityReader(found, question)
    seeds = reader.read_passages([0, 1], are_seeds=True)
    later = reader.read_passages([2, 3], are_seeds=False)
    best = max(cosines[:2])
    assert np.vstack([seeds, later])[:, 0] == pytest.approx(cosines / best)


def test_what_a_target_adds_is_measured_against_what_its_source_leaves_open(index, retriever):
    found = WithVectors(index, retriever)
    question = np.asarray(found.embed_query(QUESTION), dtype=np.float64)
    reader = SimilarityReader(found, question)
    reader.read_passages([0, 1, 2, 3], are_seeds=True)
    source, target = np.asarray(found.find_vectors([0, 1]), dtype=np.float64)
    best = max(np.asarray(found.find_vectors([0, 1, 2, 3])) @ question)
    left = question - (question @ source) * source
    both = (source + target) / np.linalg.norm(source + target)
    expected = [target @ left / np.linalg.norm(left) / best, both @ question / best]
    assert reader.read_links(np.array([0]), np.array([1]))[0] == pytest.approx(expected)


def test_a_passage_says_nothing_new_to_itself(index, retriever):
    found = WithVectors(index, retriever)
    reader = SimilarityReader(found, np.asarray(found.embed_query(QUESTION), dtype=np.float64))
    reader.read_passages([0], are_seeds=True)
    assert reader.read_links(np.array([0]), np.array([0]))[0] == pytest.approx([0, 1], abs=1e-6)


def test_features_with_vectors_come_after_the_others():
    plain, full = list_features(with_vectors=False), list_features(with_vectors=True)
    assert full[0][: len(plain[0])] == plain[0]
    assert full[1][: len(plain[1])] == plain[1]


def test_a_graph_that_failed_to_grow_once_grows_on_as_if_nothing_had_been(make_index, retriever, grow):
    class Shaky(WithVectors):
        calls = 0

        def search(self, query, *, k):
            return []

        def find_vectors(self, numbers):
            self.calls += 1
            if self.calls == self.failing:  # the seeds' are the first
                raise OSError("disk asleep")
            return super().find_vectors(numbers)

    index = make_index(DOCUMENTS)
    shaky, steady = (Shaky(index, retriever) for _ in range(2))
    shaky.failing, steady.failing = 2, 0
    query, known = (GraphBuilder(index, found).build("Who lit Sorrel Light?") for found in (shaky, steady))
    with pytest.raises(OSError, match="asleep"):
        grow(query)
    assert grow(query) == grow(known)
    for one, other in zip(query.graph.node_ids(), known.graph.node_ids(), strict=True):
        assert query.graph.get_node(one) == known.graph.get_node(other)
    assert list(query.graph.edges()) == list(known.graph.edges())
    assert (query.rows.values == known.rows.values).all()
