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

_MOST_PACKED = 1 << 14  # passages of a term; the postings of one that has more are not copied
_PASSAGE_BITS = 32


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
    """What the postings note of a question's terms, looked up once for all passages that are asked for."""

    def __init__(self, terms: PostingsTable, rows: Integers) -> None:
        """Look terms up.

        Args:
            terms: Of the index.
            rows: The terms'; -1 for one that no passage holds.
        """
        self._width = len(rows)
        found = [(place, *terms.row(row)) for place, row in enumerate(rows.tolist()) if row >= 0]
        self._frequent = [column for column in found if len(column[1]) > _MOST_PACKED]
        rare = [column for column in found if len(column[1]) <= _MOST_PACKED]
        self._places = np.array([place for place, _, _ in rare], dtype=np.int64)
        # A term's place and a passage as one number: all are looked up in one go.
        self._bases = self._places[:, None] << _PASSAGE_BITS
        sizes = [len(members) for _, members, _ in rare]
        self._keys = np.repeat(self._bases.ravel(), sizes)
        if rare:
            self._keys |= np.concatenate([members for _, members, _ in rare])
            self._infos = np.concatenate([noted for _, _, noted in rare])

    def read(self, numbers: Sequence[int] | NDArray[np.integer]) -> NDArray[np.uint8]:
        """Of each passage the count and flags of each term, 0 where it does not occur. Shape (numbers, terms)."""
        infos = np.zeros((len(numbers), self._width), dtype=np.uint8)
        if len(self._keys):
            keys = self._bases | np.asarray(numbers, dtype=np.int64)
            at = self._keys.searchsorted(keys)
            is_held = self._keys.take(at, mode="clip") == keys
            infos[:, self._places] = (self._infos.take(at, mode="clip") * is_held).T
        for place, members, noted in self._frequent:
            wanted = np.asarray(numbers, dtype=np.int32)  # as the members are, which would be converted otherwise
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
    return sum_rows(weigh_counts(counts, index.lengths[numbers], index.mean_length), rarities)


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


def weigh_counts(counts: NDArray[Any], lengths: NDArray[np.int32], mean_length: float) -> Floats:
    """What counts of terms, shape (passages, terms), are worth before their rarity.

    Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3.
    """
    damping = measure_damping(lengths, mean_length)
    return counts * (SATURATION + 1) / (counts + damping[:, None])
