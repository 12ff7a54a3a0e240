"""The question's terms in the texts of many passages at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.marks import STARTS_SENTENCE
from moe.knowledge.graph.question import Question
from moe.knowledge.index.index import PassageIndex
from moe.knowledge.index.tokens import TokenBatch

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEAD_SENTENCES = 2  # a title counts as the first


@dataclass(frozen=True, slots=True, eq=False)
class PassageTexts:
    """Where the terms of a question stand in some passages.

    Attributes:
        tokens: The passages' words, one passage after another.
        sentences: Of each word its sentence, counted over all passages. Shape (words,).
        sentence_starts: Each passage's first sentence, and the end. Shape (passages + 1,).
        counts: How often each term occurs. Shape (passages, terms).
        in_lead: Whether it occurs in the first sentences. Shape (passages, terms).
    """

    tokens: TokenBatch
    sentences: Integers
    sentence_starts: Integers
    counts: Integers
    in_lead: Flags

    @property
    def has_term(self) -> Flags:
        """Whether a term occurs. Shape (passages, terms)."""
        return self.counts > 0

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


def read_texts(index: PassageIndex, question: Question, numbers: Sequence[int]) -> PassageTexts:
    """Look the question's terms up in passages."""
    tokens = index.read_tokens(numbers)
    places = _find_places(index.words.terms[tokens.words], question.rows)
    begins = (tokens.marks & STARTS_SENTENCE) > 0
    begins[tokens.starts[:-1][tokens.starts[:-1] < len(begins)]] = True
    sentences = np.cumsum(begins) - 1
    sentence_starts = np.append(sentences, sentences[-1] + 1 if len(sentences) else 0)[tokens.starts]
    terms = len(question.terms)
    shown = places >= 0
    owners, found = tokens.owners[shown], places[shown]
    counts = np.bincount(owners * terms + found, minlength=len(numbers) * terms).reshape(len(numbers), terms)
    in_lead = np.zeros((len(numbers), terms), dtype=bool)
    is_lead = sentences[shown] - sentence_starts[owners] < LEAD_SENTENCES
    in_lead[owners[is_lead], found[is_lead]] = True
    return PassageTexts(tokens, sentences, sentence_starts, counts, in_lead)


def _find_places(term_rows: NDArray[np.int32], question_rows: Integers) -> Integers:
    """Each word's place in the question, or -1."""
    order = np.argsort(question_rows, kind="stable")
    ordered = question_rows[order]
    at = np.minimum(np.searchsorted(ordered, term_rows), max(0, len(ordered) - 1))
    if not len(ordered):
        return np.full(len(term_rows), -1, dtype=np.int64)
    return np.where((ordered[at] == term_rows) & (term_rows >= 0), order[at], -1)
