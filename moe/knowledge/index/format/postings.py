"""A table from 64-bit keys to the numbers that have them, as sorted arrays that may lie in a mapped file."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Starts = NDArray[np.int64]
Numbers = NDArray[np.int32]
Info = NDArray[np.uint8]
Arrays = Mapping[str, NDArray[Any]]


class PostingsTable(Protocol):
    """Rows of members, one row a key, as whoever looks things up sees them."""

    def __len__(self) -> int:
        """One more than the highest row; not every row below it need have members."""
        ...

    @property
    def key_columns(self) -> Sequence[Keys]:
        """All keys, perhaps some twice, and some that no member has any more."""
        ...

    def find(self, key: int) -> int:
        """The row of a key, or -1."""
        ...

    def find_many(self, keys: Keys | Iterable[int]) -> Starts:
        """The rows of many keys, -1 for one that is not there."""
        ...

    def keys_of(self, rows: NDArray[Any]) -> Keys:
        """The keys of rows."""
        ...

    def row(self, row: int) -> tuple[Numbers, Info]:
        """A row's members, ascending, and what is noted of them; never to be written to."""
        ...

    def gather(self, rows: NDArray[Any]) -> tuple[Starts, Numbers, Info]:
        """The entries of many rows, row after row: places among the rows, members, and what is noted of them."""
        ...

    def find_first(self, rows: NDArray[Any]) -> tuple[Numbers, Info]:
        """Of each row the first member, and what is noted of it."""
        ...

    def size(self, row: int) -> int:
        """How many members a row has."""
        ...

    def sizes(self, rows: NDArray[Any]) -> Starts:
        """The same for many rows."""
        ...


class MemberRows(Protocol):
    """For each member of a table, the rows it is in."""

    def gather(self, members: NDArray[Any]) -> tuple[Starts, NDArray[Any]]:
        """The rows of many members, by key: places among the members, and the rows."""
        ...


class Postings(msgspec.Struct, frozen=True, eq=False):
    """Rows of members, one row a key. Rows are never empty.

    Attributes:
        keys: Of shape (rows,), ascending.
        starts: Of shape (rows + 1,); row r has the entries [starts[r], starts[r + 1]).
        members: Of shape (entries,), ascending within a row.
        info: Of shape (entries,); what the table notes of a member.
    """

    keys: Keys
    starts: Starts
    members: Numbers
    info: Info

    def __repr__(self) -> str:
        return f"<Postings of {len(self)} keys, {len(self.members)} entries>"

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def key_columns(self) -> Sequence[Keys]:
        """All keys."""
        return (self.keys,)

    def keys_of(self, rows: NDArray[Any]) -> Keys:
        """The keys of rows."""
        return np.asarray(self.keys[rows])

    def find(self, key: int) -> int:
        """The row of a key, or -1."""
        row = int(self.keys.searchsorted(np.uint64(key)))
        return row if row < len(self.keys) and int(self.keys[row]) == key else -1

    def find_many(self, keys: Keys | Iterable[int]) -> Starts:
        """The rows of many keys, -1 for one that is not there."""
        wanted = keys if isinstance(keys, np.ndarray) else np.fromiter(keys, np.uint64)
        if not len(self.keys):
            return np.full(len(wanted), -1, np.int64)
        rows = self.keys.searchsorted(wanted)
        rows[rows == len(self.keys)] = 0
        return np.where(self.keys[rows] == wanted, rows, -1)

    def row(self, row: int) -> tuple[Numbers, Info]:
        """A row's members and what is noted of them; views, not copies."""
        begin, end = int(self.starts[row]), int(self.starts[row + 1])
        return self.members[begin:end], self.info[begin:end]

    def gather(self, rows: NDArray[Any]) -> tuple[Starts, Numbers, Info]:
        """The entries of many rows: places among the rows, the members, and what is noted of them."""
        begins = self.starts[rows]
        sizes = self.starts[rows + 1] - begins
        places = spread_ranges(begins, sizes)
        return np.repeat(np.arange(len(rows)), sizes), self.members[places], self.info[places]

    def find_first(self, rows: NDArray[Any]) -> tuple[Numbers, Info]:
        """Of each row the first member, and what is noted of it."""
        begins = self.starts[rows]
        return self.members[begins], self.info[begins]

    def size(self, row: int) -> int:
        """How many members a row has."""
        return int(self.starts[row + 1]) - int(self.starts[row])

    def sizes(self, rows: NDArray[Any]) -> Starts:
        """The same for many rows."""
        return np.asarray(self.starts[rows + 1] - self.starts[rows])

    def name_arrays(self, table: str) -> dict[str, NDArray[Any]]:
        """The four arrays as they are stored, "<table>.keys" and so on."""
        return {
            f"{table}.keys": self.keys,
            f"{table}.starts": self.starts,
            f"{table}.members": self.members,
            f"{table}.info": self.info,
        }


class Rows(msgspec.Struct, frozen=True, eq=False):
    """For each member of a table, the rows it is in.

    Attributes:
        starts: Of shape (members + 1,).
        rows: Of shape (entries,), ascending within a member.
    """

    starts: Starts
    rows: Numbers

    def gather(self, members: NDArray[Any]) -> tuple[Starts, Numbers]:
        """The rows of many members: places among the members, and the rows."""
        begins = self.starts[members]
        sizes = self.starts[members + 1] - begins
        return np.repeat(np.arange(len(members)), sizes), self.rows[spread_ranges(begins, sizes)]


def take_postings(arrays: Arrays, table: str) -> Postings:
    """The table of that name among stored arrays."""
    return Postings(
        keys=arrays[f"{table}.keys"],
        starts=arrays[f"{table}.starts"],
        members=arrays[f"{table}.members"],
        info=arrays[f"{table}.info"],
    )


def transpose(postings: Postings, members: int) -> Rows:
    """The rows of each member.

    Args:
        postings: The table.
        members: How many members there are; all of the table's are below it.
    """
    counts = np.bincount(postings.members, minlength=members)
    starts = np.zeros(members + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    # A member and its row packed into one number: sorting numbers needs no second array of places.
    packed = np.repeat(np.arange(len(postings), dtype=np.uint64), np.diff(postings.starts))
    packed |= postings.members.astype(np.uint64) << np.uint64(32)
    packed.sort()
    return Rows(starts=starts, rows=(packed & np.uint64(0xFFFFFFFF)).astype(np.int32))


def spread_ranges(begins: Starts, sizes: Starts) -> Starts:
    """The places of all ranges [begin, begin + size), one range after another."""
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(begins - (ends - sizes), sizes) + np.arange(total)
