"""Links by name: a passage writes a name that another goes by."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.graph.links.links import Links
from moe.knowledge.graph.links.mentions import Mention, NameReader, find_weights
from moe.knowledge.graph.question.texts import MOST_REMEMBERED, PassageTexts
from moe.knowledge.index.format.index import PassageIndex

_MOST_NAMESAKES = 60  # passages of one name, beyond which it says nothing
_LEAST_WEIGHT = 0.05  # of a link
_MOST_TARGETS = 60  # of one passage
_COLUMNS = 7  # of what is remembered of a link

Sightings = list[tuple[float, Mention]]  # of one passage by its names: how surely each means it, and where it stands


class _Namings(NamedTuple):
    """The links out of a passage, the surest first.

    Attributes:
        rows: Target, weight, first word and the word after the last, both counted within the passage, whether it is in
            the lead, spread, whether it is written small. Shape (links, 7), with the best only.
        total: How many there are.
    """

    rows: NDArray[np.float64]
    total: int


class NamingReader:
    """Finds links by name. They depend on no question, so those of passages seen lately are remembered."""

    def __init__(self, index: PassageIndex, *, most_remembered: int = MOST_REMEMBERED) -> None:
        """Prepare for an index.

        Args:
            index: The passages.
            most_remembered: Passages, beyond which all are forgotten.
        """
        self.names = NameReader(index)
        self._index = index
        self._most_remembered = most_remembered
        self._remembered: dict[int, _Namings] = {}
        self._spreads: dict[tuple[int, ...], float] = {}  # by the name's row and the words it is written with

    def find_links(self, numbers: Sequence[int], texts: PassageTexts) -> Links:
        """Links out of passages by the names in their texts.

        Args:
            numbers: Of the passages.
            texts: Of these passages.
        """
        if len(self._remembered) > self._most_remembered:
            self._remembered, self._spreads = {}, {}
        remembered = self._remembered  # several threads may search
        fresh = [owner for owner, number in enumerate(numbers) if number not in remembered]
        if fresh:
            remembered |= self._read(numbers, fresh, texts)
        namings = [remembered[number] for number in numbers]
        sizes = [len(naming.rows) for naming in namings]
        owners = np.repeat(np.arange(len(namings)), sizes)
        starts = texts.tokens.starts[owners]
        rows = np.concatenate([np.zeros((0, _COLUMNS)), *(naming.rows for naming in namings)])
        targets, weights, firsts, stops, in_lead, spreads, is_small = rows.T
        return Links(
            texts=texts,
            sources=owners,
            targets=targets.astype(np.int64),
            is_mention=np.ones(len(rows), dtype=bool),
            weights=np.clip(weights, 1e-6, 1.0),
            firsts=firsts.astype(np.int64) + starts,
            stops=stops.astype(np.int64) + starts,
            in_lead=in_lead > 0,
            in_target_lead=np.zeros(len(rows), dtype=bool),
            spreads=spreads,
            fans=np.array([math.log1p(naming.total) for naming in namings])[owners],
            is_small=is_small > 0,
        )

    def _read(self, numbers: Sequence[int], owners: Sequence[int], texts: PassageTexts) -> dict[int, _Namings]:
        """The links out of some of the passages, by number."""
        read: dict[int, _Namings] = {}
        by_owner: dict[int, dict[int, Sightings]] = {owner: {} for owner in owners}
        tokens = texts.tokens if len(owners) == len(numbers) else texts.tokens.take(owners)
        mentions = self.names.find_in_texts(tokens)
        starts = tokens.starts.tolist()
        places = tokens.owners[[mention.first for mention in mentions]].tolist()
        begins, words = texts.tokens.starts.tolist(), texts.tokens.words.tolist()
        targets_of = self._list_targets(mentions, [numbers[owners[place]] for place in places])
        for mention, place, targets in zip(mentions, places, targets_of, strict=True):
            if targets:
                owner, start = owners[place], starts[place]
                local = Mention(mention.row, mention.first - start, mention.stop - start, mention.certainty, False)
                for target, weight in targets:
                    by_owner[owner].setdefault(target, []).append((weight, local))
        lead = texts.is_in_lead(np.arange(len(texts.sentences))).tolist()
        spreads = self._spreads
        for owner, meant in by_owner.items():
            links: list[tuple[float, ...]] = []
            for target, found in sorted(meant.items(), key=lambda item: -max(weight for weight, _ in item[1])):
                if len(links) == _MOST_TARGETS:
                    break
                weight, surest = max(found, key=lambda item: item[0])
                written = (surest.row, *words[begins[owner] + surest.first : begins[owner] + surest.stop])
                if written not in spreads:  # a person's row stands for several ways to write the name
                    spreads[written] = self._measure_spread(surest.row, written[1:])
                in_lead = any(lead[begins[owner] + mention.first] for _, mention in found)
                links.append(
                    (target, weight, surest.first, surest.stop, in_lead, spreads[written], surest.certainty < 1)
                )
            rows = np.array(links, dtype=np.float64).reshape(-1, _COLUMNS)
            read[numbers[owner]] = _Namings(rows, len(meant))
        return read

    def _list_targets(self, mentions: Sequence[Mention], sources: Sequence[int]) -> list[list[tuple[int, float]]]:
        """Passages that each name means, with how surely; none for a name of its source itself.

        Args:
            mentions: The names.
            sources: The passage that each stands in.
        """
        names = self._index.names
        rows = np.array([mention.row for mention in mentions], dtype=np.int64)
        sizes = names.sizes(rows).tolist()
        members, infos = names.find_first(rows)
        firsts = zip(members.tolist(), find_weights(infos).tolist(), strict=True)
        found: list[list[tuple[int, float]]] = []
        for mention, source, size, (target, weight) in zip(mentions, sources, sizes, firsts, strict=True):
            if size == 1:  # by far the most
                found.append([(target, mention.certainty * weight)] if target != source else [])
            else:
                found.append(self._list_namesakes(mention, source) if size <= _MOST_NAMESAKES else [])
        return found

    def _list_namesakes(self, mention: Mention, source: int) -> list[tuple[int, float]]:
        members, infos = self._index.names.row(mention.row)
        targets = members.tolist()
        if source in targets:
            return []
        weights = find_weights(infos)
        sure = (mention.certainty * weights * weights / weights.sum()).tolist()
        return [(target, weight) for target, weight in zip(targets, sure, strict=True) if weight >= _LEAST_WEIGHT]

    def _measure_spread(self, name: int, written: Sequence[int]) -> float:
        """log(1 + passages that write the name as a phrase, or its rarest word)."""
        index = self._index
        row = index.phrases.find(int(index.names.keys_of(np.array([name]))[0]))
        if row >= 0:
            return math.log1p(index.phrases.size(row))
        terms = index.words.terms_of(np.array(written)).tolist()
        return math.log1p(min((index.terms.size(term) for term in terms if term >= 0), default=1))
