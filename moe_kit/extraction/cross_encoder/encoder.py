"""The shipped cross-encoder: how well units answer a question, question and unit read together."""

from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moe_core.contracts.errors import ConfigError
from moe_kit.bert import BertShape, BertStack, batch_by_length, pad
from moe_kit.extraction.cross_encoder.pairs import PlacedUnit, make_row
from moe_kit.extraction.cross_encoder.weights_file import ReadWeights, read_weights
from moe_kit.extraction.cross_encoder.word_pieces import WordPieces

Floats = NDArray[np.float32]

WEIGHTS_FILE = Path(__file__).with_name("cross_encoder.npz")
"""Written by benchmarks/answers/fit_cross_encoder.py."""
SHAPE = BertShape(model_type="bert", hidden_size=384, num_attention_heads=12, num_hidden_layers=6)

_REMEMBERED = 16  # questions with their units: an answer is looked for and, where there is none, what comes nearest


class CrossEncoder:
    """Rates units as answers to a question.

    Source: Nogueira and Cho, "Passage Re-ranking with BERT" (2019); the weights began as those of MiniLM (Wang et al.,
    2020), as published by Reimers and Gurevych.
    """

    def __init__(self, read: ReadWeights) -> None:
        """Take a model.

        Raises:
            KeyError: A weight is missing.
        """
        self._pieces = WordPieces(read.vocabulary)
        self._stack = BertStack(SHAPE, read.weights, words=read.words)
        self._head, self._bias = read.weights["head.weight"][0], float(read.weights["head.bias"][0])
        self.rate = lru_cache(_REMEMBERED)(self._rate)

    def _rate(self, question: str, units: tuple[PlacedUnit, ...]) -> tuple[float, ...]:
        """A score for each unit: the log of its odds against "none of them answers"."""
        rows = [make_row(self._pieces, question, unit) for unit in units]
        scores = np.zeros(len(rows), dtype=np.float32)
        for batch in batch_by_length([len(row.pieces) for row in rows]):
            states = self._stack.read([rows[at].pieces for at in batch], [rows[at].kinds for at in batch])
            own = pad([rows[at].is_unit for at in batch], states.is_token).astype(np.bool_)
            scores[batch] = np.hstack([states.hidden[:, 0], states.mean(own)]) @ self._head + self._bias
        return tuple(scores.tolist())


@cache
def load_cross_encoder() -> CrossEncoder:
    """The shipped one.

    Raises:
        ConfigError: Its file is damaged or missing.
    """
    try:
        return CrossEncoder(read_weights(WEIGHTS_FILE))
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(
            f"the model that rates sentences cannot be read: {type(error).__name__}: {error}",
            source=str(WEIGHTS_FILE),
            hint="install moe again",
        ) from error
