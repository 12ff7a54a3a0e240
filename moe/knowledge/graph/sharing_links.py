"""Links by phrase: two passages write the same rare capitalised phrase."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.keys import FACTOR
from moe.knowledge.analysis.names import MAX_WORDS
from moe.knowledge.graph.links import Links, is_in_lead, make_links
from moe.knowledge.graph.lookups import is_among, rate_passages
from moe.knowledge.graph.mentions import NameReader
from moe.knowledge.graph.question import Question
from moe.knowledge.graph.texts import PassageTexts
from moe.knowledge.index.index import PassageIndex

_MOST_TARGETS = 15  # of one passage
_MOST_HOLDERS = 200  # passages of one phrase, beyond which it joins nothing
_MOST_COMPARED = 60  # of them
_USUALLY_LOWER = 0.5  # share of passages that write a word small, above which it is no name
_LEAD_WORTH = 0.3  # of standing in the target's lead, when targets are chosen

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Phrases:
    """Where phrases stand: columns of owner, row in the index, first word, the word after the last."""

    owners: Integers
    rows: Integers
    firsts: Integers
    stops: Integers
    in_lead: NDArray[np.bool_]

    def keep(self, chosen: NDArray[np.bool_] | Integers) -> "_Phrases":
        return _Phrases(*(getattr(self, name)[chosen] for name in self.__slots__))

    def unite(self) -> "_Phrases":
        """Each phrase of an owner once, where it first stands; in the lead if it stands there anywhere."""
        order = np.lexsort((self.firsts, self.rows, self.owners))
        owners, rows = self.owners[order], self.rows[order]
        is_new = np.ones(len(order), dtype=bool)
        is_new[1:] = (owners[1:] != owners[:-1]) | (rows[1:] != rows[:-1])
        in_lead = np.logical_or.reduceat(self.in_lead[order], np.flatnonzero(is_new))
        return replace(self.keep(order[is_new]), in_lead=in_lead)


class SharingReader:
    """Finds links by phrase for one question."""

    def __init__(self, index: PassageIndex, names: NameReader, question: Question, highest: float) -> None:
        """Prepare for a question.

        Args:
            index: The passages.
            names: Tells names from other words.
            question: What is asked.
            highest: BM25 of its relation terms in the best passage known.
        """
        self._highest = highest
        self._index = index
        self._names = names
        self._question = question
        self._named = frozenset(int(question.rows[place]) for place in question.name_terms)
        self._rarities = np.where(question.relation > 0, question.rarities, 0.0)
        self._rows = [
            row if rarity > 0 else -1 for row, rarity in zip(question.rows.tolist(), self._rarities, strict=True)
        ]
        self._scale = math.log(max(len(index), 3) / 2)

    def find_links(self, numbers: Sequence[int], texts: PassageTexts, by_name: Links) -> Links:
        """Links out of passages to others that no name already leads to.

        Args:
            numbers: Of the passages.
            texts: Of these passages.
            by_name: Their links by name.
        """
        phrases = self._find_phrases(numbers, texts)
        if len(phrases.rows):
            phrases = self._keep_joining(texts, phrases.unite())
        if not len(phrases.rows):
            return make_links(texts, False, [])
        return self._choose(texts, phrases, np.asarray(numbers), by_name)

    def _find_phrases(self, numbers: Sequence[int], texts: PassageTexts) -> "_Phrases":
        """Where phrases stand that two passages hold and not too many."""
        index, tokens = self._index, texts.tokens
        owners, rows = index.phrase_rows.gather(np.asarray(numbers))
        sizes = index.phrases.starts[rows + 1] - index.phrases.starts[rows]
        fits = (sizes >= 2) & (sizes <= _MOST_HOLDERS)
        owners, rows = owners[fits], rows[fits]
        wanted = np.unique(rows)
        keys = index.phrases.keys[wanted]
        codes = np.unique(owners * len(index.phrases) + rows)
        words = index.words.keys[tokens.words]
        sums = np.zeros(len(words), dtype=np.uint64)
        found = [np.zeros((4, 0), dtype=np.int64)]
        for length in range(1, min(MAX_WORDS, len(words)) + 1 if len(keys) else 1):
            count = len(words) - length + 1
            sums = sums[:count] * np.uint64(FACTOR) + words[length - 1 :]
            at = np.minimum(keys.searchsorted(sums), len(keys) - 1)
            places = np.flatnonzero((keys[at] == sums) & (tokens.owners[:count] == tokens.owners[length - 1 :]))
            here, row = tokens.owners[places], wanted[at[places]].astype(np.int64)
            own = is_among(here * len(index.phrases) + row, codes)
            found.append(np.stack([here[own], row[own], places[own], places[own] + length]))
        owners, rows, firsts, stops = np.concatenate(found, axis=1)
        return _Phrases(owners, rows, firsts, stops, is_in_lead(texts, firsts))

    def _keep_joining(self, texts: PassageTexts, phrases: "_Phrases") -> "_Phrases":
        """Those that are names by how they are written elsewhere, and that the question does not name itself."""
        terms = self._index.words.terms[texts.tokens.words].tolist()
        verdicts: dict[int, bool] = {}
        spans = zip(phrases.rows.tolist(), phrases.firsts.tolist(), phrases.stops.tolist(), strict=True)
        for row, first, stop in spans:
            if row not in verdicts:
                own = [term for term in terms[first:stop] if term >= 0]
                is_common = stop - first == 1 and bool(own) and self._names.find_lower_share(own[0]) > _USUALLY_LOWER
                verdicts[row] = bool(own) and not is_common and not all(term in self._named for term in own)
        return phrases.keep(np.array([verdicts[row] for row in phrases.rows.tolist()], dtype=bool))

    def _choose(self, texts: PassageTexts, phrases: "_Phrases", numbers: Integers, by_name: Links) -> Links:
        """The best targets of each passage: by rarity of the phrase, its place there, what they say of the asked."""
        index = self._index
        rows, which = np.unique(phrases.rows, return_inverse=True)
        holders = self._find_holders(rows)
        sizes = np.array([len(members) for members, _ in holders])
        members = np.concatenate([members for members, _ in holders]).astype(np.int64)
        infos = np.concatenate([infos for _, infos in holders]).astype(np.float64)
        begins = np.cumsum(sizes) - sizes
        counts = sizes[which]
        ends = np.cumsum(counts)
        places = np.repeat(begins[which] - (ends - counts), counts) + np.arange(int(ends[-1]))
        lines = np.repeat(np.arange(len(which)), counts)
        owners, targets, infos = phrases.owners[lines], members[places], infos[places]
        taken = np.sort(by_name.sources * len(index) + by_name.targets)
        is_open = (targets != numbers[owners]) & ~is_among(owners * len(index) + targets, taken)
        lines, owners, targets, infos = lines[is_open], owners[is_open], targets[is_open], infos[is_open]
        spread = index.phrases.starts[rows + 1] - index.phrases.starts[rows]
        rarities = (np.log(len(index) / spread) / self._scale)[which][lines]
        worths = rarities + _LEAD_WORTH * infos
        # Of several phrases that lead to a passage, the best one.
        order = np.lexsort((-worths, targets, owners))
        is_best = np.ones(len(order), dtype=bool)
        is_best[1:] = (owners[order][1:] != owners[order][:-1]) | (targets[order][1:] != targets[order][:-1])
        best = order[is_best]
        unique, at = np.unique(targets[best], return_inverse=True)
        total = worths[best] + self._rate(unique)[at]
        order = np.lexsort((-total, owners[best]))
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

    def _find_holders(self, rows: Integers) -> list[tuple[NDArray[np.int32], NDArray[np.uint8]]]:
        """Passages that hold each phrase and whether in their lead; of many those that say most of the asked."""
        holders = []
        for row in rows.tolist():
            members, infos = self._index.phrases.row(row)
            if len(members) > _MOST_COMPARED:
                ratings = self._rate(members) + _LEAD_WORTH * infos
                kept = np.sort(np.argsort(-ratings, kind="stable")[:_MOST_COMPARED])
                members, infos = members[kept], infos[kept]
            holders.append((members, infos))
        return holders

    def _rate(self, numbers: Sequence[int] | NDArray[np.int32]) -> Floats:
        """BM25 of the question's relation terms, as a share of the best passage's."""
        return rate_passages(self._index, self._rows, self._rarities, numbers) / self._highest
