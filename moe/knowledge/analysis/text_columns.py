"""The words of many texts in columns, one text after another."""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.gaps import GapKinds
from moe.knowledge.analysis.vocabulary import Vocabulary
from moe_core.text.tokens import split_words


class TextColumns(msgspec.Struct, frozen=True, eq=False):
    """Words of texts.

    Attributes:
        numbers: Of the folded words in the vocabulary.
        traits: Of the words as written.
        gaps: What stands before each (`moe.knowledge.analysis.gaps`); 0 for the first of a text.
        first_words: Where each text begins, and the end. Shape (texts + 1,).
        starts: For each text the characters where its words start.
    """

    numbers: NDArray[np.int32]
    traits: NDArray[np.uint16]
    gaps: NDArray[np.uint8]
    first_words: NDArray[np.int64]
    starts: Sequence[Sequence[int]]

    def __len__(self) -> int:
        return len(self.numbers)


def read_columns(texts: Sequence[str], vocabulary: Vocabulary, gap_kinds: GapKinds) -> TextColumns:
    """Read the words of texts."""
    written: list[str] = []
    gaps: list[str] = []
    starts: list[Sequence[int]] = []
    for text in texts:
        split = split_words(text)
        written += split.words
        gaps += split.gaps
        starts.append(split.starts)
    numbers = vocabulary.read(written)
    columns = vocabulary.build_columns()
    first_words = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(places) for places in starts], out=first_words[1:])
    kinds = np.fromiter(map(gap_kinds.__getitem__, gaps), np.uint8, len(gaps))
    kinds[first_words[:-1][first_words[:-1] < len(kinds)]] = 0
    return TextColumns(columns.folded[numbers], columns.traits[numbers], kinds, first_words, starts)
