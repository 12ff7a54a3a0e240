"""A question as the graph sees it: weighted terms, names that it says, and what it asks of them."""

import math
from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.connectors import count_connectors
from moe.knowledge.analysis.words import Word, read_text
from moe.knowledge.graph.links.mentions import Mention, NameReader
from moe.knowledge.graph.question.lookups import find_holders
from moe.knowledge.index.format.index import PassageIndex
from moe_core.text.tokens import STOP_WORDS, stem

# Words that begin questions with a capital letter without being names.
_ASKING = frozenset("who what when where which whom whose why how during before".split())
_NEARNESS_WORDS = 4.0  # over which nearness to a name falls to 1/e

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class NamedThing(msgspec.Struct, frozen=True):
    """A name in the question that some passage goes by.

    Attributes:
        text: As the question writes it.
        share: Of the question's weight, what its words have.
    """

    text: str
    mention: Mention
    share: float


class ProperPhrase(msgspec.Struct, frozen=True, eq=False):
    """A run of capitalised words or numbers.

    Attributes:
        text: As the question writes it.
        words: Rows of its words in the index's table of words, -1 for one that is not there.
        terms: Places of its terms in the question's.
        share: Of the question's weight, what its terms have.
        is_known: Whether it touches a name that some passage goes by.
        holders: Passages that hold all its terms, ascending.
        lead_holders: Those that hold them in their lead.
    """

    text: str
    words: tuple[int, ...]
    terms: tuple[int, ...]
    share: float
    is_known: bool
    holders: Integers
    lead_holders: Integers


class Question(msgspec.Struct, frozen=True, eq=False):
    """A question, read against an index. Arrays over its terms have shape (terms,).

    Attributes:
        terms: Its content words as stems, each once.
        rows: Each term's row in the index, -1 for one that no passage holds.
        rarities: Inverse document frequencies.
        weights: `rarities` scaled to sum 1; nothing for a question without content words.
        relation: Weights of the terms that belong to no name of a passage, on the scale of sum 1.
        asked: `relation` without terms of capitalised phrases, on the same scale: what is asked about the named.
        distance: In [0, 1], for terms of relation: how far one stands from the names.
        units: Terms that belong together: those of a phrase that some passage holds whole; every other by itself.
        unit_weights: Of the units, sum 1. Shape (units,).
        named: Names that passages go by.
        phrases: Capitalised phrases.
        name_terms: Places of terms that belong to a capitalised name.
    """

    text: str
    terms: tuple[str, ...]
    rows: Integers
    rarities: Floats
    weights: Floats
    relation: Floats
    asked: Floats
    distance: Floats
    units: tuple[tuple[int, ...], ...]
    unit_weights: Floats
    named: tuple[NamedThing, ...]
    phrases: tuple[ProperPhrase, ...]
    name_terms: frozenset[int]

    @property
    def known_rows(self) -> frozenset[int]:
        """Its terms that some passage holds, by row."""
        return frozenset(row for row in self.rows.tolist() if row >= 0)


def read_question(text: str, index: PassageIndex, names: NameReader) -> Question:
    """Read a question against an index."""
    reader = _QuestionReader(text, index, names)
    phrases = tuple(reader.find_phrases())
    phrase_terms = {term for phrase in phrases for term in phrase.terms}
    relation = reader.weigh(lambda place: place not in reader.name_terms)
    asked = reader.weigh(lambda place: place not in reader.name_terms and place not in phrase_terms)
    units = _find_units(len(reader.terms), phrases)
    unit_weights = np.array([reader.weights[list(unit)].sum() for unit in units], dtype=np.float64)
    return Question(
        text=text,
        terms=tuple(reader.terms),
        rows=reader.rows,
        rarities=reader.rarities,
        weights=reader.weights,
        relation=relation,
        asked=asked,
        distance=reader.measure_distances(relation),
        units=units,
        unit_weights=unit_weights / (unit_weights.sum() or 1.0),  # phrases may share a term
        named=tuple(reader.find_named()),
        phrases=phrases,
        name_terms=reader.name_terms,
    )


class _QuestionReader:
    """One pass over a question's words."""

    def __init__(self, text: str, index: PassageIndex, names: NameReader) -> None:
        self.index = index
        self.read = read_text(text)
        self.words: list[Word] = self.read.words
        self.terms: dict[str, int] = {}
        keys: list[int] = []
        self.at: list[int] = []
        for word in self.words:
            term = stem(word.folded) if word.term_key else ""
            if term and term not in self.terms:
                self.terms[term] = len(self.terms)
                keys.append(word.term_key)
            self.at.append(self.terms[term] if term else -1)
        self.rows = index.terms.find_many(np.array(keys, dtype=np.uint64)).astype(np.int64)
        self.rarities = np.array([names.find_rarity(row) for row in self.rows.tolist()], dtype=np.float64)
        self.weights = self.rarities / (self.rarities.sum() or 1.0)
        self.mentions = names.find_in_question(self.words, bytes(self.read.list_marks()))
        self.name_terms = frozenset(
            self.at[place]
            for mention in self.mentions
            if not mention.is_lower
            for place in range(mention.first, mention.stop)
            if self.at[place] >= 0
        )

    def weigh(self, is_wanted: Callable[[int], bool]) -> Floats:
        """The weights of some terms, 0 for the others; scaled so that all relation terms would sum to 1."""
        open_weight = sum(weight for place, weight in enumerate(self.weights) if place not in self.name_terms)
        return np.array(
            [weight / (open_weight or 1.0) if is_wanted(place) else 0.0 for place, weight in enumerate(self.weights)]
        )

    def find_named(self) -> list[NamedThing]:
        """Names that passages go by."""
        spans = [(mention, mention.first, mention.stop) for mention in self.mentions]
        return [
            NamedThing(self.read.get_text(first, stop), mention, self._sum(self.at[first:stop]))
            for mention, first, stop in spans
        ]

    def find_phrases(self) -> list[ProperPhrase]:
        """Runs of capitalised words with connectors between them, and numbers."""
        found = []
        place = 0
        while place < len(self.words):
            word = self.words[place]
            is_proper = word.is_capital or word.is_number
            if not is_proper or (place == 0 and (word.folded in _ASKING or not word.term_key)):
                place += 1
                continue
            first, stop = place, self._find_stop(place)
            place = stop
            while stop > first and self.words[stop - 1].folded in STOP_WORDS:
                stop -= 1
            while first < stop and self.words[first].folded in STOP_WORDS:
                first += 1
            if any(term >= 0 for term in self.at[first:stop]) and not (first == 0 and stop == 1):
                found.append(self._make_phrase(first, stop))
        return found

    def measure_distances(self, relation: Floats) -> Floats:
        """1 minus a nearness that falls with the words between a term and the closest name."""
        named = {place for mention in self.mentions for place in range(mention.first, mention.stop)}
        named |= {
            place
            for place, word in enumerate(self.words)
            if place and word.is_capital and self.at[place] >= 0 and relation[self.at[place]] == 0
        }
        nearness = np.zeros(len(relation))
        for place, term in enumerate(self.at):
            if term >= 0 and relation[term] > 0:
                gap = min((abs(place - other) for other in named), default=None)
                near = 0.5 if gap is None else math.exp(-max(0, gap - 1) / _NEARNESS_WORDS)
                nearness[term] = max(nearness[term], near)
        return np.where(relation > 0, 1 - nearness, 0.0)

    def _make_phrase(self, first: int, stop: int) -> ProperPhrase:
        terms = tuple(dict.fromkeys(term for term in self.at[first:stop] if term >= 0))
        rows = self.rows[list(terms)].tolist()
        is_there = min(rows) >= 0
        nothing = np.zeros(0, dtype=np.int64)
        keys = np.array([word.key for word in self.words[first:stop]], dtype=np.uint64)
        return ProperPhrase(
            text=self.read.get_text(first, stop),
            words=tuple(self.index.words.find_many(keys).tolist()),
            terms=terms,
            share=self._sum(terms),
            is_known=any(mention.first < stop and first < mention.stop for mention in self.mentions),
            holders=find_holders(self.index.terms, rows, lead_only=False) if is_there else nothing,
            lead_holders=find_holders(self.index.terms, rows, lead_only=True) if is_there else nothing,
        )

    def _find_stop(self, first: int) -> int:
        words = self.words
        stop = first + 1
        while stop < len(words):
            connected = count_connectors(words, stop)
            if not (words[stop].is_capital or connected):
                break
            stop += connected + 1
        return stop

    def _sum(self, places: Sequence[int]) -> float:
        return float(sum(self.weights[place] for place in {place for place in places if place >= 0}))


def _find_units(terms: int, phrases: Sequence[ProperPhrase]) -> tuple[tuple[int, ...], ...]:
    held = (phrase.terms for phrase in phrases if len(phrase.terms) > 1 and len(phrase.holders))
    whole = {frozenset(unit): unit for unit in held}  # a phrase may be said twice
    used = {term for unit in whole for term in unit}
    return (*whole.values(), *((term,) for term in range(terms) if term not in used))
