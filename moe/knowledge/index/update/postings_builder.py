"""Making postings: from columns in any order, and from several tables with their members renumbered."""

from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from moe.knowledge.analysis.columns import EntryColumns
from moe.knowledge.index.format.postings import Info, Keys, Numbers, Postings, Starts
from moe_kit.arrays import list_different

MOST_SORTED = 1 << 22  # entries in one go: what sorting needs beside the tables is bounded by it


class PostingsCollector:
    """Takes a table's entries member by member; sorted away in parts, so that they stay small."""

    def __init__(self, *, most_sorted: int = MOST_SORTED) -> None:
        self._most_sorted = most_sorted
        self._parts: list[Postings] = []
        self._reset()

    def add(self, first_member: int, entries: EntryColumns) -> None:
        """Add members that follow one another, with their keys and what is noted of each; in ascending order."""
        self._keys.frombytes(entries.keys.tobytes())
        self._info += entries.info.tobytes()
        members = np.arange(first_member, first_member + len(entries.sizes), dtype=np.int32)
        self._members.frombytes(members.tobytes())
        self._sizes.frombytes(entries.sizes.tobytes())
        if len(self._keys) >= self._most_sorted:
            self._seal()

    def finish(self) -> list[Postings]:
        """All entries as tables whose members follow one another; the collector is empty then."""
        self._seal()
        parts, self._parts = self._parts, []
        return parts

    def _seal(self) -> None:
        if self._keys:
            members = np.repeat(np.asarray(self._members, np.int32), np.asarray(self._sizes, np.int32))
            info = np.frombuffer(self._info, np.uint8)
            self._parts.append(build_postings(np.asarray(self._keys, np.uint64), members, info))
            self._reset()

    def _reset(self) -> None:
        self._keys = array("Q")
        self._info = bytearray()
        self._members = array("i")
        self._sizes = array("i")


def build_postings(keys: Keys, members: Numbers, info: Info) -> Postings:
    """A table from columns of entries, in which a key's members ascend."""
    order = keys.argsort(kind="stable")
    keys = keys[order]
    is_first = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=is_first[1:])
    starts = np.append(np.flatnonzero(is_first), len(keys)).astype(np.int64)
    return Postings(keys=keys[is_first], starts=starts, members=members[order], info=info[order])


def merge_postings(
    parts: Sequence[Postings], numbers: Sequence[Numbers | None], *, most_sorted: int = MOST_SORTED
) -> Postings:
    """One table from several.

    Args:
        parts: The tables; no entry (key, member) may be in two of them once renumbered.
        numbers: For each part the new number of each member, -1 for one to leave out; None keeps them all as they are.
        most_sorted: Entries sorted at a time.
    """
    if len(parts) == 1 and numbers[0] is None:
        return parts[0]
    keys, rows = _unite(parts)
    sizes = np.zeros(len(keys), np.int64)
    for part, place in zip(parts, rows, strict=True):
        sizes[place] += np.diff(part.starts)
    total = int(sizes.sum())
    members, info = np.empty(total, np.int32), np.empty(total, np.uint8)
    filled = 0
    for begin, end in _cut(sizes, most_sorted):
        packed = np.concatenate([_pack(*columns, begin, end) for columns in zip(parts, rows, numbers, strict=True)])
        packed.sort()
        after = filled + len(packed)
        info[filled:after] = packed & np.uint64(0xFF)
        members[filled:after] = (packed >> np.uint64(8)) & np.uint64(0xFFFFFFFF)
        sizes[begin:end] = np.bincount((packed >> np.uint64(40)).astype(np.int64), minlength=end - begin)
        filled = after
    is_kept = sizes > 0
    starts = np.zeros(int(is_kept.sum()) + 1, np.int64)
    np.cumsum(sizes[is_kept], out=starts[1:])
    return Postings(keys=keys[is_kept], starts=starts, members=members[:filled], info=info[:filled])


def _unite(parts: Sequence[Postings]) -> tuple[Keys, list[Starts]]:
    """All keys, ascending, and for each part the places of its own among them."""
    if not parts:
        return np.empty(0, np.uint64), []
    keys = list_different(np.concatenate([part.keys for part in parts]))
    return keys, [keys.searchsorted(part.keys) for part in parts]


def _cut(sizes: Starts, most: int) -> Iterator[tuple[int, int]]:
    """Ranges of rows with at most `most` entries together, or of one row that has more."""
    ends = np.cumsum(sizes)
    borders = [0]
    while borders[-1] < len(sizes):
        taken = int(ends[borders[-1] - 1]) if borders[-1] else 0
        borders.append(max(borders[-1] + 1, int(ends.searchsorted(taken + most, side="right"))))
    yield from pairwise(borders)


def _pack(part: Postings, rows: Starts, numbers: Numbers | None, begin: int, end: int) -> Keys:
    """A part's entries in the rows [begin, end) as single numbers that sort by row, then member.

    24 bits of row, counted from `begin`, 32 of member, 8 of info: a range has no more rows than entries, so they fit.
    """
    first, stop = (int(place) for place in rows.searchsorted((begin, end)))
    starts = part.starts[first : stop + 1]
    entries = slice(int(starts[0]), int(starts[-1]))
    packed = np.repeat((rows[first:stop] - begin).astype(np.uint64) << np.uint64(40), np.diff(starts))
    packed |= part.info[entries]
    members = part.members[entries]
    if numbers is not None:
        members = numbers[members]
        packed, members = packed[members >= 0], members[members >= 0]
    packed |= members.astype(np.uint64) << np.uint64(8)
    return packed
