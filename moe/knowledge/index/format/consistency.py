"""Whether the arrays of an index fit together."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.index.format.content_sums import sum_passage
from moe.knowledge.index.format.layout import TABLES, TEXT, TYPES
from moe.knowledge.index.format.postings import Arrays, take_postings
from moe.knowledge.index.format.segment import SegmentIndex
from moe.knowledge.index.update.derived_arrays import derive_arrays

# Columns of strings, and an array that has an item for each.
_STRINGS = {
    "passages.sections": "passages.lengths",
    "documents.ids": "documents.is_atomic",
    "documents.titles": "documents.is_atomic",
    "documents.records": "documents.is_atomic",
    "words.strings": "words.keys",
}
_MOST_LOOKED_AT = 1 << 22  # in one go: memory does not grow with the index


def find_contradictions(arrays: Arrays) -> Iterator[str]:
    """What does not fit, a line each; the first kind that is found ends the search, as others would follow from it."""
    checks: tuple[Callable[[Arrays], Iterator[str]], ...] = (
        _check_borders,
        _check_spans,
        _check_tables,
        _check_words,
        _check_derived,
        _check_texts,
    )
    for check in checks:
        found = list(check(arrays))
        yield from found
        if found:
            return


def _check_borders(arrays: Arrays) -> Iterator[str]:
    """Arrays that say where things begin: from 0, never backwards, to the end of what they divide."""
    passages, documents = len(arrays["passages.lengths"]), len(arrays["documents.is_atomic"])
    for column, like in _STRINGS.items():
        yield from _check_starts(arrays, f"{column}.starts", len(arrays[like]), len(arrays[f"{column}.data"]))
    for table in TABLES:
        entries = len(arrays[f"{table}.members"])
        yield from _check_starts(arrays, f"{table}.starts", len(arrays[f"{table}.keys"]), entries)
        yield from _check_length(arrays, f"{table}.info", entries)
    yield from _check_starts(arrays, "phrases_of.starts", passages, len(arrays["phrases_of.rows"]))
    yield from _check_starts(arrays, "tokens.starts", passages, len(arrays["tokens.words"]))
    yield from _check_length(arrays, "tokens.marks", len(arrays["tokens.words"]))
    yield from _check_length(arrays, "words.term_keys", len(arrays["words.keys"]))
    yield from _check_starts(arrays, "documents.passages", documents, passages)
    yield from _check_starts(arrays, "documents.text_starts", documents, len(arrays[TEXT]))
    for column in TYPES:
        if column.startswith("passages.") and column.count(".") == 1:
            yield from _check_length(arrays, column, passages)


def _check_length(arrays: Arrays, name: str, expected: int) -> Iterator[str]:
    if len(arrays[name]) != expected:
        yield f"{name} has {len(arrays[name])} items instead of {expected}"


def _check_starts(arrays: Arrays, name: str, count: int, end: int) -> Iterator[str]:
    starts = arrays[name]
    if len(starts) != count + 1 or starts[0] != 0 or starts[-1] != end or not _is_rising(starts):
        yield f"{name} does not divide what it should"


def _check_spans(arrays: Arrays) -> Iterator[str]:
    """Passages lie in their documents, one after another."""
    documents, firsts = arrays["passages.documents"], arrays["documents.passages"]
    if not np.array_equal(documents, np.repeat(np.arange(len(firsts) - 1), np.diff(firsts))):
        yield "passages.documents does not fit documents.passages"
        return
    borders = arrays["documents.text_starts"]
    begins, ends = arrays["passages.text_starts"], arrays["passages.text_ends"]
    if np.any(begins < borders[documents]) or np.any(ends > borders[documents + 1]) or np.any(begins >= ends):
        yield "a passage lies outside its document"
    if np.any(begins[1:] < ends[:-1]) or np.any(arrays["passages.starts"] < 0):
        yield "passages overlap"


def _check_tables(arrays: Arrays) -> Iterator[str]:
    passages = len(arrays["passages.lengths"])
    for name in TABLES:
        table = take_postings(arrays, name)
        if not _is_rising(table.keys, strictly=True) or not _is_rising(table.starts, strictly=True):
            yield f"the keys of {name} are not in order, or a row of it is empty"
        is_row_start = np.zeros(len(table.members) + 1, np.bool_)
        is_row_start[table.starts] = True
        for begin in range(0, len(table.members), _MOST_LOOKED_AT):
            members = table.members[begin : begin + _MOST_LOOKED_AT + 1]
            if np.any((members < 0) | (members >= passages)):
                yield f"{name} names a passage that is not there"
                break
            if np.any((members[1:] <= members[:-1]) & ~is_row_start[begin + 1 : begin + len(members)]):
                yield f"the passages in a row of {name} are not in order"
                break


def _check_words(arrays: Arrays) -> Iterator[str]:
    count, words = len(arrays["words.keys"]), arrays["tokens.words"]
    if not _is_rising(arrays["words.keys"], strictly=True):
        yield "words.keys are not in order"
    for begin in range(0, len(words), _MOST_LOOKED_AT):
        piece = words[begin : begin + _MOST_LOOKED_AT]
        if np.any((piece < 0) | (piece >= count)):
            yield "tokens.words names a word that is not there"
            break


def _check_derived(arrays: Arrays) -> Iterator[str]:
    """What follows from other arrays is made again, and compared."""
    for name, array in derive_arrays(arrays).items():
        if not np.array_equal(array, arrays[name]):
            yield f"{name} does not follow from the rest"


def _check_texts(arrays: Arrays) -> Iterator[str]:
    """Every passage can be decoded, has as many characters as it should, and is what was summed up."""
    index = SegmentIndex(arrays)
    for number, expected in enumerate(arrays["passages.checksums"].tolist()):
        try:
            passage = index.get_passage(number)
            is_right = len(passage.text) == passage.end - passage.start and sum_passage(passage) == expected
        except UnicodeDecodeError:
            is_right = False
        if not is_right:
            yield f"passage {number} cannot be what was read"
            return


def _is_rising(array: NDArray[Any], *, strictly: bool = False) -> bool:
    return bool(np.all(array[1:] > array[:-1] if strictly else array[1:] >= array[:-1]))
