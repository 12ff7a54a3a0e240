"""Links by phrase: two passages write the same rare capitalised phrase."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.graph.links.links import Links, make_no_links
from moe.knowledge.graph.links.phrase_places import PhraseReader, Phrases
from moe.knowledge.graph.question.lookups import TermPostings, is_among, rate_passages
from moe.knowledge.graph.question.question import Question
from moe.knowledge.graph.question.texts import PassageTexts
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.postings import spread_ranges

_MOST_TARGETS = 15  # of one passage
_MOST_COMPARED = 60  # of them
_LEAD_WORTH = 0.3  # of standing in the target's lead, when targets are chosen

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


class SharingReader:
    """Finds links by phrase for one question."""

    def __init__(
        self, index: PassageIndex, phrases: PhraseReader, question: Question, terms: TermPostings, highest: float
    ) -> None:
        """Prepare for a question.

        Args:
            index: The passages.
            phrases: Finds phrases in their texts.
            question: What is asked.
            terms: Its terms.
            highest: BM25 of its relation terms in the best passage known.
        """
        self._highest = highest
        self._index = index
        self._phrases = phrases
        self._named = frozenset(int(question.rows[place]) for place in question.name_terms)
        self._rarities = np.where(question.relation > 0, question.rarities, 0.0)
        self._terms = terms
        self._scale = math.log(max(len(index), 3) / 2)

    def find_links(self, numbers: Sequence[int], texts: PassageTexts, by_name: Links) -> Links:
        """Links out of passages to others that no name already leads to.

        Args:
            numbers: Of the passages.
            texts: Of these passages.
            by_name: Their links by name.
        """
        phrases, terms = self._phrases.read(numbers, texts)
        rows = phrases.rows.tolist()
        is_named = {row: terms[row] <= self._named for row in set(rows)}
        phrases = phrases.keep(np.array([not is_named[row] for row in rows], dtype=bool))
        if not len(phrases.rows):
            return make_no_links(texts)
        return self._choose(texts, phrases, np.asarray(numbers), by_name)

    def _choose(self, texts: PassageTexts, phrases: Phrases, numbers: Integers, by_name: Links) -> Links:
        """The best targets of each passage: by rarity of the phrase, its place there, what they say of the asked."""
        index = self._index
        rows, which = np.unique(phrases.rows, return_inverse=True)
        owners, members, infos, rates = self._find_holders(rows)
        sizes = np.bincount(owners, minlength=len(rows))
        begins = np.cumsum(sizes) - sizes
        counts = sizes[which]
        places = spread_ranges(begins[which], counts)
        lines = np.repeat(np.arange(len(which)), counts)
        owners, targets, infos, rates = phrases.owners[lines], members[places], infos[places], rates[places]
        taken = np.sort(by_name.sources * len(index) + by_name.targets)
        is_open = (targets != numbers[owners]) & ~is_among(owners * len(index) + targets, taken)
        lines, owners, targets = lines[is_open], owners[is_open], targets[is_open]
        infos, rates = infos[is_open], rates[is_open]
        spread = index.phrases.sizes(rows)
        rarities = (np.log(len(index) / spread) / self._scale)[which][lines]
        worths = rarities + _LEAD_WORTH * infos
        # Of several phrases that lead to a passage, the best one.
        order = np.lexsort((-worths, targets, owners))
        is_best = np.ones(len(order), dtype=bool)
        is_best[1:] = (owners[order][1:] != owners[order][:-1]) | (targets[order][1:] != targets[order][:-1])
        best = order[is_best]
        order = np.lexsort((-(worths + rates)[best], owners[best]))
        best = best[order]
        first = np.searchsorted(owners[best], owners[best], side="left")
        best = best[np.arange(len(best)) - first < _MOST_TARGETS]
        chosen = lines[best]
        fans = np.zeros(len(numbers))
        fans[by_name.sources] = by_name.fans
        return Links(
            texts=texts,
            sources=owners[best],
            targets=targets[best],
            is_mention=np.zeros(len(best), dtype=bool),
            weights=np.clip(rarities[best], 1e-6, 1.0),
            firsts=phrases.firsts[chosen],
            stops=phrases.stops[chosen],
            in_lead=phrases.in_lead[chosen],
            in_target_lead=infos[best] > 0,
            spreads=np.log1p(spread)[which][chosen],
            fans=fans[owners[best]],
            is_small=np.zeros(len(best), dtype=bool),
        )

    def _find_holders(self, rows: Integers) -> tuple[Integers, Integers, Floats, Floats]:
        """Passages that hold each phrase; of many those that say most of what is asked.

        Returns:
            Columns of shape (holders,): the place among the rows, ascending; the passage; 1 where the phrase stands in
            its lead, else 0; how much it says of what is asked.
        """
        places, members, infos = self._index.phrases.gather(rows)
        unique, at = np.unique(members, return_inverse=True)
        rates = self._rate(unique)[at]
        order = np.lexsort((-(rates + _LEAD_WORTH * infos), places))
        starts = np.searchsorted(places, places)  # of each holder's phrase
        kept = np.sort(order[np.arange(len(order)) - starts < _MOST_COMPARED])
        return places[kept], members[kept].astype(np.int64), infos[kept].astype(np.float64), rates[kept]

    def _rate(self, numbers: Sequence[int] | NDArray[np.int32]) -> Floats:
        """BM25 of the question's relation terms, as a share of the best passage's."""
        return rate_passages(self._index, self._terms, self._rarities, numbers) / self._highest
