"""Questions whose own words find as much as a walk would. Everything named is made up."""

import math

import numpy as np
import pytest

from moe.configuration import Config
from moe.contracts.experts import Consultation, ExpertWish
from moe.contracts.search import SearchNames
from moe.knowledge.graph.builder import GraphBuilder
from moe.knowledge.graph.question.lookups import TermPostings
from moe.knowledge.graph.walking.paths import report_exploration
from moe.knowledge.graph.walking.words_first import (
    POOL,
    WORD_SIGNS,
    find_verdict,
    load_gate,
    rate_found,
    read_word_signs,
)
from moe.knowledge.index.format.corpus import IndexCorpus
from moe.knowledge.library import DocumentLibrary, make_library
from moe.knowledge.search import SearchSetup
from moe.knowledge.search_setup import build_search_setup
from moe_core.contracts.errors import PluginError
from moe_core.contracts.evidence import Document
from moe_core.contracts.retriever import Found
from plugins.retrievers.lexical import LexicalRetriever

THINGS = ("boiler", "barrel", "ladder", "lantern", "saw", "kettle", "wheel", "rope", "bucket", "stove", "chair", "drum")
PLACES = ("cellar", "shed", "loft", "yard", "barn", "hall", "porch", "mill", "kitchen", "stable")
NOTES = [
    f"The {thing} of the {place} is looked after in week {week}."
    for week, thing in enumerate(THINGS)
    for place in PLACES
]
NOTES += [
    "Rain water is collected behind the greenhouse and used for the beans, week after week.",
    "The Sorrel Light was built by Orla Finch.",
    "Orla Finch was apprenticed to a smith at Bremholm.",
]
PLAIN = "Where is rain water collected every week and used for the beans?"
TWO_STEPS = "At which town did the maker of the Sorrel Light learn her trade, in which week?"


class Guide:
    """Wakes the generalist, and rests where it may."""

    def __init__(self, *, rests: bool = True, words_shift: float = 0.0) -> None:
        self.rests, self.words_shift, self.asked = rests, words_shift, 0

    def may_rest(self, question, wish):
        self.asked += 1
        return self.rests and wish == ExpertWish()

    def consult(self, question, walk, wish):
        walk("generalist")
        return Consultation(choices=(), scores=(), lead="generalist")


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return [
        Document(document_id=f"d{number}", title="", text=text, source="", is_atomic=True)
        for number, text in enumerate(NOTES)
    ]


@pytest.fixture(scope="module")
def make(bundled, documents):
    def open_with(guide: Guide, most: int | None = None, **names) -> DocumentLibrary:
        setup = build_search_setup(bundled, Config(), SearchNames(**names) if names else None, guide=guide)
        return make_library(documents[-most:] if most else documents, setup=setup)

    return open_with


@pytest.fixture(scope="module")
def index(documents):
    return make_library(documents, setup=SearchSetup(retriever=LexicalRetriever())).index


def test_a_question_that_its_words_answer_wakes_nobody_and_finds_what_words_find(make, index):
    exploration = make(Guide()).explore(PLAIN, k=10)
    assert (exploration.walks, exploration.consultation) == ((), None)
    assert exploration.verdict.numbers["chance"] < exploration.verdict.numbers["most"]
    plain = DocumentLibrary(index, setup=SearchSetup(retriever=LexicalRetriever())).search(PLAIN, k=10)
    assert [hit.passage for hit in exploration.hits] == [hit.passage for hit in plain]
    scores = [hit.score for hit in exploration.hits]
    assert scores[0] == 1.0
    assert scores == sorted(scores, reverse=True)
    assert make(Guide()).search(PLAIN, k=10) == list(exploration.hits)


def test_no_graph_is_built_for_it_until_somebody_looks(make):
    exploration = make(Guide()).explore(PLAIN, k=10)
    report = report_exploration(exploration)
    assert (report.seeds, report.passages, report.walks, report.experts) == (0, 0, (), ())
    assert report.verdict == exploration.verdict
    assert repr(exploration.graph) == "<QueryGraph of no passages yet>"
    assert exploration.graph.list_seeds()
    assert "no passages yet" not in repr(exploration.graph)


def test_a_question_of_two_steps_is_walked_for(make):
    exploration = make(Guide()).explore(TWO_STEPS, k=5)
    assert exploration.verdict is None
    assert exploration.walks[0].rounds > 0
    assert NOTES[-1] in [hit.passage.text for hit in exploration.hits]


def test_who_is_wished_for_walks_and_who_guides_may_want_a_walk(make):
    for exploration in (
        make(Guide()).explore(PLAIN, wish=ExpertWish(personas=("generalist",))),
        make(Guide(rests=False)).explore(PLAIN),
        make(Guide()).explore(PLAIN, must_walk=True),
        make(Guide(), walkers=("generalist",)).explore(PLAIN),
    ):
        assert exploration.verdict is None
        assert [found.persona.name for found in exploration.walks] == ["generalist"]


def test_a_small_collection_and_a_question_without_a_match_are_walked_for_unasked(make):
    guide = Guide()
    assert make(guide, 99).explore(PLAIN).walks
    assert make(guide).explore("zzyzx").walks
    assert make(guide).explore("who is the").walks
    assert guide.asked == 0
    assert make(guide, 100).explore(PLAIN).verdict is not None


def test_feedback_has_words_taken_seldomer_or_oftener_and_the_verdict_tells_it(make):
    assert make(Guide(words_shift=5.0)).explore(PLAIN).walks
    verdict = make(Guide(words_shift=-9.0)).explore(TWO_STEPS).verdict
    assert verdict.numbers["feedback"] == -9.0
    plain, shifted = (make(Guide(words_shift=shift)).explore(PLAIN).verdict.numbers for shift in (0.0, -1.0))
    assert "feedback" not in plain
    assert shifted["chance"] < plain["chance"]


def test_words_are_tried_beside_the_chance_that_feedback_is_held_against(make, bundled, documents):
    library = make(Guide(words_shift=-9.0))
    chance, hits = library.try_words(PLAIN, k=5)
    assert round(chance, 4) == make(Guide()).explore(PLAIN).verdict.numbers["chance"]
    assert [hit.passage for hit in hits] == [hit.passage for hit in library.explore(PLAIN, k=5).hits]
    assert library.try_words(TWO_STEPS, k=5)[0] > chance
    assert library.try_words("who is the", k=5) is None
    assert make(Guide(), 99).try_words(PLAIN, k=5) is None
    assert make_library(documents, setup=SearchSetup(retriever=Vectors())).try_words(PLAIN, k=5) is None


def test_with_vectors_nobody_rests(bundled, documents):
    guide = Guide()
    found = Vectors()
    setup = build_search_setup(bundled, Config(), guide=guide)
    library = make_library(documents, setup=SearchSetup(retriever=found, guided=setup.guided, walkers=None))
    assert library.explore(PLAIN).walks
    assert guide.asked == 0


def test_what_fails_in_a_graph_that_nobody_walks_fails_in_the_search(documents):
    class Broken(Vectors):
        def build(self, corpus):
            index = super().build(corpus)
            index.find_vectors = fail
            return index

    def fail(numbers):
        raise OSError("torn")

    library = make_library(documents, setup=SearchSetup(retriever=Broken()))
    assert len(library.search(PLAIN, k=3)) == 3
    with pytest.raises(PluginError, match="torn"):
        library.explore(PLAIN, k=3)


class Vectors(LexicalRetriever):
    """Finds by words, and has a vector for each passage that says nothing."""

    def build(self, corpus):
        class Index:
            def search(self, query, *, k):
                return found.search(query, k=k)

            def embed_query(self, query):
                return memoryview(np.ones(2))

            def find_vectors(self, numbers):
                return memoryview(np.ones((len(numbers), 2)))

        found = super().build(corpus)
        return Index()


def test_more_passages_than_are_asked_for_at_first_are_found_as_well(make):
    library = make(Guide())
    assert len(library.explore(PLAIN).hits) == POOL
    assert len(library.search(PLAIN, k=POOL + 20)) == POOL + 20
    assert len(library.search(PLAIN, k=3)) == 3
    assert library.search(PLAIN, k=0) == []


def test_where_words_find_fewer_than_five_somebody_walks(index):
    found = LexicalRetriever().build(IndexCorpus(index))

    class First:
        def __init__(self, most):
            self.most = most

        def search(self, query, *, k):
            return found.search(query, k=self.most)

    assert GraphBuilder(index, First(5)).build(PLAIN).find_verdict() is not None
    assert GraphBuilder(index, First(4)).build(PLAIN).find_verdict() is None


def test_a_retriever_that_ranks_otherwise_than_words_do_does_not_decide(index):
    found = LexicalRetriever().build(IndexCorpus(index))

    class Reversed:
        def search(self, query, *, k):
            return [Found(number, 1.0) for number, _ in reversed(found.search(query, k=k))]

    assert GraphBuilder(index, found).build(PLAIN).find_verdict() is not None
    assert GraphBuilder(index, Reversed()).build(PLAIN).find_verdict() is None


def test_the_gate_has_a_weight_for_each_sign_and_more_of_a_match_by_words_makes_a_walk_less_likely(index):
    gate = load_gate()
    assert tuple(gate.weights) == WORD_SIGNS
    graph = GraphBuilder(index, LexicalRetriever().build(IndexCorpus(index))).build(PLAIN)
    terms = TermPostings(index, graph.question.rows)
    signs = read_word_signs(index, graph.question, terms, graph.found)
    assert signs.shape == (len(WORD_SIGNS),)
    by_name = dict(zip(WORD_SIGNS, signs, strict=True))
    assert 0.7 < by_name["cover"] <= by_name["cover_of_five"] <= 1
    assert 0 < by_name["lead"] <= by_name["lead_of_five"] < 1
    assert by_name["found"] == 1.0
    assert find_verdict(index, graph.question, terms, {}) is None
    nothing = signs.copy()
    nothing[[WORD_SIGNS.index(name) for name in ("lead", "lead_of_five", "gap", "cover", "cover_of_five")]] = 0
    assert gate.measure_chance(nothing) > gate.measure_chance(signs)


def test_ratings_begin_at_one_and_fall_with_the_retrievers_scores():
    assert rate_found({}) == []
    assert rate_found({4: 8.0, 2: 4.0, 9: 0.0}) == [(4, 1.0), (2, math.exp(-0.5)), (9, math.exp(-1))]
    assert rate_found({1: 0.0}) == [(1, math.exp(-1))]
