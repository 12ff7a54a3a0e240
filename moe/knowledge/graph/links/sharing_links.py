"""Links by phrase: two passages write the same rare capitalised phrase."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.graph.links.links import AT, LINK_COLUMNS, Links
from moe.knowledge.graph.links.phrase_places import AT as PHRASE_AT
from moe.knowledge.graph.links.phrase_places import PhrasePlaces
from moe.knowledge.graph.question.lookups import TermPostings, is_among, rate_passages
from moe.knowledge.graph.question.question import Question
from moe.knowledge.index.format.index import PassageIndex
from moe_kit.arrays import list_different

_MOST_TARGETS = 15  # of one passage
_MOST_COMPARED = 60  # of them
_LEAD_WORTH = 0.3  # of standing in the target's lead, when targets are chosen

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


class SharingReader:
    """Finds links by phrase for one question."""

    def __init__(self, index: PassageIndex, question: Question, terms: TermPostings, highest: float) -> None:
        """Prepare for a question.

        Args:
            index: The passages.
            question: What is asked.
            terms: Its terms.
            highest: BM25 of its relation terms in the best passage known.
        """
        self._highest = highest
        self._index = index
        self._named = frozenset(int(question.rows[place]) for place in question.name_terms)
        self._rarities = np.where(question.relation > 0, question.rarities, 0.0)
        self._terms = terms
        self._asked = question.known_rows
        self._scale = math.log(max(len(index), 3) / 2)

    def find_links(self, all_phrases: Sequence[PhrasePlaces], by_name: Links) -> Links:
        """Links out of passages to others that no name already leads to.

        Args:
            all_phrases: What each of the passages writes.
            by_name: Their links by name.
        """
        lines = [
            (owner, place, terms.measure_asked(self._asked))
            for owner, phrases in enumerate(all_phrases)
            for place, terms in enumerate(phrases.terms)
            if not self._named.issuperset(terms.rows)
        ]
        if not lines:
            return Links(by_name.passages, np.zeros((0, len(LINK_COLUMNS))))
        begins = np.cumsum([0, *(len(phrases.terms) for phrases in all_phrases)])
        kept = [begins[owner] + place for owner, place, _ in lines]
        table = np.concatenate([phrases.table for phrases in all_phrases])[kept]
        owners, _, asked = zip(*lines, strict=True)
        return self._choose(np.array(owners), table, np.array(asked), by_name)

    def _choose(self, sources: Integers, phrases: Integers, asked: Floats, by_name: Links) -> Links:
        """The best targets of each passage: by rarity of the phrase, its place there, what they say of the asked."""
        size = len(self._index)
        passages = np.asarray(by_name.passages)
        lines, targets, infos = self._find_holders(phrases)
        pairs = sources[lines] * size + targets
        taken = np.sort(by_name.sources * size + by_name.targets)
        is_open = np.flatnonzero((targets != passages[sources[lines]]) & ~is_among(pairs, taken))
        lines, targets, infos, pairs = lines[is_open], targets[is_open], infos[is_open], pairs[is_open]
        spreads = phrases[:, PHRASE_AT["spread"]]
        rarities = (np.log(size / spreads) / self._scale)[lines]
        worths = rarities + _LEAD_WORTH * infos
        # Of several phrases that lead to a passage, the best one.
        order = np.lexsort((-worths, pairs))
        is_best = np.ones(len(order), dtype=bool)
        np.not_equal(pairs[order[1:]], pairs[order[:-1]], out=is_best[1:])
        best = order[is_best]
        owners = sources[lines[best]]
        order = np.lexsort((-(worths[best] + self._rate(targets[best])), owners))
        best, owners = best[order], owners[order]
        is_kept = np.arange(len(best)) - owners.searchsorted(owners) < _MOST_TARGETS
        best, owners = best[is_kept], owners[is_kept]
        fans = np.zeros(len(passages))
        fans[by_name.sources] = by_name.table[:, AT["fan"]]
        chosen = lines[best]
        table = np.zeros((len(best), len(LINK_COLUMNS)))
        table[:, AT["source"]] = owners
        table[:, AT["target"]] = targets[best]
        table[:, AT["weight"]] = np.minimum(np.maximum(rarities[best], 1e-6), 1.0)
        table[:, _PLACE] = phrases[chosen, _PHRASE_PLACE]
        table[:, AT["in_target_lead"]] = infos[best] > 0
        table[:, AT["spread"]] = np.log1p(spreads)[chosen]
        table[:, AT["fan"]] = fans[owners]
        table[:, AT["asked"]] = asked[chosen]
        return Links(by_name.passages, table)

    def _find_holders(self, phrases: Integers) -> tuple[Integers, Integers, NDArray[np.uint8]]:
        """Passages that hold each phrase; of many those that say most of what is asked.

        Returns:
            Columns of shape (holders,): the place among the phrases, ascending; the passage; 1 where the phrase stands
            in its lead, else 0.
        """
        places, members, infos = self._index.phrases.gather(phrases[:, PHRASE_AT["row"]])
        targets = members.astype(np.int64)
        is_many = phrases[:, PHRASE_AT["spread"]] > _MOST_COMPARED
        if not is_many.any():
            return places, targets, infos
        many = np.flatnonzero(is_many[places])
        unique = list_different(targets[many])
        rates = self._rate(unique)[unique.searchsorted(targets[many])]
        owners = places[many]
        order = np.lexsort((-(rates + _LEAD_WORTH * infos[many]), owners))
        is_kept = ~is_many[places]
        is_kept[many[order[np.arange(len(order)) - owners.searchsorted(owners) < _MOST_COMPARED]]] = True
        return places[is_kept], targets[is_kept], infos[is_kept]

    def _rate(self, numbers: Integers) -> Floats:
        """BM25 of the question's relation terms, as a share of the best passage's."""
        return rate_passages(self._index, self._terms, self._rarities, numbers) / self._highest


_PLACE = slice(AT["first"], AT["in_lead"] + 1)
_PHRASE_PLACE = slice(PHRASE_AT["first"], PHRASE_AT["in_lead"] + 1)
