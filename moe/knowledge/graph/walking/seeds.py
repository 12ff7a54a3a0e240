"""Where walks begin: passages that the question names, that hold its phrases, and that search finds."""

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from moe.knowledge.analysis.entries import WEIGHT_SCALE
from moe.knowledge.graph.question.lookups import TermPostings, rate_passages
from moe.knowledge.graph.question.question import NamedThing, ProperPhrase, Question
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.postings import PostingsTable

# Chosen: a question names a few things; more are homonyms, of which the walk would look at none.
_MAX_NAMED = 60
_MAX_HOLDERS = 25  # passages taken for one phrase
_MAX_BY_PHRASE = 25
_MAX_BY_LEAD = 15
_LOWER_CASE_SHARE = 0.3  # what a name written in lower case counts


class Naming(msgspec.Struct):
    """How the question names a passage.

    Attributes:
        text: The words of the question that do it.
        share: Of the question's weight, times the name's weight for this passage.
        sure: `share` times how much of the name's weight is this passage's.
        capital: The latter share alone, for names written with a capital.
    """

    text: str
    share: float = 0.0
    sure: float = 0.0
    capital: float = 0.0


class Holding(msgspec.Struct):
    """How rare, among all passages, what a passage holds of the question's phrases is; all in [0, 1].

    Attributes:
        text: The phrase that counts most.
        rarity: Of holding a phrase's words, times the phrase's share of the question.
        unknown: Of holding the words of a phrase that names no passage.
        lead: As `rarity`, among passages that hold the words in their first sentences.
        lead_alone: The same without the phrase's share.
    """

    text: str
    rarity: float = 0.0
    unknown: float = 0.0
    lead: float = 0.0
    lead_alone: float = 0.0


class Seeds(msgspec.Struct, frozen=True):
    """Passages by number, best first within each dictionary."""

    named: dict[int, Naming] = msgspec.field(default_factory=dict)
    holding: dict[int, Holding] = msgspec.field(default_factory=dict)
    found: dict[int, float] = msgspec.field(default_factory=dict)

    def list_numbers(self) -> list[int]:
        """Every seed once: named ones, then found ones, then those that hold phrases."""
        by_phrase = sorted(self.holding, key=lambda number: -self.holding[number].rarity)[:_MAX_BY_PHRASE]
        by_lead = sorted(self.holding, key=lambda number: -self.holding[number].lead_alone)
        by_lead = [number for number in by_lead[:_MAX_BY_LEAD] if self.holding[number].lead_alone > 0]
        return list(dict.fromkeys([*list(self.named)[:_MAX_NAMED], *self.found, *by_phrase, *by_lead]))


def find_seeds(index: PassageIndex, question: Question, terms: TermPostings, found: dict[int, float]) -> Seeds:
    """Find where walks begin.

    Args:
        index: The passages.
        question: Read against the index.
        terms: The question's.
        found: What the retriever found: number -> score, best first.
    """
    return Seeds(
        named=_find_named(index.names, question.named),
        holding=_find_holding(index, question, terms),
        found=found,
    )


def _find_named(names: PostingsTable, things: Sequence[NamedThing]) -> dict[int, Naming]:
    named: dict[int, Naming] = {}
    for thing in things:
        numbers, infos = names.row(thing.mention.row)
        weights = infos.astype(np.float64) / WEIGHT_SCALE
        total = float(weights.sum())
        share = thing.share * (_LOWER_CASE_SHARE if thing.mention.is_lower else 1.0)
        best = np.argsort(-weights, kind="stable")[:_MAX_NAMED]
        for number, weight in zip(numbers[best].tolist(), weights[best].tolist(), strict=True):
            naming = named.setdefault(number, Naming(thing.text))
            if share * weight > naming.share:
                naming.text = thing.text
                naming.share, naming.sure = share * weight, share * weight * weight / total
            if not thing.mention.is_lower:
                naming.capital = max(naming.capital, weight / total)
    return named


def _find_holding(index: PassageIndex, question: Question, terms: TermPostings) -> dict[int, Holding]:
    holding: dict[int, Holding] = {}
    for phrase in question.phrases:
        for holders, is_lead in ((phrase.holders, False), (phrase.lead_holders, True)):
            if len(holders):
                best = holders
                if len(holders) > _MAX_HOLDERS:
                    ratings = rate_passages(index, terms, question.rarities, holders)
                    best = holders[np.argsort(-ratings, kind="stable")[:_MAX_HOLDERS]]
                _note_holders(holding, phrase, best.tolist(), 1 / math.sqrt(len(holders)), is_lead=is_lead)
    return holding


def _note_holders(
    holding: dict[int, Holding], phrase: ProperPhrase, holders: Sequence[int], rarity: float, *, is_lead: bool
) -> None:
    for number in holders:
        held = holding.setdefault(number, Holding(phrase.text))
        if is_lead:
            held.lead = max(held.lead, phrase.share * rarity)
            held.lead_alone = max(held.lead_alone, rarity)
            continue
        if phrase.share * rarity > held.rarity:
            held.text, held.rarity = phrase.text, phrase.share * rarity
        if not phrase.is_known:
            held.unknown = max(held.unknown, rarity)
