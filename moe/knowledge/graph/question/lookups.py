"""What the postings say of several terms together."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.entries import COUNT_MASK, IN_LEAD
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.postings import PostingsTable
from moe_kit.retrieval.bm25 import SATURATION, measure_damping

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


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


def find_infos(terms: PostingsTable, row: int, numbers: NDArray[np.integer]) -> NDArray[np.uint8]:
    """What the postings note of a term in each of these passages; 0 where it does not occur."""
    members, infos = terms.row(row)
    at = np.minimum(np.searchsorted(members, numbers), len(members) - 1)
    return np.where(members[at] == numbers, infos[at], np.uint8(0))


def rate_passages(
    index: PassageIndex, rows: Sequence[int], rarities: Floats, numbers: Sequence[int] | NDArray[np.integer]
) -> Floats:
    """BM25 of terms in each of these passages, shape (numbers,).

    Args:
        index: The passages.
        rows: The terms'; -1 for one that no passage holds.
        rarities: Their inverse document frequencies, shape (rows,).
        numbers: Of the passages.
    """
    wanted = np.asarray(numbers, dtype=np.int64)
    counts = np.zeros((len(wanted), len(rows)), dtype=np.int64)
    for place, row in enumerate(rows):
        if row >= 0:
            counts[:, place] = find_infos(index.terms, row, wanted) & COUNT_MASK
    return sum_rows(weigh_counts(counts, index.lengths[wanted], index.mean_length), rarities)


def sum_rows(values: NDArray[Any], weights: NDArray[Any]) -> Floats:
    """The weighted sum of each row, shape (rows,).

    A matrix product rounds a row differently according to how many others there are; this does not, so what a passage
    gets does not hang on which others were looked at with it.

    Args:
        values: Numbers or flags, shape (rows, columns).
        weights: Shape (columns,).
    """
    return np.asarray(np.multiply(values, weights, order="C").sum(axis=1), dtype=np.float64)


def weigh_counts(counts: Integers, lengths: NDArray[np.int32], mean_length: float) -> Floats:
    """What counts of terms, shape (passages, terms), are worth before their rarity.

    Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3.
    """
    damping = measure_damping(lengths, mean_length)
    return counts * (SATURATION + 1) / (counts + damping[:, None])
