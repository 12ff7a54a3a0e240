"""Scores for the units of evidence: how much of the question each one, where it stands, speaks to."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice

import msgspec

from moe_core.text.tokens import STOP_WORDS, Token, find_terms, iterate_tokens, stem
from moe_kit.extraction.companions import find_antecedents
from moe_kit.extraction.kinds import AnswerKind, AskedKind, find_answers, find_implied
from moe_kit.extraction.phrases import find_phrase_terms
from moe_kit.extraction.query import WANT_OF, Query, Want
from moe_kit.extraction.units import Unit, UnitKind

_MONTHS = frozenset("january february march april may june july august september october november december".split())
_YEAR = re.compile(r"1\d{3}|20\d{2}")
RARITY_MIN = 0.15  # so that a word of every passage still counts a little


class RankingWeights(msgspec.Struct, frozen=True, kw_only=True):
    """What each sign is worth; fitted by search on questions whose support is known.

    Attributes:
        own: Question terms in the unit itself.
        context: Question terms in its title, heading or header only.
        inherited: Question terms in the sentence that it leans on only.
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
    inherited: float = 0.8
    neighbours: float = 0.1
    names: float = 0.3
    wanted: float = 0.25
    lead: float = 0.15
    passage: float = 0.2
    coverage: float = 0.3
    row: float = 0.2


class RankedUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit with its score and what later steps ask about it.

    Attributes:
        terms: Its own stems.
        covered: Question terms in it, in its context or in the sentence that it leans on.
        new_names: Names it brings that the question does not have, as stems of their words.
        wanted: Share of the wanted kinds of answer that it holds.
        antecedent: The sentence that it leans on, when the question asks about that one's words.
    """

    unit: Unit
    score: float
    terms: frozenset[str]
    covered: frozenset[str]
    new_names: frozenset[str]
    wanted: float = 0.0
    antecedent: Unit | None = None


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
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


class _Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A unit with its words."""

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
    antecedents = find_antecedents(units)

    def share(terms: frozenset[str]) -> float:
        return sum(weights[term] for term in terms) / total

    candidates = []
    for place, reading in enumerate(readings):
        unit = reading.unit
        if not unit.can_be_quoted:
            continue
        own = _find_own(query, reading, weights)
        context = (reading.context_terms & weights.keys()) - own
        root = readings[antecedents[place]] if place in antecedents else None
        inherited = (root.terms & weights.keys()) - own - context if root is not None else frozenset()
        told = [asked for asked in query.asked if _tells(query, reading, asked)]
        if own or context or inherited:
            own |= _find_implied_terms(query, reading, told) & weights.keys()
        around = (_terms_around(readings, place) & weights.keys()) - own - context - inherited
        length = 1.0 / (0.7 + 0.3 * len(reading.terms) / (average or 1.0))
        relevance = (
            settings.own * share(own) * length
            + settings.context * share(context)
            + settings.inherited * share(inherited)
            + settings.neighbours * share(around)
            + settings.names * _match_names(query, reading)
        )
        new_names = _find_new_names(reading, name_terms)
        wanted = _has_wanted(query, reading, new_names, told)
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
                score=max(0.0, score) if own or _stands_by_others(unit, query, wanted, context, inherited) else 0.0,
                terms=reading.terms,
                covered=frozenset(own | context | inherited),
                new_names=new_names,
                wanted=wanted,
                antecedent=root.unit if root is not None and inherited else None,
            )
        )
    return Ranking(candidates=tuple(candidates), weights=weights, passage_terms=passage_terms)


def _read(unit: Unit) -> _Reading:
    tokens, terms = _read_words(unit.text)
    return _Reading(unit=unit, tokens=tokens, terms=terms, context_terms=_read_context(unit.context))


@lru_cache(maxsize=4096)  # as `find_answers`
def _read_words(text: str) -> tuple[tuple[Token, ...], frozenset[str]]:
    tokens = tuple(iterate_tokens(text))
    terms = frozenset(stem(token.folded) for token in tokens if token.folded not in STOP_WORDS)
    return tokens, terms | find_phrase_terms(text)


@lru_cache(maxsize=1024)
def _read_context(context: str) -> frozenset[str]:
    return frozenset(find_terms(context))


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


def _has_wanted(query: Query, reading: _Reading, new_names: frozenset[str], told: Sequence[AskedKind]) -> float:
    """Share of the wanted kinds of answer that the unit holds; `told` are those that its words give exactly."""
    if not query.wants:
        return 0.0
    new_numbers = [
        place
        for place, token in enumerate(reading.tokens)
        if token.text[0].isdigit() and stem(token.folded) not in query.weights
    ]
    years = [place for place in new_numbers if _YEAR.fullmatch(reading.tokens[place].folded)]
    has_month = any(token.folded in _MONTHS for token in reading.tokens)
    wants_told = {WANT_OF.get(asked.kind, Want.NUMBER) for asked in told}
    held = {
        Want.NUMBER: _holds_number(query, reading, [place for place in new_numbers if place not in years]),
        Want.DATE: 1.0 if years or (has_month and new_numbers) else 0.5 * has_month,
        Want.NAME: 1.0 if new_names else 0.0,
    }
    return sum(1.0 if want in wants_told else held[want] for want in query.wants) / len(query.wants)


def _find_own(query: Query, reading: _Reading, weights: Mapping[str, float]) -> frozenset[str]:
    """The question's terms that the unit says: as they are, or as the one who does it."""
    own = reading.terms & weights.keys()
    if Want.NAME in query.wants:
        own |= {term for term in weights if not reading.terms.isdisjoint(_find_doers(term))}
    return own


def _find_implied_terms(query: Query, reading: _Reading, told: Sequence[AskedKind]) -> frozenset[str]:
    """Stems of the question's words that the unit says by the answers that it holds."""
    text = reading.unit.text
    return frozenset(stem(word) for asked in told for word in find_implied(query.focus, text, asked))


@lru_cache(4096)
def _find_doers(term: str) -> frozenset[str]:
    """Stems of what one is called who does a thing: own, owner; direct, director."""
    return frozenset(stem(f"{term}{ending}") for ending in ("er", "r", "or")) - {term}


def _tells(query: Query, reading: _Reading, asked: AskedKind) -> bool:
    """Whether the unit holds an answer of that kind which the question does not say itself; none counts things here."""
    if asked.kind is AnswerKind.COUNT:  # any number is one: what stands behind it tells
        return False
    text = reading.unit.text
    answers = (frozenset(find_terms(text[start:end])) for start, end in find_answers(text, asked))
    return any(not terms or not terms <= query.weights.keys() for terms in answers)


def _stands_by_others(
    unit: Unit, query: Query, wanted: float, context: frozenset[str], inherited: frozenset[str]
) -> bool:
    """Whether a unit that shares no word with the question may answer it by what it holds.

    Under its heading, or about what the sentence that it leans on names.
    """
    if not context and not inherited:
        return False
    return unit.kind is UnitKind.ROW or (wanted > 0 and query.wants != {Want.NAME})


def _holds_number(query: Query, reading: _Reading, numbers: Sequence[int]) -> float:
    """1 when a number stands right before what is counted, half for any other number."""
    if query.counted:
        text = reading.unit.text
        for _, end in find_answers(text, AskedKind(AnswerKind.COUNT)):
            after = {stem(token.folded) for token in islice((t for t in reading.tokens if t.start >= end), 3)}
            if after & query.counted:
                return 1.0
        return 0.5 if numbers else 0.0
    return 1.0 if numbers else 0.0
