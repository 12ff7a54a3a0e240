"""An embedding model without a model: texts that share words have vectors that are near each other."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from moe_core.text.tokens import find_terms

_DIMENSIONS = 96


class HashEmbedder:
    """Adds up a fixed vector of +1 and -1 for every term; to be named as `moe_core.testing.embedding:HashEmbedder`.

    Attributes:
        embedded: The texts asked for, one after another.
    """

    def __init__(self, model_id: str = "hash") -> None:
        """Pretend to be a model.

        Args:
            model_id: Which; the vectors are the same whatever it is called.
        """
        self.model_id = model_id
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> NDArray[np.float32]:
        """Vectors of length 1, shape (texts, 96)."""
        self.embedded += [] if is_query else texts
        return np.stack([self._embed_one(text) for text in texts])

    def _embed_one(self, text: str) -> NDArray[np.float32]:
        total = sum((_spread(term) for term in find_terms(text)), np.zeros(_DIMENSIONS, dtype=np.float32))
        if not total.any():
            total = _spread(text)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)


def _spread(term: str) -> NDArray[np.float32]:
    data = blake2b(term.encode(), digest_size=_DIMENSIONS // 8).digest()
    return np.unpackbits(np.frombuffer(data, dtype=np.uint8)).astype(np.float32) * 2 - 1
