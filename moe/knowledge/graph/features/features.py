"""What is known of passages and links, as numbers that a learned sum weighs."""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.entries import COUNT_MASK, IN_LEAD, IN_NAME
from moe.knowledge.graph.features.context import (
    CONTEXT,
    CONTEXT_LINK_FEATURES,
    CONTEXT_PASSAGE_FEATURES,
    cross_words,
    read_context,
)
from moe.knowledge.graph.features.similarity import SimilarityReader
from moe.knowledge.graph.links.links import AT, Links
from moe.knowledge.graph.question.lookups import TermPostings, is_among, sum_rows, weigh_counts
from moe.knowledge.graph.question.question import Question
from moe.knowledge.graph.question.texts import count_terms, read_texts
from moe.knowledge.graph.walking.seeds import Seeds
from moe.knowledge.index.format.index import PassageIndex

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
        self,
        index: PassageIndex,
        question: Question,
        terms: TermPostings,
        seeds: Seeds,
        similarities: SimilarityReader | None = None,
    ) -> None:
        self._index = index
        self._question = question
        self._terms = terms
        self._seeds = seeds
        self._similarities = similarities
        self._exact: dict[int, tuple[float, float]] = {}
        self._highest = (1e-9, 1e-9)
        self.context: Floats = np.zeros(len(CONTEXT))
        asked = [question.asked[list(unit)].sum() for unit in question.units]
        self._term_sums = np.stack([question.weights, question.relation * question.distance])
        self._lead_sums = np.stack([question.weights, question.relation])
        self._unit_sums = np.stack([question.unit_weights, asked])
        self._added_sums = np.stack([question.weights, question.relation])
        self._is_relation = question.relation > 0
        self._wide_units = [list(unit) for unit in question.units if len(unit) > 1]  # they come first
        self._single_units = [unit[0] for unit in question.units if len(unit) == 1]
        known = np.flatnonzero(question.rows >= 0)
        # By key, so that what is added up does not hang on the files that the index lies in.
        self._known = known[np.argsort(index.terms.keys_of(question.rows[known]))]
        self._known_idf = index.idf_of(question.rows[self._known]).astype(np.float64)[:, None]

    @property
    def highest_relation(self) -> float:
        """BM25 of the relation terms in the best seed."""
        return self._highest[1]

    def read_passages(self, numbers: Sequence[int], *, are_seeds: bool) -> PassageRows:
        """Features of passages; the seeds come first, and set the scale of BM25."""
        question, index = self._question, self._index
        members = np.asarray(numbers, dtype=np.int64)
        infos = self._terms.read(members)
        counts = self._count(members, infos)
        worths = weigh_counts(counts, index.damping[members]) * question.rarities
        bm25, bm25_relation = worths.sum(axis=1), sum_rows(worths, self._is_relation)
        if are_seeds:
            self._highest = (max(bm25.max(initial=0), 1e-9), max(bm25_relation.max(initial=0), 1e-9))
            self._find_exact(members)
        has_term = counts > 0
        has_unit = self._find_units(has_term)
        in_lead = sum_rows((infos & IN_LEAD) > 0, self._lead_sums)
        in_name = (infos.T[self._known] & IN_NAME) > 0
        name_asked = (in_name * self._known_idf).sum(axis=0)
        values = np.zeros((len(members), len(PASSAGE_FEATURES)))
        values[:, _AT["bm25"]] = bm25 / self._highest[0]
        values[:, _AT["bm25_relation"]] = bm25_relation / self._highest[1]
        values[:, _TERM_SUMS] = sum_rows(has_term, self._term_sums)
        values[:, _AT["lead_coverage"]] = in_lead[:, 0]
        values[:, _UNIT_SUMS] = sum_rows(has_unit, self._unit_sums)
        self._fill_seeds(values, numbers)
        values[:, _AT["name_asked"]] = name_asked / np.maximum(index.name_idf_of(members), 1.0)
        values[:, _AT["name_share"]] = name_asked / (question.rarities.sum() or 1.0)
        if are_seeds:
            self.context = read_context(values, _AT, titled_share=index.titled_share)
        values[:, _CROSSED] = cross_words(values, _AT, self.context)
        if self._similarities is not None:
            values = np.column_stack((values, self._similarities.read_passages(numbers, are_seeds=are_seeds)))
        return PassageRows(values, has_term, has_unit, in_lead[:, 1])

    def read_links(self, links: Links, rows: PassageRows, sources: Integers, targets: Integers) -> Floats:
        """Features of links, shape (links, `LINK_FEATURES`), with `SIMILARITY_LINK_FEATURES` if there are vectors.

        Args:
            links: Their ends are among the passages.
            rows: Of the passages.
            sources: The row of each link's source.
            targets: The row of its target.
        """
        table = links.table
        mention = table[:, AT["mention"]]
        shares = 1 - mention
        has_term, also = rows.has_term[targets], rows.has_term[sources]
        has_unit, also_unit = rows.has_unit[targets], rows.has_unit[sources]
        added = sum_rows(has_term & ~also, self._added_sums)
        values = np.empty((len(links), len(LINK_FEATURES)))
        values[:, _LINK_AT["mentions"]] = mention
        values[:, _LINK_AT["shares"]] = shares
        values[:, _LINK_AT["weight"]] = table[:, AT["weight"]] * mention
        values[:, _LINK_AT["rarity"]] = table[:, AT["weight"]] * shares
        values[:, _LINK_AT["lead"]] = table[:, AT["in_lead"]]
        values[:, _LINK_AT["target_lead"]] = table[:, AT["in_target_lead"]]
        values[:, _LINK_AT["added"]] = added[:, 0]
        values[:, _LINK_AT["joint"]] = sum_rows(has_term | also, self._question.weights)
        values[:, _LINK_AT["units_added"]] = sum_rows(has_unit & ~also_unit, self._question.unit_weights)
        values[:, _LINK_AT["units_joint"]] = sum_rows(has_unit | also_unit, self._question.unit_weights)
        values[:, _LINK_AT["source_named"]] = rows.values[sources, _AT["named"]]
        values[:, _LINK_AT["target_relation"]] = rows.lead_relation[targets]
        values[:, _LINK_AT["shares_added"]] = shares * added[:, 0]
        values[:, _LINK_AT["relation_added"]] = added[:, 1]
        values[:, _LINK_AT["asked"]] = table[:, AT["asked"]]
        values[:, _LINK_AT["spread"]] = table[:, AT["spread"]] / 5
        values[:, _LINK_AT["fan"]] = table[:, AT["fan"]] / 3
        values[:, _LINK_AT["small"]] = table[:, AT["small"]]
        values[:, _LINK_AT["untitled"]] = self._index.is_untitled(links.targets)
        values[:, _LINK_CONTEXT] = self.context
        if self._similarities is not None:
            values = np.column_stack((values, self._similarities.read_links(sources, targets)))
        return values

    def _count(self, members: Integers, infos: NDArray[np.uint8]) -> NDArray[np.integer]:
        """How often each passage has each term; the postings count no further than `COUNT_MASK`."""
        counts = infos & COUNT_MASK
        full = np.flatnonzero((counts == COUNT_MASK).any(axis=1))
        if not len(full):
            return counts
        exact = counts.astype(np.int64)
        exact[full] = count_terms(self._index, members[full].tolist(), self._question.rows)
        return exact

    def _find_units(self, has_term: Flags) -> Flags:
        """Which units each passage holds whole. Shape (passages, units)."""
        has_unit = np.empty((len(has_term), len(self._question.units)), dtype=bool)
        for place, unit in enumerate(self._wide_units):
            has_unit[:, place] = has_term[:, unit].all(axis=1)
        has_unit[:, len(self._wide_units) :] = has_term[:, self._single_units]
        return has_unit

    def _fill_seeds(self, values: Floats, numbers: Sequence[int]) -> None:
        """How the question names passages, what they hold of its phrases, and where they do word for word."""
        named, holding, exact = self._seeds.named, self._seeds.holding, self._exact
        for place, number in enumerate(numbers):
            if number in named:
                naming = named[number]
                values[place, _NAMED] = naming.share, naming.sure, naming.capital
            if number in holding:
                held = holding[number]
                values[place, _HELD] = held.rarity, held.unknown, held.lead, held.lead_alone
            if number in exact:
                values[place, _EXACT] = exact[number]

    def _find_exact(self, members: Integers) -> None:
        """Note which passages hold a phrase of the question word for word, and which begin with it."""
        for phrase in self._question.phrases:
            held = members[is_among(members, phrase.holders)].tolist()
            found = read_texts(self._index, held).find_sequence(phrase.words) if held else {}
            if not found:
                continue
            everywhere = 1 / np.sqrt(len(found))
            starting = 1 / np.sqrt(sum(place < _START_WORDS for place in found.values()) or 1)
            for owner, place in found.items():
                before = self._exact.get(held[owner], (0.0, 0.0))
                start = starting if place < _START_WORDS else 0.0
                self._exact[held[owner]] = (max(before[0], everywhere), max(before[1], start))


_START_WORDS = 4
_AT = {name: place for place, name in enumerate(PASSAGE_FEATURES)}
_LINK_AT = {name: place for place, name in enumerate(LINK_FEATURES)}
# Features that are worked out together, and stand side by side.
_TERM_SUMS = slice(_AT["coverage"], _AT["coverage_far"] + 1)
_UNIT_SUMS = slice(_AT["unit_coverage"], _AT["unit_asked"] + 1)
_NAMED = slice(_AT["named"], _AT["named_capital"] + 1)
_HELD = slice(_AT["phrase_rare"], _AT["phrase_lead_alone"] + 1)
_EXACT = slice(_AT["phrase_exact"], _AT["phrase_start"] + 1)
_CROSSED = slice(_AT[CONTEXT_PASSAGE_FEATURES[0]], len(PASSAGE_FEATURES))
_LINK_CONTEXT = slice(_LINK_AT[CONTEXT_LINK_FEATURES[0]], len(LINK_FEATURES))
