"""Scores for the units of evidence: how much of the question each one, where it stands, speaks to."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from moe_core.text.tokens import STOP_WORDS, Token, find_terms, iterate_tokens, stem
from moe_kit.extraction.query import Query, Want
from moe_kit.extraction.units import Unit, UnitKind

_MONTHS = frozenset("january february march april may june july august september october november december".split())
_YEAR = re.compile(r"1\d{3}|20\d{2}")
RARITY_MIN = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingWeights:
    """What each sign is worth; fitted by search on questions whose support is known.

    Attributes:
        own: Question terms in the unit itself.
        context: Question terms in its title, heading or header only.
        neighbours: Question terms in the units around it only.
        names: Named phrases of the question, whole.
        wanted: It holds the kind of answer asked for, and not from the question.
        lead: It opens its document.
        passage: The rank of its passage among the evidence.
        coverage: How much of the question its whole passage covers.
        row: What a table row is worth beside a sentence.
    """

    own: float = 1.0
    context: float = 0.55
    neighbours: float = 0.1
    names: float = 0.3
    wanted: float = 0.25
    lead: float = 0.15
    passage: float = 0.2
    coverage: float = 0.3
    row: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedUnit:
    """A unit with its score and what later steps ask about it.

    Attributes:
        terms: Its own stems.
        covered: Question terms in it or in its context.
        new_names: Names it brings that the question does not have, as stems of their words.
        wanted: Share of the wanted kinds of answer that it holds.
    """

    unit: Unit
    score: float
    terms: frozenset[str]
    covered: frozenset[str]
    new_names: frozenset[str]
    wanted: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Candidates in the order of the evidence, with the weight of each question term.

    Attributes:
        weights: Question term to weight, rarity included.
        passage_terms: Question terms of each piece of evidence, title included.
    """

    candidates: tuple[RankedUnit, ...]
    weights: Mapping[str, float]
    passage_terms: tuple[frozenset[str], ...]

    @property
    def total_weight(self) -> float:
        """The question's whole weight."""
        return sum(self.weights.values())

    def weigh(self, terms: frozenset[str]) -> float:
        """Share of the question's weight that the terms carry, in [0, 1]."""
        total = self.total_weight
        return sum(self.weights.get(term, 0.0) for term in terms) / total if total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A unit's words, read once."""

    unit: Unit
    tokens: tuple[Token, ...]
    terms: frozenset[str]
    context_terms: frozenset[str]


def rank_units(query: Query, units: Sequence[Unit], settings: RankingWeights | None = None) -> Ranking:
    """Score every unit for the question.

    Returns:
        One candidate a unit that can be quoted. Scores are >= 0 and comparable within one call.
    """
    settings = settings or RankingWeights()
    readings = [_read(unit) for unit in units]
    weights = _weigh_terms(query, readings)
    total = sum(weights.values()) or 1.0
    passages = _collect_passages(readings)
    passage_terms = tuple(terms & weights.keys() for terms in passages)
    best_evidence = max((unit.evidence.score for unit in units), default=0.0) or 1.0
    average = sum(len(reading.terms) for reading in readings) / len(readings) if readings else 1.0
    name_terms = query.name_terms

    def share(terms: frozenset[str]) -> float:
        return sum(weights[term] for term in terms) / total

    candidates = []
    for place, reading in enumerate(readings):
        unit = reading.unit
        if not unit.can_be_quoted:
            continue
        own = reading.terms & weights.keys()
        context = (reading.context_terms & weights.keys()) - own
        around = _terms_around(readings, place) & weights.keys() - own - context
        length = 1.0 / (0.7 + 0.3 * len(reading.terms) / (average or 1.0))
        relevance = (
            settings.own * share(own) * length
            + settings.context * share(context)
            + settings.neighbours * share(around)
            + settings.names * _match_names(query, reading)
        )
        new_names = _find_new_names(reading, name_terms)
        wanted = _has_wanted(query, reading, new_names)
        score = (
            relevance
            + settings.wanted * wanted
            + settings.lead * unit.is_lead
            + settings.passage * (unit.evidence.score / best_evidence) / (1 + 0.15 * unit.place)
            + settings.coverage * share(passage_terms[unit.place])
            + settings.row * (unit.kind is UnitKind.ROW)
        )
        candidates.append(
            RankedUnit(
                unit=unit,
                score=max(0.0, score) if own or (context and _stands_by_context(unit, query, wanted)) else 0.0,
                terms=reading.terms,
                covered=frozenset(own | context),
                new_names=new_names,
                wanted=wanted,
            )
        )
    return Ranking(candidates=tuple(candidates), weights=weights, passage_terms=passage_terms)


def _read(unit: Unit) -> _Reading:
    tokens = tuple(iterate_tokens(unit.text))
    terms = frozenset(stem(token.folded) for token in tokens if token.folded not in STOP_WORDS)
    return _Reading(unit=unit, tokens=tokens, terms=terms, context_terms=frozenset(find_terms(unit.context)))


def _weigh_terms(query: Query, readings: Sequence[_Reading]) -> dict[str, float]:
    """Importance times rarity among the units; a term that is everywhere keeps a little."""
    count = len(readings)
    found = Counter(term for reading in readings for term in reading.terms & query.weights.keys())
    highest = math.log((count + 1) / 0.5)
    return {
        term: weight * max(RARITY_MIN, math.log((count + 1) / (found[term] + 0.5)) / highest)
        for term, weight in query.weights.items()
    }


def _collect_passages(readings: Sequence[_Reading]) -> list[frozenset[str]]:
    size = max((reading.unit.place for reading in readings), default=-1) + 1
    passages: list[set[str]] = [set() for _ in range(size)]
    for reading in readings:
        passages[reading.unit.place] |= reading.terms | reading.context_terms
    return [frozenset(terms) for terms in passages]


def _terms_around(readings: Sequence[_Reading], place: int) -> frozenset[str]:
    here = readings[place].unit.place
    near = [readings[other] for other in (place - 1, place + 1) if 0 <= other < len(readings)]
    return frozenset(term for reading in near if reading.unit.place == here for term in reading.terms)


def _match_names(query: Query, reading: _Reading) -> float:
    """Share of the question's names that stand in the unit whole; those in its context count half."""
    if not query.names:
        return 0.0
    own = f" {' '.join(token.folded for token in reading.tokens)} "
    context = f" {' '.join(token.folded for token in iterate_tokens(reading.unit.context))} "
    matched = 0.0
    for name in query.names:
        phrase = f" {' '.join(name)} "
        matched += 1.0 if phrase in own else 0.5 if phrase in context else 0.0
    return matched / len(query.names)


def _find_new_names(reading: _Reading, known: frozenset[str]) -> frozenset[str]:
    """Stems of capitalised words inside the unit that the question does not name."""
    return (
        frozenset(
            stem(token.folded)
            for token in reading.tokens[1:]
            if token.text[0].isupper() and token.folded not in STOP_WORDS and len(token.text) > 1
        )
        - known
    )


def _has_wanted(query: Query, reading: _Reading, new_names: frozenset[str]) -> float:
    """Share of the wanted kinds of answer that the unit holds."""
    if not query.wants:
        return 0.0
    new_numbers = [
        place
        for place, token in enumerate(reading.tokens)
        if token.text[0].isdigit() and stem(token.folded) not in query.weights
    ]
    years = [place for place in new_numbers if _YEAR.fullmatch(reading.tokens[place].folded)]
    has_month = any(token.folded in _MONTHS for token in reading.tokens)
    held = {
        Want.NUMBER: _holds_number(query, reading, [place for place in new_numbers if place not in years]),
        Want.DATE: 1.0 if years or (has_month and new_numbers) else 0.5 * has_month,
        Want.NAME: 1.0 if new_names else 0.0,
    }
    return sum(held[want] for want in query.wants) / len(query.wants)


def _stands_by_context(unit: Unit, query: Query, wanted: float) -> bool:
    """Whether a unit that shares no word with the question may answer it by what it holds under its heading."""
    return unit.kind is UnitKind.ROW or (wanted > 0 and query.wants != {Want.NAME})


def _holds_number(query: Query, reading: _Reading, numbers: Sequence[int]) -> float:
    """1 when a number stands right before what is counted, half for any other number."""
    if not numbers or not query.counted:
        return 1.0 if numbers else 0.0
    for place in numbers:
        after = {stem(token.folded) for token in reading.tokens[place + 1 : place + 4]}
        if after & query.counted:
            return 1.0
    return 0.5
