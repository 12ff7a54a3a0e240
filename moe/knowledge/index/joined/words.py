"""The words of several segments read as one table."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.index.format.postings import Keys, Numbers
from moe.knowledge.index.format.tokens import WordTable
from moe.knowledge.index.joined.lineup import Integers
from moe.knowledge.index.joined.postings import JoinedPostings, pick


class JoinedWords:
    """One table of several: a word's row is that of the first segment that has it, counted through all segments."""

    def __init__(self, parts: Sequence[WordTable], terms: JoinedPostings) -> None:
        """Join tables.

        Args:
            parts: Of the segments.
            terms: All terms.
        """
        self._parts = tuple(parts)
        self._terms = terms
        self._firsts = np.concatenate([[0], np.cumsum([len(part.keys) for part in parts])])
        self._rows: dict[int, Numbers] = {}

    def __repr__(self) -> str:
        return f"<JoinedWords of {len(self._parts)} tables>"

    def rows_of(self, part: int, rows: NDArray[Any]) -> NDArray[Any]:
        """What rows of a segment's table are here."""
        if part == 0:
            return rows
        if part not in self._rows:
            self._rows[part] = self._find(self._parts[part].keys, part + 1)
        return np.asarray(self._rows[part][rows])

    def find_many(self, keys: Keys) -> Numbers:
        """The rows of words by key, -1 for one that is not there."""
        return self._find(keys, len(self._parts))

    def keys_of(self, rows: NDArray[Any]) -> Keys:
        """The words' keys."""
        wanted = np.asarray(rows)
        return pick(wanted, self._firsts, [part.keys for part in self._parts], np.empty(len(wanted), np.uint64))

    def terms_of(self, rows: NDArray[Any]) -> NDArray[Any]:
        """The row of each word's stem among the terms; -1 for a stop word."""
        wanted = np.asarray(rows)
        terms: Integers = np.empty(len(wanted), np.int64)
        for part, table in enumerate(self._parts):
            places = np.flatnonzero((wanted >= self._firsts[part]) & (wanted < self._firsts[part + 1]))
            if len(places):
                local = table.terms[wanted[places] - self._firsts[part]]
                terms[places] = np.where(local >= 0, self._terms.rows_of(part, np.maximum(local, 0)), -1)
        return terms

    def beginnings_of(self, rows: NDArray[Any]) -> Keys:
        """Keys of the first letters. Shape (rows, 3)."""
        wanted = np.asarray(rows)
        columns = [part.beginnings for part in self._parts]
        return pick(wanted, self._firsts, columns, np.empty((len(wanted), 3), np.uint64))

    def read_strings(self, rows: NDArray[Any]) -> list[str]:
        """The words themselves."""
        wanted = np.asarray(rows)
        parts = self._firsts.searchsorted(wanted, side="right") - 1
        found = [""] * len(wanted)
        for part, table in enumerate(self._parts):
            places = np.flatnonzero(parts == part)
            for place, text in zip(
                places.tolist(), table.strings.read(wanted[places] - self._firsts[part]), strict=True
            ):
                found[place] = text
        return found

    def _find(self, keys: Keys, most: int) -> Numbers:
        rows = np.full(len(keys), -1, np.int32)
        for part, first in zip(self._parts[:most], self._firsts.tolist(), strict=False):
            missing = np.flatnonzero(rows < 0)
            found = part.find_many(keys[missing])
            rows[missing] = np.where(found >= 0, found + first, -1)
        return rows
