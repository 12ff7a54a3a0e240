"""Where capitalised phrases that join passages stand in their texts."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.graph.links.mentions import NameReader
from moe.knowledge.graph.question.lookups import is_among
from moe.knowledge.graph.question.runs import KeySieve, find_runs
from moe.knowledge.graph.question.texts import MOST_REMEMBERED, PassageTexts
from moe.knowledge.index.format.index import PassageIndex
from moe_kit.arrays import list_different

_MOST_HOLDERS = 200  # passages of one phrase, beyond which it joins nothing
_USUALLY_LOWER = 0.5  # share of passages that write a word small, above which it is no name
_SIEVE_BITS = 14

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Phrases(msgspec.Struct, frozen=True, eq=False):
    """Phrases of some texts, each once an owner. Columns of shape (phrases,).

    Attributes:
        owners: The text.
        rows: The phrase's row in the index.
        firsts: Its first word, where it first stands.
        stops: The word after its last.
        in_lead: Whether it stands in the text's lead anywhere.
    """

    owners: Integers
    rows: Integers
    firsts: Integers
    stops: Integers
    in_lead: Flags

    def keep(self, chosen: Flags | Integers) -> "Phrases":
        """Some of them."""
        return Phrases(*(getattr(self, name)[chosen] for name in self.__struct_fields__))


_NOTHING = Phrases(*(np.zeros(0, dtype=kind) for kind in (np.int64, np.int64, np.int64, np.int64, bool)))


class PhraseReader:
    """Finds the phrases of passages that two or more hold. What was found lately is remembered."""

    def __init__(self, index: PassageIndex, names: NameReader, *, most_remembered: int = MOST_REMEMBERED) -> None:
        """Prepare for an index.

        Args:
            index: The passages.
            names: Tells names from other words.
            most_remembered: Passages, beyond which all are forgotten.
        """
        self._index = index
        self._most_remembered = most_remembered
        self._names = names
        self._memory: tuple[dict[int, Phrases], dict[int, frozenset[int]]] = {}, {}
        self._is_name: dict[int, bool] = {}  # by row, as far as it was asked

    def read(self, numbers: Sequence[int], texts: PassageTexts) -> tuple[Phrases, Mapping[int, frozenset[int]]]:
        """The phrases of passages, in their order, and by phrase the rows of its terms.

        Args:
            numbers: Of the passages.
            texts: Of these passages.
        """
        if len(self._memory[0]) > self._most_remembered:
            self._memory, self._is_name = ({}, {}), {}
        remembered, terms = self._memory  # several threads may search
        if not all(number in remembered for number in numbers):
            remembered |= self._remember(numbers, texts, terms)
        parts = [remembered[number] for number in numbers]
        sizes = [len(part.rows) for part in parts]
        starts = np.repeat(texts.tokens.starts[:-1], sizes)
        phrases = Phrases(
            owners=np.repeat(np.arange(len(parts)), sizes),
            rows=np.concatenate([part.rows for part in parts]),
            firsts=np.concatenate([part.firsts for part in parts]) + starts,
            stops=np.concatenate([part.stops for part in parts]) + starts,
            in_lead=np.concatenate([part.in_lead for part in parts]),
        )
        return phrases, terms

    def _remember(
        self, numbers: Sequence[int], texts: PassageTexts, terms: dict[int, frozenset[int]]
    ) -> dict[int, Phrases]:
        """The phrases of passages, by number; words are counted within each. Their terms are added to `terms`."""
        read: dict[int, Phrases] = {}
        found = self._unite(self._find(numbers, texts))
        found = self._keep_names(texts, found, terms)
        borders = np.searchsorted(found.owners, np.arange(len(numbers) + 1))
        starts = texts.tokens.starts
        for owner, number in enumerate(numbers):
            own = found.keep(np.arange(borders[owner], borders[owner + 1]))
            shift = starts[owner]
            read[number] = Phrases(own.owners, own.rows, own.firsts - shift, own.stops - shift, own.in_lead)
        return read

    def _find(self, numbers: Sequence[int], texts: PassageTexts) -> Phrases:
        """Every place of phrases that two passages hold and not too many."""
        index, tokens = self._index, texts.tokens
        owners, rows = index.phrase_rows.gather(np.asarray(numbers))
        sizes = index.phrases.sizes(rows)
        fits = (sizes >= 2) & (sizes <= _MOST_HOLDERS)
        owners, rows = owners[fits], rows[fits]
        wanted = list_different(rows)
        keys = index.phrases.keys_of(wanted)
        order = np.argsort(keys)
        wanted, keys = wanted[order], keys[order]
        codes = list_different(owners * len(index.phrases) + rows)
        if not len(keys):
            return _NOTHING
        words = index.words.keys_of(tokens.words)
        firsts, lengths, sums = find_runs(words, tokens.owners, KeySieve([keys], bits=_SIEVE_BITS))
        at = np.minimum(keys.searchsorted(sums), len(keys) - 1)
        here, found = tokens.owners[firsts], wanted[at].astype(np.int64)
        is_own = (keys[at] == sums) & is_among(here * len(index.phrases) + found, codes)
        firsts, lengths = firsts[is_own], lengths[is_own]
        return Phrases(here[is_own], found[is_own], firsts, firsts + lengths, texts.is_in_lead(firsts))

    def _unite(self, phrases: Phrases) -> Phrases:
        """Each phrase of an owner once, where it first stands; in the lead if it stands there anywhere."""
        if not len(phrases.rows):
            return phrases
        order = np.lexsort((phrases.firsts, self._index.phrases.keys_of(phrases.rows), phrases.owners))
        owners, rows = phrases.owners[order], phrases.rows[order]
        is_new = np.ones(len(order), dtype=bool)
        is_new[1:] = (owners[1:] != owners[:-1]) | (rows[1:] != rows[:-1])
        in_lead = np.logical_or.reduceat(phrases.in_lead[order], np.flatnonzero(is_new))
        kept = phrases.keep(order[is_new])
        return Phrases(kept.owners, kept.rows, kept.firsts, kept.stops, in_lead)

    def _keep_names(self, texts: PassageTexts, phrases: Phrases, terms: dict[int, frozenset[int]]) -> Phrases:
        """Those that are names by how they are written elsewhere."""
        is_name = self._is_name
        fresh = [place for place, row in enumerate(phrases.rows.tolist()) if row not in is_name or row not in terms]
        if fresh:
            written = self._index.words.terms_of(texts.tokens.words)
            some = phrases.keep(np.array(fresh))
            spans = zip(some.rows.tolist(), some.firsts.tolist(), some.stops.tolist(), strict=True)
            for row, first, stop in spans:
                own = [term for term in written[first:stop].tolist() if term >= 0]
                is_common = stop - first == 1 and bool(own) and self._names.find_lower_share(own[0]) > _USUALLY_LOWER
                is_name[row] = bool(own) and not is_common
                terms[row] = frozenset(own)
        return phrases.keep(np.array([is_name[row] for row in phrases.rows.tolist()], dtype=bool))
