"""A BERT encoder in numpy: sentence embeddings on a processor, without a deep-learning framework."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

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


class TokenStates(NamedTuple):
    """What a stack has read.

    Attributes:
        hidden: Shape (texts, longest, width).
        is_token: Shape (texts, longest); False behind a text's end.
    """

    hidden: Floats
    is_token: Flags

    def mean(self, counted: Flags) -> Floats:
        """The mean state of the tokens that count, shape (texts, width)."""
        shares = counted / np.maximum(counted.sum(axis=1, keepdims=True), 1)
        return np.asarray(np.einsum("blh,bl->bh", self.hidden, shares.astype(np.float32)))


class PieceRows(Protocol):
    """The rows of word pieces, however they are kept."""

    def look_up(self, rows: NDArray[np.int64]) -> Floats:
        """The wanted rows, shape (*rows, width)."""
        ...


class _WholeTable(NamedTuple):
    table: Floats

    def look_up(self, rows: NDArray[np.int64]) -> Floats:
        return np.asarray(self.table[rows])


class BertStack:
    """Turns token ids into one hidden state a token.

    Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers" (2019), the encoder.
    """

    def __init__(self, shape: BertShape, weights: Mapping[str, Floats], *, words: PieceRows | None = None) -> None:
        """Take a model.

        Args:
            shape: Its sizes.
            weights: By the names of the published checkpoints, with or without the prefix "bert.".
            words: The rows of word pieces, where they are not among the weights.

        Raises:
            KeyError: A weight is missing.
        """
        prefix = "bert." if "bert.embeddings.word_embeddings.weight" in weights else ""
        self._shape = shape
        self._words = words or _WholeTable(weights[f"{prefix}embeddings.word_embeddings.weight"])
        self._places = weights[f"{prefix}embeddings.position_embeddings.weight"]
        self._kinds = weights[f"{prefix}embeddings.token_type_embeddings.weight"]
        self._norm = _read_pair(weights, f"{prefix}embeddings.LayerNorm")
        self._layers = [
            _Layer(weights, f"{prefix}encoder.layer.{number}.", shape) for number in range(shape.num_hidden_layers)
        ]

    @property
    def width(self) -> int:
        """Numbers of a hidden state."""
        return self._shape.hidden_size

    def read(self, ids: Sequence[Sequence[int]], kinds: Sequence[Sequence[int]] | None = None) -> TokenStates:
        """The hidden states of texts; a text's ids begin and end with the special tokens.

        Args:
            ids: Of each text.
            kinds: Which part of its text each token is of; without them all are of part 0.
        """
        is_token = mark_tokens(ids)
        longest = is_token.shape[1]
        hidden = self._words.look_up(pad(ids, is_token)) + self._places[:longest]
        hidden += self._kinds[0] if kinds is None else self._kinds[pad(kinds, is_token)]
        hidden = _normalise(hidden.reshape(-1, self.width), *self._norm, self._shape.layer_norm_eps)
        mask = np.where(is_token, 0, -1e9).astype(np.float32)[:, None, None, :]
        for layer in self._layers:
            hidden = layer.run(hidden, mask)
        return TokenStates(hidden.reshape(len(ids), longest, -1), is_token)


class BertEncoder:
    """Turns token ids into one vector of length 1 a text.

    Source: Reimers and Gurevych, "Sentence-BERT" (2019), the mean over tokens.
    """

    def __init__(self, shape: BertShape, weights: Mapping[str, Floats], *, is_mean: bool = True) -> None:
        """Take a model, as `BertStack` does; its vector is the mean over tokens, else the first token's."""
        self._stack = BertStack(shape, weights)
        self._is_mean = is_mean

    def encode(self, ids: Sequence[Sequence[int]]) -> Floats:
        """Vectors of texts, shape (texts, hidden size); a text's ids begin and end with the special tokens."""
        vectors = np.zeros((len(ids), self._stack.width), dtype=np.float32)
        for batch in batch_by_length([len(row) for row in ids]):
            states = self._stack.read([ids[at] for at in batch])
            pooled = states.mean(states.is_token) if self._is_mean else states.hidden[:, 0]
            vectors[batch] = pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-12)
        return vectors


def batch_by_length(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions of texts, those of about one length together, so many as fit into the processor's caches."""
    order = sorted(range(len(lengths)), key=lambda at: lengths[at])
    first = 0
    while first < len(order):
        stop = first + 1
        while stop < len(order) and (stop + 1 - first) * lengths[order[stop]] <= _TOKENS_AT_ONCE:
            stop += 1
        yield order[first:stop]
        first = stop


def mark_tokens(rows: Sequence[Sequence[int]]) -> Flags:
    """Where rows of several lengths have tokens, shape (rows, longest); behind their ends they have none."""
    lengths = np.array([len(row) for row in rows])
    return np.asarray(np.arange(int(lengths.max())) < lengths[:, None])


def pad(rows: Sequence[Sequence[int]], is_token: Flags) -> NDArray[np.int64]:
    """The rows with zeros behind their ends."""
    padded = np.zeros(is_token.shape, dtype=np.int64)
    padded[is_token] = [number for row in rows for number in row]
    return padded


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
