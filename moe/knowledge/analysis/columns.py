"""What an index keeps of passages, in columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]


class EntryColumns(msgspec.Struct, frozen=True, eq=False):
    """Entries of a table, one passage after another.

    Attributes:
        sizes: How many each passage has.
        keys: Of each entry; no passage has one twice.
        info: What is noted of each.
    """

    sizes: NDArray[np.int32]
    keys: Keys
    info: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PassageColumns:
    """What passages add to the index.

    Attributes:
        strings: The different words, folded, in the order of their keys.
        word_keys: Their keys, ascending.
        word_term_keys: Keys of their stems; 0 for a stop word.
        words: The words of title, section and text of all passages in order, by place among the different ones.
        marks: Flags of each (`moe.knowledge.analysis.marks`).
        sizes: How many words each passage has.
        lengths: How many terms, repeats counted.
        terms: Stems, with count and flags (`moe.knowledge.analysis.entries`).
        names: Names, with their weight, 1 to `WEIGHT_SCALE`.
        phrases: Capitalised phrases, with 1 if one stands in the title or the first sentences, else 0.
    """

    strings: Sequence[str]
    word_keys: Keys
    word_term_keys: Keys
    words: NDArray[np.int32]
    marks: NDArray[np.uint8]
    sizes: NDArray[np.int32]
    lengths: NDArray[np.int32]
    terms: EntryColumns
    names: EntryColumns
    phrases: EntryColumns

    def __len__(self) -> int:
        return len(self.sizes)


def build_entries(
    passages: int,
    owners: NDArray[Any],
    different: Keys,
    places: NDArray[Any],
    flags: NDArray[np.uint8],
    is_counted: NDArray[np.bool_] | None = None,
) -> tuple[EntryColumns, NDArray[np.int64]]:
    """A table from rows in any order; flags of the same passage and key are united.

    Args:
        passages: How many there are.
        owners: The passage of each row.
        different: All keys, ascending.
        places: The place of each row's key among them.
        flags: Of each row.
        is_counted: Rows without which an entry is none; None for all.

    Returns:
        The table, by passage, then key, and how many counted rows are in each of its entries.
    """
    if not len(owners):
        nothing = EntryColumns(np.zeros(passages, np.int32), np.empty(0, np.uint64), np.empty(0, np.uint8))
        return nothing, np.empty(0, np.int64)
    cells = owners.astype(np.int64) * len(different) + places
    order = cells.argsort(kind="stable")
    cells = cells[order]
    begins = np.flatnonzero(np.append([True], cells[1:] != cells[:-1]))
    info = np.bitwise_or.reduceat(flags[order], begins)
    counts = np.diff(np.append(begins, len(cells)))
    first = order[begins]
    if is_counted is not None:
        counts = np.add.reduceat(is_counted[order].astype(np.int64), begins)
        first, info, counts = first[counts > 0], info[counts > 0], counts[counts > 0]
    sizes = np.bincount(owners[first], minlength=passages).astype(np.int32)
    return EntryColumns(sizes, different[places[first]], info), counts
