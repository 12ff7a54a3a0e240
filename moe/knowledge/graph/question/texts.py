"""The texts of many passages at once, as words, and how often a question's terms stand in them."""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.entries import LEAD_SENTENCES
from moe.knowledge.analysis.marks import STARTS_SENTENCE
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.tokens import TokenBatch

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class PassageTexts(msgspec.Struct, frozen=True, eq=False):
    """The words of some passages.

    Attributes:
        tokens: One passage after another.
        sentences: Of each word its sentence, counted over all passages. Shape (words,).
        sentence_starts: Each passage's first sentence, and the end. Shape (passages + 1,).
    """

    tokens: TokenBatch
    sentences: Integers
    sentence_starts: Integers

    def is_in_lead(self, words: Integers) -> Flags:
        """Whether words, by their places, stand in the first sentences of their passage."""
        first_sentences = self.sentence_starts[self.tokens.owners[words]]
        return np.asarray(self.sentences[words] - first_sentences < LEAD_SENTENCES)

    def find_sequence(self, words: Sequence[int]) -> dict[int, int]:
        """By passage, the word at which a sequence of words first stands there, counted within the passage."""
        if not words or min(words) < 0 or len(words) > len(self.sentences):
            return {}
        stop = len(self.sentences) - len(words) + 1
        matches = np.ones(stop, dtype=bool)
        for step, word in enumerate(words):
            matches &= self.tokens.words[step : stop + step] == word
        at = np.flatnonzero(matches)
        owners, last = self.tokens.owners[at], self.tokens.owners[at + len(words) - 1]
        first: dict[int, int] = {}
        for owner, end, place in zip(owners.tolist(), last.tolist(), at.tolist(), strict=True):
            if owner == end:
                first.setdefault(owner, place - int(self.tokens.starts[owner]))
        return first


def read_texts(index: PassageIndex, numbers: Sequence[int]) -> PassageTexts:
    """The words of passages, and where their sentences begin."""
    tokens = index.read_tokens(numbers)
    begins = (tokens.marks & STARTS_SENTENCE) > 0
    begins[tokens.starts[:-1][tokens.starts[:-1] < len(begins)]] = True
    sentences = np.cumsum(begins) - 1
    sentence_starts = np.append(sentences, sentences[-1] + 1 if len(sentences) else 0)[tokens.starts]
    return PassageTexts(tokens, sentences, sentence_starts)


def count_terms(index: PassageIndex, numbers: Sequence[int], rows: Integers) -> Integers:
    """How often terms occur in passages, shape (passages, terms).

    Args:
        index: The passages.
        numbers: Which of them.
        rows: The terms' in the index, each once; -1 for one that no passage holds.
    """
    tokens, width = index.read_tokens(numbers), len(rows)
    places = np.zeros(len(index.terms) + 1, dtype=np.int16)  # of a term's row, from 1; the last is for stop words
    known = np.flatnonzero(rows >= 0)
    places[rows[known]] = known + 1
    found = places[index.words.terms_of(tokens.words)]
    at = np.flatnonzero(found)
    cells = tokens.owners[at] * width + found[at] - 1
    return np.bincount(cells, minlength=len(numbers) * width).reshape(len(numbers), width)
