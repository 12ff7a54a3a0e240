"""What the postings say of several terms together."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.entries import COUNT_MASK, IN_LEAD
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.postings import PostingsTable
from moe_kit.retrieval.bm25 import SATURATION

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_MOST_CELLS = 1 << 20  # passages times terms, up to which a table of them all is quicker than looking terms up


def find_holders(terms: PostingsTable, rows: Iterable[int], *, lead_only: bool) -> Integers:
    """Passages that hold all of the terms, ascending; those that hold each in their lead, if wanted."""
    held: Integers | None = None
    for row in sorted(rows, key=terms.size):
        members, infos = terms.row(row)
        numbers = members[(infos & IN_LEAD) > 0] if lead_only else members
        held = numbers.astype(np.int64) if held is None else held[is_among(held, numbers)]
    return held if held is not None else np.zeros(0, dtype=np.int64)


def is_among(values: NDArray[np.integer], ordered: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether values are among others, which are given in order."""
    if not len(ordered):
        return np.zeros(len(values), dtype=bool)
    return np.asarray(ordered[np.minimum(ordered.searchsorted(values), len(ordered) - 1)] == values)


class TermPostings:
    """What the postings note of a question's terms."""

    def __init__(self, index: PassageIndex, rows: Integers) -> None:
        """Look terms up.

        Args:
            index: The passages.
            rows: The terms'; -1 for one that no passage holds.
        """
        self._width = len(rows)
        self._columns = [(place, *index.terms.row(row)) for place, row in enumerate(rows.tolist()) if row >= 0]
        self._all: NDArray[np.uint8] | None = None
        if len(index) * len(rows) <= _MOST_CELLS:
            self._all = np.zeros((len(index), len(rows)), dtype=np.uint8)
            for place, members, noted in self._columns:
                self._all[members, place] = noted

    def read(self, numbers: Sequence[int] | NDArray[np.integer]) -> NDArray[np.uint8]:
        """Of each passage the count and flags of each term, 0 where it does not occur. Shape (numbers, terms)."""
        if self._all is not None:
            return self._all[numbers]
        wanted = np.asarray(numbers, dtype=np.int32)  # as the members are, which would be converted otherwise
        infos = np.zeros((len(wanted), self._width), dtype=np.uint8)
        for place, members, noted in self._columns:
            at = members.searchsorted(wanted)
            infos[:, place] = noted.take(at, mode="clip") * (members.take(at, mode="clip") == wanted)
        return infos


def rate_passages(
    index: PassageIndex, terms: TermPostings, rarities: Floats, numbers: Sequence[int] | NDArray[np.integer]
) -> Floats:
    """BM25 of terms in each of these passages, shape (numbers,).

    Args:
        index: The passages.
        terms: The question's.
        rarities: Their inverse document frequencies, 0 for those that do not count, shape (terms,).
        numbers: Of the passages.
    """
    counts = terms.read(numbers) & COUNT_MASK
    return sum_rows(weigh_counts(counts, index.damping[numbers]), rarities)


def sum_rows(values: NDArray[Any], weights: NDArray[Any]) -> Floats:
    """The weighted sum of each row, shape (rows,); with weights of shape (sums, columns) several, shape (rows, sums).

    A matrix product rounds a row differently according to how many others there are; this does not, so what a passage
    gets does not hang on which others were looked at with it.

    Args:
        values: Numbers or flags, shape (rows, columns).
        weights: Shape (columns,), or (sums, columns).
    """
    rows = values[:, None] if weights.ndim > 1 else values
    return np.asarray(np.add.reduce(np.multiply(rows, weights, order="C"), axis=-1))


def weigh_counts(counts: NDArray[Any], damping: Floats) -> Floats:
    """What counts of terms, shape (passages, terms), are worth before their rarity.

    Args:
        counts: In each passage.
        damping: Of each passage (`PassageIndex.damping`).

    Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3.
    """
    return counts * (SATURATION + 1) / (counts + damping[:, None])
