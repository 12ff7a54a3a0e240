"""Passages that are read at once for what joins them to others."""

from collections.abc import Sequence

import msgspec

from moe.knowledge.graph.question.runs import TextRuns
from moe.knowledge.graph.question.texts import PassageTexts, read_texts
from moe.knowledge.index.format.index import PassageIndex


class TextBatch(msgspec.Struct, frozen=True, eq=False):
    """Passages with their words.

    Attributes:
        numbers: Of the passages.
        texts: What they say.
        words: Of each of their words the row in the index's table.
        terms: The row of its term, -1 for a stop word.
        runs: Of the words.
    """

    numbers: Sequence[int]
    texts: PassageTexts
    words: list[int]
    terms: list[int]
    runs: TextRuns


def read_batch(index: PassageIndex, numbers: Sequence[int]) -> TextBatch:
    """Read passages."""
    texts = read_texts(index, numbers)
    words = texts.tokens.words
    return TextBatch(
        numbers=numbers,
        texts=texts,
        words=words.tolist(),
        terms=index.words.terms_of(words).tolist(),
        runs=TextRuns(index.words.keys_of(words), texts.tokens.owners),
    )
