"""A new index from stretches of others: nothing is analysed again."""

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.index.format.layout import TABLES, TEXT
from moe.knowledge.index.format.postings import Arrays, Numbers, take_postings
from moe.knowledge.index.format.strings import join_strings, take_strings
from moe.knowledge.index.format.tokens import join_tokens
from moe.knowledge.index.joined.lineup import Stretch
from moe.knowledge.index.update.postings_builder import merge_postings

_CHUNK_BYTES = 1 << 24  # copied at once: memory does not grow with the segment


def combine(parts: Sequence[Arrays], stretches: Sequence[Stretch], text: BinaryIO) -> Arrays:
    """The arrays of the stretches' documents in that order, as a builder would make them of these documents.

    Args:
        parts: Arrays with their text.
        stretches: Each document of a part at most once.
        text: Where the texts are written to.
    """
    places = list(_place(parts, stretches))
    _copy_texts(places, text)
    arrays = {column: _join_column(places, column) for column in _COLUMNS}
    numbers = _renumber(parts, places)
    for table in TABLES:
        arrays |= merge_postings([take_postings(part, table) for part in parts], numbers).name_arrays(table)
    for column in ("documents.ids", "documents.titles", "documents.records"):
        arrays |= join_strings(
            (take_strings(place.arrays, column), place.first, place.stop) for place in places
        ).name_arrays(column)
    sections = [(take_strings(place.arrays, "passages.sections"), place.begin, place.end) for place in places]
    arrays |= join_tokens(parts, [(place.part, place.begin, place.end) for place in places])
    return arrays | join_strings(sections).name_arrays("passages.sections")


class _Place(NamedTuple):
    """A stretch: its documents [first, stop), passages [begin, end) and bytes from `byte`, and how far each moves."""

    part: int
    arrays: Arrays
    first: int
    stop: int
    begin: int
    end: int
    byte: int
    byte_end: int
    document_shift: int
    passage_shift: int
    byte_shift: int


def _place(parts: Sequence[Arrays], stretches: Sequence[Stretch]) -> Iterator[_Place]:
    documents, passages, size = 0, 0, 0
    for part, first, stop in stretches:
        begin, end = (int(parts[part]["documents.passages"][border]) for border in (first, stop))
        byte, byte_end = (int(parts[part]["documents.text_starts"][border]) for border in (first, stop))
        shifts = (documents - first, passages - begin, size - byte)
        yield _Place(part, parts[part], first, stop, begin, end, byte, byte_end, *shifts)
        documents += stop - first
        passages += end - begin
        size += byte_end - byte


# For each column: the slice that a stretch takes of it, and how much the numbers in it move.
_Rule = tuple[Callable[[_Place], slice], Callable[[_Place], int], type[np.generic]]


def _get_passages(place: _Place) -> slice:
    return slice(place.begin, place.end)


def _get_documents(place: _Place) -> slice:
    return slice(place.first, place.stop)


def _get_borders(place: _Place) -> slice:
    return slice(place.first + 1, place.stop + 1)


def _stay(_place: _Place) -> int:
    return 0


_COLUMNS: dict[str, _Rule] = {
    "passages.starts": (_get_passages, _stay, np.int32),
    "passages.ends": (_get_passages, _stay, np.int32),
    "passages.lengths": (_get_passages, _stay, np.int32),
    "passages.documents": (_get_passages, attrgetter("document_shift"), np.int32),
    "passages.text_starts": (_get_passages, attrgetter("byte_shift"), np.int64),
    "passages.text_ends": (_get_passages, attrgetter("byte_shift"), np.int64),
    "documents.passages": (_get_borders, attrgetter("passage_shift"), np.int32),
    "documents.text_starts": (_get_borders, attrgetter("byte_shift"), np.int64),
    "documents.is_atomic": (_get_documents, _stay, np.uint8),
    "passages.checksums": (_get_passages, _stay, np.uint32),
    "documents.checksums": (_get_documents, _stay, np.uint32),
}


def _join_column(places: Sequence[_Place], column: str) -> NDArray[Any]:
    get_slice, get_shift, kind = _COLUMNS[column]
    pieces = [np.zeros(int(get_slice is _get_borders), kind)]  # borders begin with 0
    for place in places:
        piece, shift = place.arrays[column][get_slice(place)], get_shift(place)
        pieces.append(piece + kind(shift) if shift else piece)
    return np.concatenate(pieces)


def _renumber(parts: Sequence[Arrays], places: Sequence[_Place]) -> list[Numbers | None]:
    """For each part the new number of each of its passages, -1 for one that is left out."""
    numbers: list[Numbers | None] = []
    for part, arrays in enumerate(parts):
        new = np.full(len(arrays["passages.lengths"]), -1, np.int32)
        for place in places:
            if place.part == part:
                begin = place.begin + place.passage_shift
                new[place.begin : place.end] = np.arange(begin, place.end + place.passage_shift, dtype=np.int32)
        numbers.append(new)
    return numbers


def _copy_texts(places: Sequence[_Place], text: BinaryIO) -> None:
    for place in places:
        data = place.arrays[TEXT]
        for begin in range(place.byte, place.byte_end, _CHUNK_BYTES):
            text.write(data[begin : min(place.byte_end, begin + _CHUNK_BYTES)].tobytes())
