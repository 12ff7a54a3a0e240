"""BM25 over folded, stemmed terms: quick, exact about names and numbers, no model needed."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from moe_core import Hit, Passage, Retriever, SearchIndex, hookimpl
from moe_core.text.tokens import find_terms

_SATURATION = 1.2  # k1: how soon a further occurrence of a term stops counting
_LENGTH_SHARE = 0.75  # b: how much a passage's length counts against it


class LexicalRetriever(Retriever):
    """Ranks passages by BM25 over title, section and text."""

    name = "lexical"
    summary = "BM25 over stemmed words of title, section and text"

    def build(self, passages: Sequence[Passage]) -> SearchIndex:
        """Index the passages."""
        return LexicalIndex(passages)


class LexicalIndex:
    """Postings in three arrays: for every term the passages that hold it, and what each occurrence is worth.

    Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3;
    the inverse document frequency is kept positive by adding one inside the logarithm.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = tuple(passages)
        self._terms: dict[str, int] = {}
        lengths: list[int] = []
        numbers: list[int] = []
        for passage in self._passages:
            before = len(numbers)
            numbers += self._number_terms(passage)
            lengths.append(len(numbers) - before)
        self._build_postings(np.array(numbers, dtype=np.int64), np.array(lengths, dtype=np.int64))

    def search(self, query: str, *, k: int) -> list[Hit]:
        """The best k passages, best first, ties in passage order; [] when nothing matches."""
        scores = np.zeros(len(self._passages), dtype=np.float64)
        for term in find_terms(query):
            number = self._terms.get(term)
            if number is not None:
                span = slice(self._begins[number], self._begins[number + 1])
                scores[self._holders[span]] += self._worth[span]
        best = _find_best(scores, k)
        return [Hit(passage=self._passages[place], score=float(scores[place])) for place in best]

    def _number_terms(self, passage: Passage) -> Iterator[int]:
        # Documents that begin with their title have it as the first heading too; it counts once.
        section = passage.section.removeprefix(passage.title)
        for part in (passage.title, section, passage.text):
            for term in find_terms(part):
                yield self._terms.setdefault(term, len(self._terms))

    def _build_postings(self, numbers: NDArray[np.int64], lengths: NDArray[np.int64]) -> None:
        count = len(self._passages)
        holders = np.repeat(np.arange(count, dtype=np.int64), lengths)
        pairs, occurrences = np.unique(numbers * max(count, 1) + holders, return_counts=True)
        terms, self._holders = np.divmod(pairs, max(count, 1))
        frequencies = np.bincount(terms, minlength=len(self._terms))
        self._begins = np.concatenate(([0], np.cumsum(frequencies)))
        rarity = np.log1p((count - frequencies + 0.5) / (frequencies + 0.5))
        mean_length = max(float(lengths.mean()), 1.0) if count else 1.0
        damping = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * lengths / mean_length)
        self._worth = rarity[terms] * occurrences * (_SATURATION + 1) / (occurrences + damping[self._holders])


def _find_best(scores: NDArray[np.float64], k: int) -> list[int]:
    """Places of the k highest scores above zero, best first, ties in order."""
    if k <= 0 or not scores.size:
        return []
    if k < scores.size:
        lowest = np.partition(scores, scores.size - k)[scores.size - k]
        places = np.flatnonzero(scores >= max(lowest, np.nextafter(0.0, 1.0)))
    else:
        places = np.flatnonzero(scores > 0)
    order = np.argsort(-scores[places], kind="stable")[:k]
    return [int(place) for place in places[order]]


@hookimpl
def moe_retrievers() -> list[type[Retriever]]:
    """The lexical retriever."""
    return [LexicalRetriever]
