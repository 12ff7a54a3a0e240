"""The encoder against a slow one, written out in float64."""

import math

import numpy as np
import pytest

from moe_kit.bert import BertEncoder, BertShape

SHAPE = BertShape(
    model_type="bert", hidden_size=8, num_attention_heads=2, num_hidden_layers=2, max_position_embeddings=16
)
TEXTS = [[1, 5, 6, 2], [1, 9, 2], [1, 3, 4, 5, 6, 7, 8, 2]]


@pytest.fixture(scope="module")
def weights() -> dict[str, np.ndarray]:
    random = np.random.default_rng(3)
    shapes = {
        "embeddings.word_embeddings.weight": (12, 8),
        "embeddings.position_embeddings.weight": (16, 8),
        "embeddings.token_type_embeddings.weight": (2, 8),
    }
    norms, dense = ["embeddings.LayerNorm"], {}
    for layer in (f"encoder.layer.{number}." for number in range(2)):
        norms += [f"{layer}attention.output.LayerNorm", f"{layer}output.LayerNorm"]
        dense |= {f"{layer}attention.self.{name}": (8, 8) for name in ("query", "key", "value")}
        dense |= {f"{layer}attention.output.dense": (8, 8)}
        dense |= {f"{layer}intermediate.dense": (16, 8), f"{layer}output.dense": (8, 16)}
    for name, (rows, columns) in dense.items():
        shapes |= {f"{name}.weight": (rows, columns), f"{name}.bias": (rows,)}
    for name in norms:
        shapes |= {f"{name}.weight": (8,), f"{name}.bias": (8,)}
    return {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def encode_slowly(weights: dict[str, np.ndarray], ids: list[int], *, is_mean: bool) -> np.ndarray:
    w = {name: value.astype(np.float64) for name, value in weights.items()}

    def dense(x, name):
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def norm(x, name):
        x = (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + SHAPE.layer_norm_eps)
        return x * w[f"{name}.weight"] + w[f"{name}.bias"]

    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in (f"encoder.layer.{number}." for number in range(2)):
        parts = []
        for head in (slice(0, 4), slice(4, 8)):
            q, k, v = (dense(x, f"{layer}attention.self.{name}")[:, head] for name in ("query", "key", "value"))
            share = np.exp(q @ k.T / math.sqrt(4))
            parts.append(share / share.sum(1, keepdims=True) @ v)
        x = norm(dense(np.hstack(parts), f"{layer}attention.output.dense") + x, f"{layer}attention.output.LayerNorm")
        wide = dense(x, f"{layer}intermediate.dense")
        wide *= np.vectorize(lambda value: 0.5 * math.erfc(-value / math.sqrt(2)))(wide)
        x = norm(dense(wide, f"{layer}output.dense") + x, f"{layer}output.LayerNorm")
    pooled = x.mean(0) if is_mean else x[0]
    return pooled / np.linalg.norm(pooled)


@pytest.mark.parametrize("is_mean", [True, False])
def test_vectors_are_those_of_the_textbook_however_texts_are_batched(weights, is_mean):
    encoder = BertEncoder(SHAPE, weights, is_mean=is_mean)
    expected = np.stack([encode_slowly(weights, ids, is_mean=is_mean) for ids in TEXTS])
    assert encoder.encode(TEXTS) == pytest.approx(expected, abs=1e-3)
    alone = np.concatenate([encoder.encode([ids]) for ids in TEXTS])
    assert encoder.encode(TEXTS) == pytest.approx(alone, abs=1e-5)


def test_names_may_begin_with_bert(weights):
    prefixed = {f"bert.{name}": value for name, value in weights.items()}
    assert (BertEncoder(SHAPE, prefixed).encode(TEXTS) == BertEncoder(SHAPE, weights).encode(TEXTS)).all()


@pytest.mark.parametrize(
    "change", [{"model_type": "roberta"}, {"hidden_act": "relu"}, {"position_embedding_type": "relative_key"}]
)
def test_other_architectures_are_not_computed(change):
    assert SHAPE.is_supported
    assert not SHAPE.model_copy(update=change).is_supported
