"""How the graph of a question grows: passages and links as columns, weighed as they are added."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.graph.features.features import FeatureReader, PassageRows
from moe.knowledge.graph.features.weights import Weights
from moe.knowledge.graph.links.links import Links, join_links
from moe.knowledge.graph.links.naming_links import find_naming_links
from moe.knowledge.graph.links.sharing_links import SharingReader
from moe.knowledge.graph.links.written import WrittenReader
from moe.knowledge.graph.question.lookups import TermPostings
from moe.knowledge.graph.question.question import Question
from moe.knowledge.graph.walking.seeds import Seeds
from moe.knowledge.index.format.index import PassageIndex

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


class LinkLog(msgspec.Struct, frozen=True, eq=False):
    """Links that were added at once, in the order of those they lead out of.

    Attributes:
        links: As they were found.
        sources: Places of their ends among the passages. Shape (links,).
        targets: The same.
        values: Their features.
        strengths: What each is worth to its target.
    """

    links: Links
    sources: Places
    targets: Places
    values: Floats
    strengths: Floats


class GraphGrowth:
    """What one question's graph grows from, and what it holds so far. Passages have places, in the order they came.

    Attributes:
        question: As it was read.
        seeds: Where walks begin; they have the first places.
        numbers: The passages' numbers in the index, by place.
        places: The same the other way round.
        rows: The passages' features, by place; None for a question that found nothing.
        scores: What each is worth by itself, by place.
        link_log: The links, batch by batch.
    """

    def __init__(
        self,
        index: PassageIndex,
        written: WrittenReader,
        *,
        question: Question,
        seeds: Seeds,
        terms: TermPostings,
        features: FeatureReader,
        weights: Weights,
    ) -> None:
        self.index = index
        self.question = question
        self.seeds = seeds
        self._weights = weights
        self._written = written
        self._terms = terms
        self._features = features
        self._sharing: SharingReader | None = None
        self._spans: dict[int, tuple[int, slice]] = {}  # by place of a passage that was expanded: batch, links in it
        self.numbers: list[int] = []
        self.places: dict[int, int] = {}
        self.rows: PassageRows | None = None
        self.scores: Floats = np.zeros(0)
        self.link_log: list[LinkLog] = []
        numbers = seeds.list_numbers()
        if numbers and question.terms:
            self._add_passages(numbers, are_seeds=True)
        self.seed_count = len(self.numbers)

    @property
    def context(self) -> Floats:
        """What kind of question it is, shape (`CONTEXT`,)."""
        return self._features.context

    def __repr__(self) -> str:
        return f"<GraphGrowth of {len(self.numbers)} passages>"

    def expand(self, places: Sequence[int]) -> None:
        """Add what lies around these passages, for those where that was not done; how far to go is for each walk."""
        fresh = [place for place in places if place not in self._spans]
        if not fresh:
            return
        numbers = [self.numbers[place] for place in fresh]
        links = self._find_links(numbers)
        unknown = [target for target in dict.fromkeys(links.targets.tolist()) if target not in self.places]
        if unknown:
            self._add_passages(unknown, are_seeds=False)
        if len(links):
            self._add_links(np.array(fresh, dtype=np.int64), links)
        borders = links.sources.searchsorted(np.arange(len(fresh) + 1)).tolist()
        spans = ((len(self.link_log) - 1, slice(*border)) for border in pairwise(borders))
        self._spans |= zip(fresh, spans, strict=True)

    def find_links_of(self, places: Sequence[int]) -> list[tuple[LinkLog, slice]]:
        """Where the links out of passages are, in their order; they were expanded."""
        spans = (self._spans[place] for place in places)
        return [(self.link_log[batch], span) for batch, span in spans if span.stop > span.start]

    def _find_links(self, numbers: Sequence[int]) -> Links:
        written = self._written.read(numbers)
        by_name = Links(numbers, find_naming_links([one.namings for one in written], self.question.known_rows))
        if self._sharing is None:
            highest = self._features.highest_relation
            self._sharing = SharingReader(self.index, self.question, self._terms, highest)
        return join_links(by_name, self._sharing.find_links([one.phrases for one in written], by_name))

    def _add_links(self, expanded: Places, links: Links) -> None:
        assert self.rows is not None
        sources = expanded[links.sources]
        targets = np.array([self.places[number] for number in links.targets.tolist()], dtype=np.int64)
        values = self._features.read_links(links, self.rows, sources, targets)
        strengths = self._weights.measure_strengths(values, links.sources)
        self.link_log.append(LinkLog(links, sources, targets, values, strengths))

    def _add_passages(self, numbers: Sequence[int], *, are_seeds: bool) -> None:
        rows = self._features.read_passages(numbers, are_seeds=are_seeds)
        scores = self._weights.score_passages(rows.values)
        if self.rows is None:
            self.rows = rows
        else:
            self.rows.extend(rows)
        self.scores = np.concatenate([self.scores, scores])
        self.places |= zip(numbers, range(len(self.numbers), len(self.numbers) + len(numbers)), strict=True)
        self.numbers += numbers
