"""Columns of strings: all of them in one array of bytes, with the places where each begins."""

from array import array
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.index.format.postings import Arrays, Keys, Numbers, Starts, spread_ranges

Bytes = NDArray[np.uint8]


class StringColumn(msgspec.Struct, frozen=True, eq=False):
    """Strings by number.

    Attributes:
        starts: Of shape (strings + 1,).
        data: UTF-8.
    """

    starts: Starts
    data: Bytes

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> str:
        return decode_text(self.get_bytes(number))

    def read(self, numbers: NDArray[Any]) -> list[str]:
        """Many strings; quicker than one by one."""
        data = self.data.data
        spans = zip(self.starts[numbers].tolist(), self.starts[numbers + 1].tolist(), strict=True)
        return [str(data[begin:end], "utf-8", "surrogatepass") for begin, end in spans]

    def get_bytes(self, number: int) -> bytes:
        """A string as it is stored."""
        return self.data[int(self.starts[number]) : int(self.starts[number + 1])].tobytes()

    def name_arrays(self, column: str) -> dict[str, NDArray[Any]]:
        """The two arrays as they are stored."""
        return {f"{column}.starts": self.starts, f"{column}.data": self.data}


class StringCollector:
    """Takes strings one after another."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._ends = array("q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        return decode_text(bytes(self._data[self._ends[number] : self._ends[number + 1]]))

    def add(self, text: str | bytes) -> None:
        """Append a string."""
        self._data += text if isinstance(text, bytes) else encode_text(text)
        self._ends.append(len(self._data))

    def build(self) -> StringColumn:
        """What was added, as a column."""
        return StringColumn(starts=np.asarray(self._ends, np.int64), data=np.frombuffer(self._data, np.uint8))


def take_strings(arrays: Arrays, column: str) -> StringColumn:
    """The column of that name among stored arrays."""
    return StringColumn(starts=arrays[f"{column}.starts"], data=arrays[f"{column}.data"])


def join_strings(pieces: Iterable[tuple[StringColumn, int, int]]) -> StringColumn:
    """A column from stretches [begin, end) of others."""
    sizes, data = [np.zeros(1, np.int64)], [np.empty(0, np.uint8)]
    for column, begin, end in pieces:
        starts = column.starts[begin : end + 1]
        sizes.append(np.diff(starts))
        data.append(column.data[int(starts[0]) : int(starts[-1])])
    return StringColumn(starts=np.cumsum(np.concatenate(sizes)), data=np.concatenate(data))


def gather_strings(pieces: Iterable[tuple[StringColumn, Starts]], order: Starts) -> StringColumn:
    """A column from single strings of others.

    Args:
        pieces: Columns, each with the numbers of the strings to take.
        order: The strings taken, by place in the order of taking.
    """
    sizes, data = [np.zeros(1, np.int64)], [np.empty(0, np.uint8)]
    for column, numbers in pieces:
        sizes.append(np.diff(column.starts)[numbers])
        data.append(column.data[spread_ranges(column.starts[:-1][numbers], sizes[-1])])
    taken = StringColumn(starts=np.cumsum(np.concatenate(sizes)), data=np.concatenate(data))
    ordered = np.concatenate(sizes)[1:][order]
    starts = np.zeros(len(order) + 1, np.int64)
    np.cumsum(ordered, out=starts[1:])
    return StringColumn(starts=starts, data=taken.data[spread_ranges(taken.starts[:-1][order], ordered)])


class IdTable(msgspec.Struct, frozen=True, eq=False):
    """Finds the number of a string in a column.

    Attributes:
        keys: Ascending.
        numbers: Of the strings with these keys.
    """

    keys: Keys
    numbers: Numbers

    def find(self, text: str, column: StringColumn) -> int | None:
        """The number of a string, or None."""
        key = make_string_key(encode_text(text))
        place = int(self.keys.searchsorted(np.uint64(key)))
        while place < len(self.keys) and int(self.keys[place]) == key:
            number = int(self.numbers[place])
            if column[number] == text:
                return number
            place += 1
        return None


def build_id_table(column: StringColumn) -> IdTable:
    """The table that finds a column's strings."""
    keys = np.fromiter((make_string_key(column.get_bytes(place)) for place in range(len(column))), np.uint64)
    order = keys.argsort(kind="stable")
    return IdTable(keys=keys[order], numbers=order.astype(np.int32))


def make_string_key(data: bytes) -> int:
    """The 64-bit key of a string."""
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


def encode_text(text: str) -> bytes:
    """UTF-8; lone surrogates, which documents made by programs may hold, survive the way there and back."""
    return text.encode("utf-8", "surrogatepass")


def decode_text(data: bytes) -> str:
    """The text that was encoded."""
    return data.decode("utf-8", "surrogatepass")
