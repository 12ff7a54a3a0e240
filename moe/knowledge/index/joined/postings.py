"""The tables of several segments read as one."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.index.format.postings import Info, Keys, Numbers, Postings, Rows, Starts
from moe.knowledge.index.joined.lineup import Integers, Lineup


class DeadCounts(msgspec.Struct, frozen=True, eq=False):
    """How many dead passages the rows of a segment's table have.

    Attributes:
        rows: Those that have any, ascending.
        counts: Of each, above 0.
    """

    rows: Numbers
    counts: Numbers

    def of(self, rows: NDArray[Any]) -> Integers:
        """The counts of any rows."""
        if not len(self.rows):
            return np.zeros(len(rows), np.int64)
        at = np.minimum(self.rows.searchsorted(rows), len(self.rows) - 1)
        return np.where(self.rows[at] == rows, self.counts[at], 0).astype(np.int64)


class JoinedPostings:
    """One table of several: a key's row is that of the first segment that has it, counted through all segments."""

    def __init__(self, parts: Sequence[Postings], dead: Sequence[DeadCounts], lineup: Lineup) -> None:
        """Join tables.

        Args:
            parts: Of the segments.
            dead: What of them is dead.
            lineup: Numbers their passages.
        """
        self.parts = tuple(parts)
        self._dead = tuple(dead)
        self._has_dead = any(len(counts.rows) for counts in dead)
        self._lineup = lineup
        self._firsts = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
        self._rows: dict[int, Integers] = {}

    def __repr__(self) -> str:
        return f"<JoinedPostings of {len(self.parts)} tables>"

    def __len__(self) -> int:
        return int(self._firsts[-1])

    @property
    def key_columns(self) -> Sequence[Keys]:
        """All keys, some twice, and some that no living passage has."""
        return [part.keys for part in self.parts]

    @cached_property
    def _numbers(self) -> list[Numbers]:
        return [self._lineup.number_passages(part) for part in range(len(self.parts))]

    def rows_of(self, part: int, rows: NDArray[Any]) -> NDArray[Any]:
        """What rows of a segment's table are here."""
        if part == 0:
            return rows
        if part not in self._rows:
            self._rows[part] = self._find_any(self.parts[part].keys, most=part + 1)
        return np.asarray(self._rows[part][rows])

    def find(self, key: int) -> int:
        """The row of a key, or -1."""
        return int(self.find_many((key,))[0])

    def find_many(self, keys: Keys | Iterable[int]) -> Starts:
        """The rows of many keys, -1 for one that no living passage has."""
        rows = self._find_any(keys if isinstance(keys, np.ndarray) else np.fromiter(keys, np.uint64))
        if self._has_dead:
            known = np.flatnonzero(rows >= 0)
            rows[known[self.sizes(rows[known]) == 0]] = -1
        return rows

    def keys_of(self, rows: NDArray[Any]) -> Keys:
        """The keys of rows."""
        wanted = np.asarray(rows)
        return pick(wanted, self._firsts, [part.keys for part in self.parts], np.empty(len(wanted), np.uint64))

    def row(self, row: int) -> tuple[Numbers, Info]:
        """A row's members, ascending, and what is noted of them."""
        _, members, info = self.gather(np.array([row]))
        return members, info

    def gather(self, rows: NDArray[Any]) -> tuple[Starts, Numbers, Info]:
        """The entries of many rows, row after row: places among the rows, members, and what is noted of them."""
        pieces = [piece for piece in self._gather_parts(np.asarray(rows)) if len(piece[0])]
        if len(pieces) == 1:
            return pieces[0]
        if not pieces:
            return np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.uint8)
        places, members, info = (np.concatenate(column) for column in zip(*pieces, strict=True))
        order = np.lexsort((members, places))
        return places[order], members[order], info[order]

    def find_first(self, rows: NDArray[Any]) -> tuple[Numbers, Info]:
        """Of each row the first member, and what is noted of it."""
        places, members, info = self.gather(rows)
        at = places.searchsorted(np.arange(len(rows)))
        return members[at], info[at]

    def size(self, row: int) -> int:
        """How many living members a row has."""
        return int(self.sizes(np.array([row]))[0])

    def sizes(self, rows: NDArray[Any]) -> Starts:
        """The same for many rows."""
        total = np.zeros(len(rows), np.int64)
        for part, places, local in self.spread(rows):
            total[places] += self.parts[part].sizes(local) - self._dead[part].of(local)
        return total

    def spread(self, rows: NDArray[Any]) -> Iterator[tuple[int, Integers, NDArray[Any]]]:
        """For each segment that has any of some rows: its number, the places among them, and their rows there."""
        wanted = np.asarray(rows, np.int64)
        keys = self.keys_of(wanted)
        for part, table in enumerate(self.parts):
            first, stop = int(self._firsts[part]), int(self._firsts[part + 1])
            local = np.where((wanted >= first) & (wanted < stop), wanted - first, -1)
            earlier = np.flatnonzero(wanted < first)
            local[earlier] = table.find_many(keys[earlier])
            places = np.flatnonzero(local >= 0)
            if len(places):
                yield part, places, local[places]

    def _gather_parts(self, rows: NDArray[Any]) -> Iterator[tuple[Starts, Numbers, Info]]:
        for part, places, local in self.spread(rows):
            owners, members, info = self.parts[part].gather(local)
            numbers = self._numbers[part][members]
            if len(self._dead[part].rows):
                is_alive = numbers >= 0
                owners, numbers, info = owners[is_alive], numbers[is_alive], info[is_alive]
            yield places[owners], numbers, info

    def _find_any(self, keys: Keys, *, most: int | None = None) -> Integers:
        """The rows of keys, of the dead as well."""
        rows = np.full(len(keys), -1, np.int64)
        for part, first in zip(self.parts[:most], self._firsts.tolist(), strict=False):
            missing = np.flatnonzero(rows < 0)
            if not len(missing):
                break
            found = part.find_many(keys[missing])
            rows[missing] = np.where(found >= 0, found + first, -1)
        return rows


class JoinedRows:
    """For each passage the rows of a joined table that it is in."""

    def __init__(self, parts: Sequence[Rows], table: JoinedPostings, lineup: Lineup) -> None:
        self._parts = tuple(parts)
        self._table = table
        self._lineup = lineup

    def gather(self, members: NDArray[Any]) -> tuple[Starts, NDArray[Any]]:
        """The rows of many members, by key: places among the members, and the rows."""
        owners, rows = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        parts, locals_ = self._lineup.place_passages(members)
        for part, table in enumerate(self._parts):
            places = np.flatnonzero(parts == part)
            if len(places):
                own, found = table.gather(locals_[places])
                owners.append(places[own])
                rows.append(self._table.rows_of(part, found))
        all_owners = np.concatenate(owners)
        order = np.argsort(all_owners, kind="stable")
        return all_owners[order], np.concatenate(rows)[order]


def pick(rows: NDArray[Any], firsts: NDArray[Any], columns: Sequence[NDArray[Any]], into: NDArray[Any]) -> NDArray[Any]:
    """The items of rows that are counted through several columns.

    Args:
        rows: Each below the columns' length together.
        firsts: The row at which each column begins, and the end.
        columns: One after another.
        into: Takes the items, shape (rows, ...).
    """
    for part, column in enumerate(columns):
        places = np.flatnonzero((rows >= firsts[part]) & (rows < firsts[part + 1]))
        if len(places) == len(rows):
            return np.asarray(column[rows - firsts[part]])
        into[places] = column[rows[places] - firsts[part]]
    return into
