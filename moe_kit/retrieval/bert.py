"""A BERT encoder in numpy: sentence embeddings on a processor, without a deep-learning framework."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

Floats = NDArray[np.float32]

_TOKENS_AT_ONCE = 4096  # in a batch, padding counted: what fits into the processor's caches
_ROWS_AT_ONCE = 32  # of an activation
# The normal distribution is (1 + tanh(x (a + b x^2 + c x^4))) / 2 with these, fitted by least squares on [-3.2, 3.2];
# there is no erf in numpy, and this is twice as quick as the usual series for it.
_GELU = (0.79750813, 0.03700563, -0.00035153)
_GELU_END = 5.0  # the share is 1 beyond


class BertShape(BaseModel):
    """What of a model's config.json matters here."""

    model_type: str
    hidden_act: str = "gelu"
    position_embedding_type: str | None = "absolute"
    hidden_size: int = Field(gt=0)
    num_attention_heads: int = Field(gt=0)
    num_hidden_layers: int = Field(gt=0)
    max_position_embeddings: int = Field(512, gt=2)
    layer_norm_eps: float = Field(1e-12, gt=0)

    @property
    def is_supported(self) -> bool:
        """Whether `BertEncoder` computes such a model."""
        position = self.position_embedding_type in (None, "absolute")
        return self.model_type == "bert" and self.hidden_act == "gelu" and position


class BertEncoder:
    """Turns token ids into one vector of length 1 a text.

    Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers" (2019), the encoder; Reimers and
    Gurevych, "Sentence-BERT" (2019), the mean over tokens.
    """

    def __init__(self, shape: BertShape, weights: Mapping[str, Floats], *, is_mean: bool = True) -> None:
        """Take a model.

        Args:
            shape: Its sizes.
            weights: By the names of the published checkpoints, with or without the prefix "bert.".
            is_mean: The vector is the mean over tokens; else the first token's.

        Raises:
            KeyError: A weight is missing.
        """
        prefix = "bert." if "bert.embeddings.word_embeddings.weight" in weights else ""
        self._shape = shape
        self._is_mean = is_mean
        self._words = weights[f"{prefix}embeddings.word_embeddings.weight"]
        places = weights[f"{prefix}embeddings.position_embeddings.weight"]
        self._places = places + weights[f"{prefix}embeddings.token_type_embeddings.weight"][0]
        self._norm = _read_pair(weights, f"{prefix}embeddings.LayerNorm")
        self._layers = [
            _Layer(weights, f"{prefix}encoder.layer.{number}.", shape) for number in range(shape.num_hidden_layers)
        ]

    def encode(self, ids: Sequence[Sequence[int]]) -> Floats:
        """Vectors of texts, shape (texts, hidden size); a text's ids begin and end with the special tokens."""
        vectors = np.zeros((len(ids), self._shape.hidden_size), dtype=np.float32)
        order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
        first = 0
        while first < len(order):
            stop = first + 1
            while stop < len(order) and (stop + 1 - first) * len(ids[order[stop]]) <= _TOKENS_AT_ONCE:
                stop += 1
            batch = order[first:stop]
            vectors[batch] = self._encode_batch([ids[at] for at in batch])
            first = stop
        return vectors

    def _encode_batch(self, ids: Sequence[Sequence[int]]) -> Floats:
        lengths = np.array([len(row) for row in ids])
        longest = int(lengths.max())
        is_token = np.arange(longest) < lengths[:, None]
        padded = np.zeros(is_token.shape, dtype=np.int64)
        padded[is_token] = [token for row in ids for token in row]
        hidden = (self._words[padded] + self._places[:longest]).reshape(-1, self._shape.hidden_size)
        hidden = _normalise(hidden, *self._norm, self._shape.layer_norm_eps)
        mask = np.where(is_token, 0, -1e9).astype(np.float32)[:, None, None, :]
        for layer in self._layers:
            hidden = layer.run(hidden, mask)
        hidden = hidden.reshape(len(ids), longest, -1)
        counted = is_token if self._is_mean else np.arange(longest) == np.zeros((len(ids), 1))
        pooled = np.einsum("blh,bl->bh", hidden, counted.astype(np.float32))
        return np.asarray(pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-12))


class _Layer:
    """One block: attention, then two dense steps; each is added to what came in."""

    def __init__(self, weights: Mapping[str, Floats], prefix: str, shape: BertShape) -> None:
        self._heads = shape.num_attention_heads
        self._epsilon = shape.layer_norm_eps
        parts = [_read_pair(weights, f"{prefix}attention.self.{name}") for name in ("query", "key", "value")]
        self._joint = np.concatenate([weight for weight, _ in parts]), np.concatenate([bias for _, bias in parts])
        self._attended = _read_pair(weights, f"{prefix}attention.output.dense")
        self._attended_norm = _read_pair(weights, f"{prefix}attention.output.LayerNorm")
        self._wide = _read_pair(weights, f"{prefix}intermediate.dense")
        self._narrow = _read_pair(weights, f"{prefix}output.dense")
        self._narrow_norm = _read_pair(weights, f"{prefix}output.LayerNorm")

    def run(self, hidden: Floats, mask: Floats) -> Floats:
        """The next hidden state, of the same shape: (texts x longest, hidden size)."""
        texts, longest = mask.shape[0], mask.shape[-1]
        joint = _apply(hidden, *self._joint).reshape(texts, longest, 3, self._heads, -1)
        query, key, value = (joint[:, :, part].transpose(0, 2, 1, 3) for part in range(3))
        rated = np.matmul(query, key.transpose(0, 1, 3, 2))
        rated *= np.float32(1 / math.sqrt(query.shape[-1]))
        rated += mask
        rated -= rated.max(axis=-1, keepdims=True)
        np.exp(rated, out=rated)
        rated /= rated.sum(axis=-1, keepdims=True)
        seen = np.matmul(rated, value).transpose(0, 2, 1, 3).reshape(hidden.shape)
        hidden = _normalise(_apply(seen, *self._attended) + hidden, *self._attended_norm, self._epsilon)
        wide = _apply(hidden, *self._wide)
        for first in range(0, len(wide), _ROWS_AT_ONCE):
            _activate(wide[first : first + _ROWS_AT_ONCE])
        return _normalise(_apply(wide, *self._narrow) + hidden, *self._narrow_norm, self._epsilon)


def _read_pair(weights: Mapping[str, Floats], name: str) -> tuple[Floats, Floats]:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]


def _apply(values: Floats, weight: Floats, bias: Floats) -> Floats:
    result: Floats = values @ weight.T
    result += bias
    return result


def _normalise(values: Floats, weight: Floats, bias: Floats, epsilon: float) -> Floats:
    centred = values - values.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", centred, centred) / values.shape[1]
    centred *= (1 / np.sqrt(variance + epsilon)).astype(np.float32)[:, None]
    centred *= weight
    centred += bias
    return np.asarray(centred)


def _activate(values: NDArray[Any]) -> None:
    """GELU in place, to 1e-4: x times the normal distribution's share below x."""
    inner = np.clip(values, -_GELU_END, _GELU_END)
    square = inner * inner
    factor = np.full_like(square, _GELU[-1])
    for constant in reversed(_GELU[:-1]):
        factor *= square
        factor += np.float32(constant)
    inner *= factor
    np.tanh(inner, out=inner)
    inner += np.float32(1)
    values *= inner
    values *= np.float32(0.5)
