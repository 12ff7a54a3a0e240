"""Search by meaning, and by words and meaning; the model is a double that hashes words."""

import importlib.util
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core import Retriever
from moe_core.contracts.errors import ConfigError
from moe_core.contracts.retriever import VectorIndex
from moe_core.testing import check_retriever
from moe_core.testing.corpora import MemoryCorpus
from moe_core.testing.embedding import HashEmbedder
from moe_core.testing.values import make_passage

FOLDER = Path(__file__).parents[3] / "plugins" / "retrievers"
WORDS = st.lists(st.sampled_from(["mill", "tide", "eel", "gate", "oak", "."]), max_size=6).map(" ".join)


def load(name: str) -> type[Retriever]:
    spec = importlib.util.spec_from_file_location(f"{name}_under_test", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.moe_retrievers()[0]


DENSE, HYBRID, LEXICAL = load("dense"), load("hybrid"), load("lexical")
both = pytest.mark.parametrize("retriever", [DENSE, HYBRID], ids=["dense", "hybrid"])


@pytest.fixture(autouse=True, scope="module")
def hashing_model():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOE_EMBEDDING_MODEL", "moe_core.testing.embedding:HashEmbedder")
        yield


def make_corpus(texts) -> MemoryCorpus:
    return MemoryCorpus([make_passage(text, start=100 * number, number=number) for number, text in enumerate(texts)])


def list_numbers(hits) -> list[int]:
    return [hit.number for hit in hits]


@both
def test_it_holds_to_the_contract_of_retrievers_and_has_vectors(retriever):
    check_retriever(retriever)
    corpus = make_corpus(["the tidal mill", "", "an oak gate"])
    index = retriever().build(corpus)
    assert isinstance(index, VectorIndex)
    vectors = np.asarray(index.find_vectors([0, 1, 2]))
    assert (vectors == np.stack([HashEmbedder().embed(["the tidal mill"])[0], np.zeros(96), vectors[2]])).all()
    question = np.asarray(index.embed_query("a mill"))
    assert question @ question == pytest.approx(1)
    assert len(np.asarray(index.embed_query("?!"))) == 0


def test_a_lexical_index_has_no_vectors():
    assert not isinstance(LEXICAL().build(make_corpus(["mill"])), VectorIndex)


@both
def test_a_model_that_is_missing_is_an_error_with_a_remedy(retriever, monkeypatch, tmp_path):
    monkeypatch.setenv("MOE_EMBEDDING_MODEL", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigError) as caught:
        retriever().build(make_corpus(["mill"]))
    assert caught.value.hint


@given(st.lists(WORDS, max_size=8), WORDS, st.integers(1, 9))
def test_dense_search_is_exact(texts, query, k):
    corpus = make_corpus(texts)
    index = DENSE().build(corpus)
    cosines = [0.0] * len(texts)
    if query.strip(". "):
        question = HashEmbedder().embed([query])[0]
        cosines = [float(HashEmbedder().embed([text])[0] @ question) if text.strip(". ") else 0.0 for text in texts]
    hits = index.search(query, k=k)
    expected = sorted((cosine for cosine in cosines if cosine > 1e-6), reverse=True)[:k]
    assert [hit.score for hit in hits if hit.score > 1e-6] == pytest.approx(expected, abs=1e-5)


@given(st.lists(WORDS, max_size=8), WORDS)
def test_hybrid_finds_what_either_finds_and_nothing_else(texts, query):
    corpus = make_corpus(texts)
    found = [set(list_numbers(kind().build(corpus).search(query, k=50))) for kind in (HYBRID, LEXICAL, DENSE)]
    assert found[0] == found[1] | found[2]


@given(st.lists(WORDS, min_size=1, max_size=8), WORDS)
def test_what_is_best_by_words_and_by_meaning_is_best(texts, query):
    corpus = make_corpus(texts)
    by_words, by_meaning = (list_numbers(kind().build(corpus).search(query, k=1)) for kind in (LEXICAL, DENSE))
    if by_words and by_words == by_meaning:
        (best,) = HYBRID().build(corpus).search(query, k=1)
        assert list_numbers([best]) == by_words
        assert best.score == pytest.approx(1)


@both
def test_threads_that_ask_different_questions_get_their_own_vectors(retriever):
    index = retriever().build(make_corpus(["the tidal mill", "an oak gate"]))
    questions = [f"question {number}" for number in range(400)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda question: np.asarray(index.embed_query(question)), questions))
    finally:
        sys.setswitchinterval(interval)
    assert (np.stack(found) == HashEmbedder().embed(questions)).all()
