"""Links by name: a passage writes a name that another goes by."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.graph.links.links import AT, LINK_COLUMNS
from moe.knowledge.graph.links.mentions import Mention, NameReader, find_weights
from moe.knowledge.graph.links.name_terms import NameTerms, make_name_terms
from moe.knowledge.graph.links.text_batch import TextBatch
from moe.knowledge.index.format.index import PassageIndex

_MOST_NAMESAKES = 60  # passages of one name, beyond which it says nothing
_LEAST_WEIGHT = 0.05  # of a link
_MOST_TARGETS = 60  # of one passage


class Namings(NamedTuple):
    """The links by name out of a passage, the surest first.

    Attributes:
        table: As in `Links`; the source is open, and what the question asks. With the best only.
        terms: Of the name of each.
    """

    table: NDArray[np.float64]
    terms: list[NameTerms]


class _WrittenName(NamedTuple):
    """A name as some words write it: a person's row stands for several ways to write one."""

    spread: float
    terms: NameTerms


class _Sighting(NamedTuple):
    """Where a name stands, counted within its passage, and how surely it means a target."""

    weight: float
    mention: Mention
    start: int


class NamingReader:
    """Finds links by name."""

    def __init__(self, index: PassageIndex) -> None:
        self.names = NameReader(index)
        self._index = index
        self._written: dict[tuple[int, bytes], _WrittenName] = {}  # by the name's row and the words it is written with

    def forget(self) -> None:
        """Let go of what was remembered of names."""
        self._written = {}
        self.names.forget()

    def read(self, batch: TextBatch) -> list[Namings]:
        """The links by name out of each of some passages."""
        numbers, texts = batch.numbers, batch.texts
        mentions = self.names.find_in_texts(texts.tokens, batch.terms, batch.rarities, batch.runs)
        firsts = np.array([mention.first for mention in mentions], dtype=np.int64)
        owners, leads = texts.tokens.owners[firsts].tolist(), texts.is_in_lead(firsts).tolist()
        starts = texts.tokens.starts.tolist()
        surest: list[dict[int, _Sighting]] = [{} for _ in numbers]
        led: list[set[int]] = [set() for _ in numbers]  # targets whose name stands in the lead
        targets_of = self._iterate_targets(mentions, [numbers[owner] for owner in owners])
        for mention, owner, is_lead, targets in zip(mentions, owners, leads, targets_of, strict=True):
            own = surest[owner]
            for target, weight in targets:
                if target not in own or weight > own[target].weight:
                    own[target] = _Sighting(weight, mention, starts[owner])
                if is_lead:
                    led[owner].add(target)
        return [self._make_namings(own, in_lead, batch) for own, in_lead in zip(surest, led, strict=True)]

    def _make_namings(self, surest: dict[int, _Sighting], in_lead: set[int], batch: TextBatch) -> Namings:
        if not surest:
            return _NOTHING
        fan = math.log1p(len(surest))
        found = sorted(surest.items(), key=lambda item: -item[1].weight)[:_MOST_TARGETS]
        rows: list[tuple[float, ...]] = []
        terms: list[NameTerms] = []
        for target, (weight, mention, start) in found:
            written = self._read_name(mention, batch)
            terms.append(written.terms)
            rows.append(
                (
                    0.0,
                    target,
                    1.0,
                    min(max(weight, 1e-6), 1.0),
                    mention.first - start,
                    mention.stop - start,
                    target in in_lead,
                    0.0,
                    written.spread,
                    fan,
                    mention.certainty < 1,
                    0.0,
                )
            )
        return Namings(np.array(rows, dtype=np.float64), terms)

    def _iterate_targets(
        self, mentions: Sequence[Mention], sources: Sequence[int]
    ) -> Iterator[Sequence[tuple[int, float]]]:
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
        for mention, source, size, (target, weight) in zip(mentions, sources, sizes, firsts, strict=True):
            if size == 1:  # by far the most
                yield ((target, mention.certainty * weight),) if target != source else ()
            else:
                yield self._list_namesakes(mention, source) if size <= _MOST_NAMESAKES else ()

    def _list_namesakes(self, mention: Mention, source: int) -> list[tuple[int, float]]:
        members, infos = self._index.names.row(mention.row)
        targets = members.tolist()
        if source in targets:
            return []
        weights = find_weights(infos)
        sure = (mention.certainty * weights * weights / weights.sum()).tolist()
        return [(target, weight) for target, weight in zip(targets, sure, strict=True) if weight >= _LEAST_WEIGHT]

    def _read_name(self, mention: Mention, batch: TextBatch) -> _WrittenName:
        """How many passages write a name as a phrase, or its rarest word; and its terms."""
        span = slice(mention.first, mention.stop)
        key = (mention.row, batch.texts.tokens.words[span].tobytes())
        known = self._written.get(key)
        if known is None:
            terms = make_name_terms(batch.terms[span].tolist(), batch.rarities[span].tolist())
            known = self._written[key] = _WrittenName(self._measure_spread(mention.row, terms.rows), terms)
        return known

    def _measure_spread(self, name: int, terms: Sequence[int]) -> float:
        """log(1 + passages that write the name as a phrase, or its rarest word)."""
        index = self._index
        row = index.phrases.find(int(index.names.keys_of(np.array([name]))[0]))
        if row >= 0:
            return math.log1p(index.phrases.size(row))
        return math.log1p(min(map(index.terms.size, terms), default=1))


_NOTHING = Namings(np.zeros((0, len(LINK_COLUMNS))), [])


def find_naming_links(all_namings: Sequence[Namings], asked: frozenset[int]) -> NDArray[np.float64]:
    """The table of links by name out of some passages, for a question.

    Args:
        all_namings: Of the passages.
        asked: The question's terms, by row.
    """
    table = np.concatenate([namings.table for namings in all_namings])
    table[:, AT["source"]] = np.repeat(np.arange(len(all_namings)), [len(namings.terms) for namings in all_namings])
    table[:, AT["asked"]] = [terms.measure_asked(asked) for namings in all_namings for terms in namings.terms]
    return table
