"""What is known of passages and links, as numbers that a learned sum weighs."""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.graph.features.context import (
    CONTEXT,
    CONTEXT_LINK_FEATURES,
    CONTEXT_PASSAGE_FEATURES,
    cross_words,
    read_context,
    repeat_context,
)
from moe.knowledge.graph.features.similarity import SimilarityReader
from moe.knowledge.graph.links.links import Links
from moe.knowledge.graph.question.lookups import is_among, sum_rows, weigh_counts
from moe.knowledge.graph.question.question import Question
from moe.knowledge.graph.question.texts import PassageTexts
from moe.knowledge.graph.walking.seeds import Holding, Naming, Seeds
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.postings import spread_ranges
from moe_kit.arrays import list_different

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

PASSAGE_FEATURES = (
    "bm25",  # of the question, relative to the best
    "bm25_relation",  # of its relation terms
    "coverage",  # share of the question's weight
    "coverage_far",  # of relation terms far from names in the question
    "lead_coverage",
    "unit_coverage",  # share of the weight of units held whole
    "unit_asked",
    "named",  # by a name in the question: its share of the question, times the name's weight
    "named_surely",
    "named_capital",
    "name_asked",  # share of the passage's own name that the question has
    "name_share",  # share of the question that is in the passage's own name
    "phrase_rare",
    "phrase_unknown",
    "phrase_lead",
    "phrase_lead_alone",
    "phrase_exact",
    "phrase_start",
    *CONTEXT_PASSAGE_FEATURES,
)
LINK_FEATURES = (
    "mentions",
    "shares",
    "weight",  # of a name
    "rarity",  # of a phrase
    "lead",
    "target_lead",
    "added",  # what the target adds to the source's coverage
    "joint",  # what both cover together
    "units_added",
    "units_joint",
    "source_named",
    "target_relation",  # of the target's lead
    "shares_added",
    "relation_added",
    "asked",
    "spread",
    "fan",
    "small",  # the name is written small
    "untitled",
    *CONTEXT_LINK_FEATURES,
)


class PassageRows(msgspec.Struct, eq=False):
    """Passages with their features; grows as the graph does.

    Attributes:
        values: Shape (passages, `PASSAGE_FEATURES`), with `SIMILARITY_FEATURES` after them if there are vectors.
        has_term: Shape (passages, terms).
        has_unit: Shape (passages, units).
        lead_relation: What of the question's relation each passage's lead has. Shape (passages,).
    """

    values: Floats
    has_term: Flags
    has_unit: Flags
    lead_relation: Floats

    def extend(self, other: "PassageRows") -> None:
        """Append more passages."""
        for name in self.__struct_fields__:
            setattr(self, name, np.concatenate([getattr(self, name), getattr(other, name)]))


class FeatureReader:
    """Works features out for one question.

    Attributes:
        context: What kind of question it is, shape (`CONTEXT`,); zeros until the seeds are read.
    """

    def __init__(
        self, index: PassageIndex, question: Question, seeds: Seeds, similarities: SimilarityReader | None = None
    ) -> None:
        self._index = index
        self._question = question
        self._seeds = seeds
        self._similarities = similarities
        self._exact: dict[int, tuple[float, float]] = {}
        self._highest = (1e-9, 1e-9)
        self.context: Floats = np.zeros(len(CONTEXT))
        self._asked = np.array([question.asked[list(unit)].sum() for unit in question.units])
        self._asked_rows = list_different(question.rows[question.rows >= 0])

    @property
    def highest_relation(self) -> float:
        """BM25 of the relation terms in the best seed."""
        return self._highest[1]

    def read_passages(self, numbers: Sequence[int], texts: PassageTexts, *, are_seeds: bool) -> PassageRows:
        """Features of passages; the seeds come first, and set the scale of BM25."""
        question, index = self._question, self._index
        members = np.asarray(numbers, dtype=np.int64)
        found = texts.count_terms(index, question.rows)
        worths = weigh_counts(found.counts, index.lengths[members], index.mean_length) * question.rarities
        bm25, bm25_relation = worths.sum(axis=1), sum_rows(worths, question.relation > 0)
        if are_seeds:
            self._highest = (max(bm25.max(initial=0), 1e-9), max(bm25_relation.max(initial=0), 1e-9))
            self._find_exact(numbers, texts)
        has_term = found.has_term
        has_unit = np.stack([has_term[:, list(unit)].all(axis=1) for unit in question.units], axis=1)
        name_asked = self._sum_name(members, self._asked_rows)
        seeds = self._seeds
        naming = [(n.share, n.sure, n.capital) for n in (seeds.named.get(m, _UNNAMED) for m in numbers)]
        holding = [(h.rarity, h.unknown, h.lead, h.lead_alone) for h in (seeds.holding.get(m, _EMPTY) for m in numbers)]
        exact = [self._exact.get(number, (0.0, 0.0)) for number in numbers]
        values = np.column_stack(
            (
                bm25 / self._highest[0],
                bm25_relation / self._highest[1],
                sum_rows(has_term, question.weights),
                sum_rows(has_term, question.relation * question.distance),
                sum_rows(found.in_lead, question.weights),
                sum_rows(has_unit, question.unit_weights),
                sum_rows(has_unit, self._asked),
                np.array(naming).reshape(-1, 3),
                name_asked / np.maximum(index.name_idf_of(members), 1.0),
                name_asked / (question.rarities.sum() or 1.0),
                np.array(holding).reshape(-1, 4),
                np.array(exact).reshape(-1, 2),
            )
        )
        if are_seeds:
            self.context = read_context(values, _AT, titled_share=index.titled_share)
        values = np.column_stack((values, cross_words(values, _AT, self.context)))
        if self._similarities is not None:
            values = np.column_stack((values, self._similarities.read_passages(numbers, are_seeds=are_seeds)))
        return PassageRows(values, has_term, has_unit, sum_rows(found.in_lead, question.relation))

    def read_links(self, links: Links, rows: PassageRows, sources: Integers, targets: Integers) -> Floats:
        """Features of links, shape (links, `LINK_FEATURES`), with `SIMILARITY_LINK_FEATURES` if there are vectors.

        Args:
            links: Their ends are among the passages.
            rows: Of the passages.
            sources: The row of each link's source.
            targets: The row of its target.
        """
        question = self._question
        mention = links.is_mention.astype(np.float64)
        shares = 1 - mention
        added = rows.has_term[targets] & ~rows.has_term[sources]
        share_added = sum_rows(added, question.weights)
        values = np.column_stack(
            (
                mention,
                shares,
                links.weights * mention,
                links.weights * shares,
                links.in_lead,
                links.in_target_lead,
                share_added,
                sum_rows(rows.has_term[targets] | rows.has_term[sources], question.weights),
                sum_rows(rows.has_unit[targets] & ~rows.has_unit[sources], question.unit_weights),
                sum_rows(rows.has_unit[targets] | rows.has_unit[sources], question.unit_weights),
                rows.values[sources, _AT["named"]],
                rows.lead_relation[targets],
                shares * share_added,
                sum_rows(added, question.relation),
                self._find_asked_shares(links),
                links.spreads / 5,
                links.fans / 3,
                links.is_small,
                self._index.is_untitled(links.targets),
                repeat_context(self.context, len(links)),
            )
        )
        if self._similarities is not None:
            values = np.column_stack((values, self._similarities.read_links(sources, targets)))
        return values

    def _find_exact(self, numbers: Sequence[int], texts: PassageTexts) -> None:
        """Note which passages hold a phrase of the question word for word, and which begin with it."""
        for phrase in self._question.phrases:
            found = texts.find_sequence(phrase.words)
            if not found:
                continue
            everywhere = 1 / np.sqrt(len(found))
            starting = 1 / np.sqrt(sum(place < _START_WORDS for place in found.values()) or 1)
            for owner, place in found.items():
                before = self._exact.get(numbers[owner], (0.0, 0.0))
                start = starting if place < _START_WORDS else 0.0
                self._exact[numbers[owner]] = (max(before[0], everywhere), max(before[1], start))

    def _sum_name(self, numbers: Integers, rows: NDArray[np.int64]) -> Floats:
        """The rarity of those of some terms that are in each passage's own name."""
        owners, terms = self._index.name_terms.gather(numbers)
        worths = np.where(is_among(terms, rows), self._index.idf_of(terms), 0.0)
        return np.bincount(owners, worths, minlength=len(numbers)).astype(np.float64)

    def _find_asked_shares(self, links: Links) -> Floats:
        """Of the rarity of each link's name or phrase, the share that the question has too."""
        counts = links.stops - links.firsts
        owners = np.repeat(np.arange(len(links)), counts)
        places = spread_ranges(links.firsts, counts)
        terms = np.asarray(self._index.words.terms_of(links.texts.tokens.words[places]), np.int64)
        owners, terms = owners[terms >= 0], terms[terms >= 0]
        rarities = self._index.idf_of(terms)
        total = np.bincount(owners, rarities, minlength=len(links))
        shared = np.bincount(owners, np.where(is_among(terms, self._asked_rows), rarities, 0), minlength=len(links))
        return shared / np.maximum(total, 1e-9)


_START_WORDS = 4
_UNNAMED = Naming("")
_EMPTY = Holding("")
_AT = {name: place for place, name in enumerate(PASSAGE_FEATURES)}
