"""The vectors of a corpus: kept on disk by what was embedded, so that only new texts are embedded."""

from collections.abc import Callable, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from moe_core.contracts.retriever import Corpus
from moe_kit.arrays import list_different
from moe_kit.retrieval.embedding import Embedder
from moe_kit.retrieval.vector_files import KEY_BYTES, VectorFiles

_KEPT_AT_ONCE = 256  # texts embedded between two writes: what a killed run loses at most
_EMBEDDED_AT_ONCE = 64  # a choice: few requests, and replies of a megabyte

Floats = NDArray[np.float32]


class VectorTable:
    """A vector a passage; passages of the same text share one, those without words have none."""

    def __init__(self, blocks: Sequence[Floats], rows: NDArray[np.int64]) -> None:
        """Join vectors and passages.

        Args:
            blocks: Vectors in parts, each of shape (vectors, dimensions).
            rows: The vector of each passage, counted through all blocks; -1 for none. Shape (passages,).
        """
        self._blocks = blocks
        self._rows = rows
        self._starts = np.cumsum([0, *(len(block) for block in blocks)])

    def __len__(self) -> int:
        return len(self._rows)

    def rate(self, vector: Floats) -> Floats:
        """The cosine of every passage with a vector of length 1, shape (passages,); 0 for those without words."""
        if not self._blocks:
            return np.zeros(len(self._rows), dtype=np.float32)
        cosines = np.concatenate([*(block @ vector for block in self._blocks), np.zeros(1, dtype=np.float32)])
        return np.asarray(cosines[self._rows])

    def take(self, numbers: Sequence[int]) -> Floats:
        """The vectors of some passages, shape (numbers, dimensions); zeros for those without words."""
        dimensions = self._blocks[0].shape[1] if self._blocks else 0
        vectors = np.zeros((len(numbers), dimensions), dtype=np.float32)
        rows = self._rows[np.asarray(numbers, dtype=np.int64)]
        blocks = np.searchsorted(self._starts, rows, side="right") - 1
        for number in list_different(blocks[rows >= 0]).tolist():
            chosen = (blocks == number) & (rows >= 0)
            vectors[chosen] = self._blocks[number][rows[chosen] - self._starts[number]]
        return vectors


def build_table(corpus: Corpus, load: Callable[[], Embedder]) -> tuple[VectorTable, Embedder | None]:
    """Embed what of a corpus was not embedded before.

    Args:
        corpus: Whose cache folder the vectors are kept in.
        load: Loads the model; not called for a corpus without words.

    Returns:
        The vectors, and the model where there was need of one.
    """
    keys = [_make_key(_read_text(corpus, number)) for number in range(len(corpus.passages))]
    if not any(keys):
        return VectorTable([], np.full(len(keys), -1)), None
    embedder = load()
    files = VectorFiles(corpus.cache_folder, embedder.model_id)
    known = files.read()
    missing: dict[bytes, int] = {}
    for number, key in enumerate(keys):
        if key and key not in known:
            missing.setdefault(key, number)
    _embed(corpus, embedder, files, missing)
    places = files.tidy(set(keys)) if missing else known
    return VectorTable(files.blocks, np.array([places[key] if key else -1 for key in keys], dtype=np.int64)), embedder


def _embed(corpus: Corpus, embedder: Embedder, files: VectorFiles, missing: dict[bytes, int]) -> None:
    wanted, done = list(missing.items()), 0
    for first in range(0, len(wanted), _KEPT_AT_ONCE):
        texts = [(_read_text(corpus, number), key) for key, number in wanted[first : first + _KEPT_AT_ONCE]]
        texts.sort(key=lambda pair: len(pair[0]))  # texts of like length are embedded together, which is quicker
        vectors = []
        for at in range(0, len(texts), _EMBEDDED_AT_ONCE):
            part = [text for text, _ in texts[at : at + _EMBEDDED_AT_ONCE]]
            vectors.append(np.asarray(embedder.embed(part), dtype=np.float32))
            done += len(part)
            corpus.report(done, len(wanted), "passages embedded")
        files.add([key for _, key in texts], np.concatenate(vectors))


def _read_text(corpus: Corpus, number: int) -> str:
    """What is embedded: the title, the headings and the text."""
    passage = corpus.passages[number]
    headings = passage.section.removeprefix(passage.title).strip(" >")
    return "\n".join(part for part in (passage.title, headings, passage.text) if part.strip())


def _make_key(text: str) -> bytes:
    """The text's hash; b"" for one without a letter or digit."""
    if not any(character.isalnum() for character in text):
        return b""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()
