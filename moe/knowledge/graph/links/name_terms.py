"""The terms of a name or phrase, as far as a question asks for them."""

from collections.abc import Sequence
from typing import NamedTuple


class NameTerms(NamedTuple):
    """The terms of a name or phrase as it is written.

    Attributes:
        rows: In the index, in the order of the words; one that is said twice is there twice.
        rarities: The inverse document frequency of each.
        total: Of all.
    """

    rows: tuple[int, ...]
    rarities: tuple[float, ...]
    total: float

    def measure_asked(self, asked: frozenset[int]) -> float:
        """Of the rarity, the share that these terms have."""
        if asked.isdisjoint(self.rows):
            return 0.0
        shared = sum(rarity for row, rarity in zip(self.rows, self.rarities, strict=True) if row in asked)
        return shared / max(self.total, 1e-9)


def make_name_terms(rows: Sequence[int], rarities: Sequence[float]) -> NameTerms:
    """The terms of words, by their rows, -1 for a stop word, with their rarities."""
    if -1 in rows:
        content = [place for place, row in enumerate(rows) if row >= 0]
        rows, rarities = [rows[place] for place in content], [rarities[place] for place in content]
    return NameTerms(tuple(rows), tuple(rarities), sum(rarities))
