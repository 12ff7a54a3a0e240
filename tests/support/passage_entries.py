"""What passages add to the index, as dictionaries to look at."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from moe.knowledge.analysis.analyser import PassageAnalyser
from moe.knowledge.analysis.columns import EntryColumns
from moe_core.contracts.evidence import Passage


@dataclass(frozen=True)
class PassageEntries:
    """What one passage adds to the index."""

    words: list[str]
    marks: list[int]
    length: int
    terms: dict[int, int]
    names: dict[int, int]
    phrases: dict[int, int]


def list_entries(*passages: tuple[Passage, bool]) -> list[PassageEntries]:
    """The entries of passages that are read together; each with whether its document begins with it."""
    read = PassageAnalyser().read(passages)
    ends = np.cumsum(read.sizes).tolist()
    tables = [_split_table(table) for table in (read.terms, read.names, read.phrases)]
    return [
        PassageEntries(
            [read.strings[place] for place in read.words[begin:end].tolist()],
            read.marks[begin:end].tolist(),
            length,
            *tables_of,
        )
        for begin, end, length, *tables_of in zip([0, *ends], ends, read.lengths.tolist(), *tables, strict=False)
    ]


def _split_table(table: EntryColumns) -> list[dict[int, int]]:
    ends = np.cumsum(table.sizes).tolist()
    pairs = list(zip(table.keys.tolist(), table.info.tolist(), strict=True))
    assert all(len(pairs[begin:end]) == len(dict(pairs[begin:end])) for begin, end in pairwise([0, *ends]))
    return [dict(pairs[begin:end]) for begin, end in pairwise([0, *ends])]


def make_entries(passage: Passage, *, is_first: bool = True) -> PassageEntries:
    """The entries of a passage that is read alone."""
    (entries,) = list_entries((passage, is_first))
    return entries
