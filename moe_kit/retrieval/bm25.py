"""BM25 over a corpus's own postings."""

from collections import Counter

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe_core.contracts.retriever import Corpus, Found
from moe_core.text.tokens import find_terms
from moe_kit.arrays import list_different

SATURATION = 1.2  # k1: how soon a further occurrence of a term stops counting
_LENGTH_SHARE = 0.75  # b: how much a passage's length counts against it

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


def measure_damping(lengths: NDArray[np.int32], mean_length: float) -> Floats:
    """What counts of terms are held against, by the lengths of their passages, shape (passages,)."""
    damping = SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * lengths / max(mean_length, 1.0))
    return np.asarray(damping, dtype=np.float64)


class _Term(msgspec.Struct, frozen=True, eq=False):
    """A term of a query: the passages that hold it, how often, and its rarity times its repeats."""

    passages: NDArray[np.int32]
    counts: NDArray[np.uint8]
    rarity: float

    @property
    def bound(self) -> float:
        """More than any passage can get for it."""
        return self.rarity * (SATURATION + 1)


class LexicalIndex:
    """BM25 with the rarest terms first; common ones only add to passages that can still be among the best.

    Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3, with the
    inverse document frequency kept positive by adding one inside the logarithm; Turtle and Flood, "Query Evaluation:
    Strategies and Optimizations" (1995) for what is left out without changing the result.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        lengths = np.asarray(corpus.lengths, dtype=np.int32)
        mean = float(lengths.mean()) if len(lengths) else 0.0
        self._damping = measure_damping(lengths, mean).astype(np.float32)

    def search(self, query: str, *, k: int) -> list[Found]:
        """The best k passages, best first, ties in passage order; [] when nothing matches."""
        terms = self._find_terms(query)
        if k <= 0 or not terms:
            return []
        scores = np.zeros(len(self._damping), dtype=np.float64)
        candidates = np.zeros(0, dtype=np.int64)
        remaining = sum(term.bound for term in terms)
        for term in terms:
            if len(candidates) > k and remaining <= np.partition(scores[candidates], -k)[-k]:
                self._add_to(scores, candidates, term)
            else:
                passages = term.passages.astype(np.int64)
                scores[passages] += self._weigh(term, passages, term.counts)
                candidates = list_different(np.concatenate((candidates, passages))) if len(candidates) else passages
            remaining -= term.bound
        order = np.argsort(-scores[candidates], kind="stable")[:k]
        best = candidates[order]
        return [Found(*found) for found in zip(best.tolist(), scores[best].tolist(), strict=True)]

    def _find_terms(self, query: str) -> list[_Term]:
        """The query's terms that occur, the rarest first; one that it repeats counts as often."""
        terms = []
        for text, repeats in Counter(find_terms(query)).items():
            holders = self._corpus.find_holders(text)
            passages = np.asarray(holders.passages, dtype=np.int32)
            if len(passages):
                rarity = float(np.log1p((len(self._damping) - len(passages) + 0.5) / (len(passages) + 0.5)))
                terms.append(_Term(passages, np.asarray(holders.counts, dtype=np.uint8), repeats * rarity))
        return sorted(terms, key=lambda term: len(term.passages))

    def _add_to(self, scores: Floats, candidates: Numbers, term: _Term) -> None:
        """Add a term to those of the candidates that hold it."""
        at = np.minimum(np.searchsorted(term.passages, candidates), len(term.passages) - 1)
        holds = term.passages[at] == candidates
        passages = candidates[holds]
        scores[passages] += self._weigh(term, passages, term.counts[at[holds]])

    def _weigh(self, term: _Term, passages: Numbers, counts: NDArray[np.uint8]) -> Floats:
        """What a term is worth in passages that hold it so often."""
        often = counts.astype(np.float64)
        return term.rarity * often * (SATURATION + 1) / (often + self._damping[passages])
