"""Retrievers and strategies that go wrong are told of as what they are: plugins."""

import numpy as np
import pytest
from msgspec.structs import replace

from moe.knowledge.checked_retriever import build_search_index
from moe.knowledge.library import make_library
from moe.knowledge.search import SearchSetup, Walker
from moe_core import Document, Found, Hit, Persona, Retriever, TraversalStrategy
from moe_core.contracts.errors import ConfigError, PluginError
from moe_core.contracts.retriever import VectorIndex
from moe_core.testing.corpora import MemoryCorpus
from moe_core.testing.values import make_passage

PASSAGES = [make_passage(text, start=100 * n, number=n) for n, text in enumerate(("a mill", "a gate", "an eel"))]


def make_retriever(search) -> Retriever:
    class Index:
        def search(self, query, *, k):
            return search(k)

    class Odd(Retriever):
        name = "odd"
        summary = "For tests."

        def build(self, corpus):
            return Index()

    return Odd()


def refuse(error: Exception):
    def fail(*_args, **_named):
        raise error

    return fail


def ask(search, k: int = 3):
    return build_search_index(make_retriever(search), MemoryCorpus(PASSAGES)).search("mill", k=k)


@pytest.mark.parametrize(
    ("search", "what"),
    [
        (refuse(ZeroDivisionError("oh")), "failed: ZeroDivisionError: oh"),
        (lambda k: None, "failed: TypeError"),
        (lambda k: [Hit(passage=PASSAGES[0], score=1.0)], "failed: TypeError"),
        (lambda k: [Found(0.5, 1.0)], "failed: TypeError"),
        (lambda k: [Found(3, 1.0)], "is not there"),
        (lambda k: [Found(-1, 1.0)], "is not there"),
        (lambda k: [Found(1, 1.0), Found(1, 0.5)], "twice"),
        (lambda k: [Found(n, 1.0) for n in range(k + 1)], "more than 2"),
        (lambda k: [Found(0, float("nan"))], "score"),
        (lambda k: [Found(0, float("inf"))], "score"),
        (lambda k: [Found(0, -1.0)], "score"),
    ],
)
def test_what_is_against_the_contract_is_blamed_on_the_retriever(search, what):
    with pytest.raises(PluginError, match=f"retriever odd .*{what}") as caught:
        ask(search, k=2)
    assert (caught.value.plugin, caught.value.reason) == ("odd", "contract")
    assert caught.value.hint


def test_errors_with_a_remedy_of_their_own_stay_as_they_are():
    with pytest.raises(ConfigError, match="no model"):
        ask(refuse(ConfigError("no model")))


def test_a_retriever_that_cannot_build_is_named():
    class Heavy(Retriever):
        name = "heavy"
        summary = "For tests."
        build = refuse(MemoryError("too much"))

    with pytest.raises(PluginError, match="retriever heavy failed: MemoryError: too much"):
        build_search_index(Heavy(), MemoryCorpus(PASSAGES))


def test_numbers_of_numpy_become_plain_ones():
    ((number, score),) = ask(lambda k: [Found(np.int64(2), np.float32(0.5))])
    assert (type(number), type(score)) == (int, float)
    assert (number, score) == (2, 0.5)


def test_a_good_answer_comes_back_as_it_is(retriever):
    corpus = MemoryCorpus(PASSAGES)
    checked, bare = build_search_index(retriever, corpus), retriever.build(corpus)
    for k in (-1, 0, 1, 3):
        assert checked.search("a mill and an eel", k=k) == bare.search("a mill and an eel", k=k)
    assert not isinstance(checked, VectorIndex)


def test_vectors_are_handed_on_and_their_failures_named():
    class Vectors:
        search = refuse(KeyError("x"))

        def embed_query(self, query):
            return np.ones(1, dtype=np.float32).data

        find_vectors = refuse(IndexError("lost"))

    class Dense(Retriever):
        name = "thick"
        summary = "For tests."

        def build(self, corpus):
            return Vectors()

    index = build_search_index(Dense(), MemoryCorpus(PASSAGES))
    assert isinstance(index, VectorIndex)
    assert np.asarray(index.embed_query("mill")).tolist() == [1.0]
    with pytest.raises(PluginError, match="retriever thick failed: IndexError: lost"):
        index.find_vectors([0])


class Falling(TraversalStrategy):
    name = "falling"
    summary = "For tests."

    def begin(self, question, graph):
        return self

    def evaluate_node_relevance(self, persona, node):
        return 0.5

    def decide_traversal(self, current, available, persona):
        raise RuntimeError("no way")


def test_a_strategy_that_fails_is_named(setup: SearchSetup):
    walkers = (Walker(persona=Persona(name="one"), strategy=Falling),)
    documents = [Document(document_id="a", title="", text="A mill.", source="")]
    library = make_library(documents, setup=replace(setup, walkers=walkers))
    with pytest.raises(PluginError, match="traversal falling failed: RuntimeError: no way") as caught:
        library.search("mill", k=3)
    assert caught.value.plugin == "falling"
