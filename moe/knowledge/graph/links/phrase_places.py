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
        if not len(fits):
            return [_NOTHING] * len(numbers)
        owners, rows, sizes = owners[fits].tolist(), rows[fits], sizes[fits].tolist()
        places = self._find(index.phrases.keys_of(rows), rows.tolist(), batch)
        starts = batch.texts.tokens.starts.tolist()
        found: list[list[tuple[int, ...]]] = [[] for _ in numbers]
        terms: list[list[NameTerms]] = [[] for _ in numbers]
        for owner, row, size in zip(owners, rows.tolist(), sizes, strict=True):
            place = places.get((owner, row))
            own = None if place is None else self._read_terms(row, batch, slice(*place[:2]))
            if place is not None and own is not None:
                first, stop, in_lead = place
                found[owner].append((row, first - starts[owner], stop - starts[owner], in_lead, size))
                terms[owner].append(own)
        return [
            PhrasePlaces(np.array(own, dtype=np.int64), own_terms) if own else _NOTHING
            for own, own_terms in zip(found, terms, strict=True)
        ]

    def _find(
        self, keys: NDArray[np.uint64], rows: Sequence[int], batch: TextBatch
    ) -> dict[tuple[int, int], tuple[int, int, bool]]:
        """By text and phrase: the first word where it first stands, the one after its last, whether a lead has it."""
        firsts, lengths, sums = batch.runs.find(KeySieve([keys], bits=max(_SIEVE_BITS, (len(keys) << 6).bit_length())))
        row_of = dict(zip(keys.tolist(), rows, strict=True))
        leads = batch.texts.is_in_lead(firsts).tolist()
        owners = batch.texts.tokens.owners[firsts].tolist()
        places: dict[tuple[int, int], tuple[int, int, bool]] = {}
        for first, length, key, owner, is_lead in zip(
            firsts.tolist(), lengths.tolist(), sums.tolist(), owners, leads, strict=True
        ):
            row = row_of.get(key)
            if row is not None:  # the same phrase has one length: what comes first stands first
                before = places.get((owner, row))
                if before is None:
                    places[owner, row] = (first, first + length, is_lead)
                elif is_lead and not before[2]:
                    places[owner, row] = (*before[:2], True)
        return places

    def _read_terms(self, row: int, batch: TextBatch, span: slice) -> NameTerms | None:
        """The terms of a phrase; None for one that is no name by how it is written elsewhere."""
        if row in self._terms:
            return self._terms[row]
        terms = make_name_terms(batch.terms[span].tolist(), batch.rarities[span].tolist())
        is_common = span.stop - span.start == 1 and any(
            self._names.find_lower_share(own) > _USUALLY_LOWER for own in terms.rows
        )
        known = self._terms[row] = terms if terms.rows and not is_common else None
        return known
