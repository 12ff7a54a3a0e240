"""Where capitalised phrases that join passages stand in their texts."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.graph.links.mentions import NameReader
from moe.knowledge.graph.links.name_terms import NameTerms, make_name_terms
from moe.knowledge.graph.links.text_batch import TextBatch
from moe.knowledge.graph.question.runs import KeySieve
from moe.knowledge.index.format.index import PassageIndex

_MOST_HOLDERS = 200  # passages of one phrase, beyond which it joins nothing
_USUALLY_LOWER = 0.5  # share of passages that write a word small, above which it is no name
MOST_PHRASES = 40  # chosen: of a passage, the rarest; only long ones have more, and recall is the same without these
_SIEVE_BITS = 14  # at least: few other keys pass

Integers = NDArray[np.int64]

PHRASE_COLUMNS = (
    "row",  # the phrase's in the index
    "first",  # its first word, where it first stands, counted within the passage
    "stop",  # the word after its last
    "in_lead",  # 1 where it stands in the passage's lead anywhere
    "spread",  # passages that hold it
)
AT = {name: place for place, name in enumerate(PHRASE_COLUMNS)}


class PhrasePlaces(NamedTuple):
    """The phrases of a passage that others hold too, by key.

    Attributes:
        table: Shape (phrases, `PHRASE_COLUMNS`).
        terms: Of each.
    """

    table: Integers
    terms: list[NameTerms]


_NOTHING = PhrasePlaces(np.zeros((0, len(PHRASE_COLUMNS)), dtype=np.int64), [])


class PhraseReader:
    """Finds the phrases of passages that two or more hold."""

    def __init__(self, index: PassageIndex, names: NameReader) -> None:
        """Prepare for an index.

        Args:
            index: The passages.
            names: Tells names from other words.
        """
        self._index = index
        self._names = names
        self._terms: dict[int, NameTerms | None] = {}  # by row, as far as it was asked; None for what is no name

    def forget(self) -> None:
        """Let go of what was remembered of phrases."""
        self._terms = {}

    def read(self, batch: TextBatch) -> list[PhrasePlaces]:
        """The phrases of each of some passages."""
        index, numbers = self._index, batch.numbers
        owners, rows = index.phrase_rows.gather(np.asarray(numbers))
        sizes = index.phrases.sizes(rows)
        fits = np.flatnonzero((sizes >= 2) & (sizes <= _MOST_HOLDERS))
        fits = fits[find_rarest(owners[fits], sizes[fits], most=MOST_PHRASES)]
        if not len(fits):
            return [_NOTHING] * len(numbers)
        owners, rows, sizes = owners[fits], rows[fits], sizes[fits]
        table = self._find(owners, rows, sizes, batch)
        begins = batch.texts.tokens.starts[table[:, 0]]
        known = self._terms
        found: list[list[Sequence[int]]] = [[] for _ in numbers]
        terms: list[list[NameTerms]] = [[] for _ in numbers]
        for (owner, row, first, *more), begin in zip(table.tolist(), begins.tolist(), strict=True):
            if row not in known:
                span = slice(first, more[0])
                known[row] = self._make_terms(batch.terms[span].tolist(), batch.rarities[span].tolist())
            own = known[row]
            if own is not None:
                found[owner].append((row, first - begin, more[0] - begin, *more[1:]))
                terms[owner].append(own)
        return [
            PhrasePlaces(np.array(own, dtype=np.int64), own_terms) if own else _NOTHING
            for own, own_terms in zip(found, terms, strict=True)
        ]

    def _find(self, owners: Integers, rows: Integers, sizes: Integers, batch: TextBatch) -> Integers:
        """Where phrases first stand in texts.

        Args:
            owners: The place of each phrase's passage in the batch.
            rows: Of each in the index.
            sizes: How many passages hold each.
            batch: The passages.

        Returns:
            A line for each that stands in its text, in their order: its passage, then `PHRASE_COLUMNS`; words are
            counted over all texts.
        """
        keys = self._index.phrases.keys_of(rows)
        firsts, lengths, sums = batch.runs.find(KeySieve([keys], bits=max(_SIEVE_BITS, (len(keys) << 6).bit_length())))
        by_key = np.argsort(keys, kind="stable")
        at = np.minimum(keys.searchsorted(sums, sorter=by_key), len(keys) - 1)
        is_phrase = keys[by_key[at]] == sums
        firsts, lengths, phrases = firsts[is_phrase], lengths[is_phrase], by_key[at[is_phrase]]
        # The same phrase has one length: what comes first stands first.
        size = len(self._index.phrases)
        cells, where, which = np.unique(
            batch.texts.tokens.owners[firsts] * size + rows[phrases], return_index=True, return_inverse=True
        )
        if not len(cells):
            return np.zeros((0, 1 + len(PHRASE_COLUMNS)), dtype=np.int64)
        in_lead = np.zeros(len(cells), dtype=np.int64)
        in_lead[which[batch.texts.is_in_lead(firsts)]] = 1
        wanted = owners * size + rows
        places = np.minimum(cells.searchsorted(wanted), len(cells) - 1)
        is_there = cells[places] == wanted
        places, first = places[is_there], firsts[where[places[is_there]]]
        stop = first + lengths[where[places]]
        return np.column_stack((owners[is_there], rows[is_there], first, stop, in_lead[places], sizes[is_there]))

    def _make_terms(self, rows: Sequence[int], rarities: Sequence[float]) -> NameTerms | None:
        """The terms of a phrase; None for one that is no name by how it is written elsewhere."""
        terms = make_name_terms(rows, rarities)
        is_common = len(rows) == 1 and any(self._names.find_lower_share(own) > _USUALLY_LOWER for own in terms.rows)
        return terms if terms.rows and not is_common else None


def find_rarest(owners: Integers, sizes: Integers, *, most: int) -> Integers:
    """Which lines to keep, in their order: of each owner those of the least size, the first of equals.

    Args:
        owners: Whose each line is, ascending.
        sizes: Of each.
        most: Lines of an owner.
    """
    if not len(owners) or np.bincount(owners).max() <= most:
        return np.arange(len(owners))
    order = np.lexsort((sizes, owners))
    return np.sort(order[np.arange(len(order)) - owners.searchsorted(owners) < most])
