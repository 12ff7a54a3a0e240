"""Passages that are read at once for what joins them to others."""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.graph.question.runs import TextRuns
from moe.knowledge.graph.question.texts import PassageTexts, read_texts
from moe.knowledge.index.format.index import PassageIndex


class TextBatch(msgspec.Struct, frozen=True, eq=False):
    """Passages with their words.

    Attributes:
        numbers: Of the passages.
        texts: What they say.
        terms: The row of each word's term, -1 for a stop word.
        rarities: The inverse document frequency of each term.
        runs: Of the words.
    """

    numbers: Sequence[int]
    texts: PassageTexts
    terms: NDArray[np.integer]
    rarities: NDArray[np.float32]
    runs: TextRuns


def read_batch(index: PassageIndex, numbers: Sequence[int]) -> TextBatch:
    """Read passages."""
    texts = read_texts(index, numbers)
    words = texts.tokens.words
    terms = index.words.terms_of(words)
    return TextBatch(
        numbers=numbers,
        texts=texts,
        terms=terms,
        rarities=index.idf_of(np.maximum(terms, 0)),
        runs=TextRuns(index.words.keys_of(words), texts.tokens.owners),
    )
