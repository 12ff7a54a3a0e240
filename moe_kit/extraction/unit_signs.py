"""What speaks for a unit as the answer to a question, or against it: signs, each a number."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import msgspec
from msgspec.structs import astuple

from moe_core.text.tokens import find_terms
from moe_kit.extraction.agents import find_deed
from moe_kit.extraction.asked import find_asked
from moe_kit.extraction.fitting import asks_what_if, gives_condition, is_beside
from moe_kit.extraction.german import is_german, put_in_english
from moe_kit.extraction.kinds import AnswerKind
from moe_kit.extraction.likeness import TermSet
from moe_kit.extraction.pointed import (
    PointedUnit,
    find_holder,
    holds_answer,
    list_before,
    list_texts,
    rate_all,
    rate_term,
    weigh_query,
)
from moe_kit.extraction.query import Query
from moe_kit.extraction.ranking import RankedUnit, Ranking
from moe_kit.extraction.relations import find_level
from moe_kit.extraction.units import Unit, UnitKind
from moe_kit.extraction.yes_no import asks_yes_or_no, find_yes_or_no

_UNKNOWN_WEIGHT = 0.3  # of a term that the ranking has not weighed
_LONG = 6.0  # log of a long sentence's characters
_MANY_TERMS = 8
_FEW_UNITS = 6
_WEAK_LEVEL = 0.4  # a term said only nearby


class UnitSigns(msgspec.Struct, frozen=True, kw_only=True):
    """The signs of one unit; shares are of the question's weight, rare terms counting most."""

    own: float
    cover: float
    cover_squared: float
    heading: float
    around: float
    worst_missing: float
    worst_missing_squared: float
    missing_elsewhere: float
    missing_nowhere: float
    missing_names: float
    misses_number: float
    misses_noun: float
    misses_deed: float
    is_plain: float
    plain_cover: float
    lacks: float
    lacks_cover: float
    holds_cover: float
    holds_name: float
    holds_when: float
    holds_money: float
    holds_count: float
    holds_measure: float
    holds_other: float
    is_row: float
    is_code: float
    is_entry: float
    length: float
    score: float
    rank: float
    is_beside: float
    pointed_share: float
    fits_case: float
    asks_yes_no: float
    decides_yes_no: float
    found_score: float
    question_terms: float
    question_terms_cover: float
    is_among_few: float
    lead: float
    is_best: float


SIGN_NAMES = UnitSigns.__struct_fields__


class SignedUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate, its signs in the order of `SIGN_NAMES`, and what rates it as an answer by itself; None unrated."""

    candidate: RankedUnit
    signs: tuple[float, ...]
    rated: PointedUnit | None


class _Scene(msgspec.Struct, frozen=True):
    """What the units of a question share."""

    query: Query
    weights: Mapping[str, float]
    total: float
    entries: tuple[RankedUnit, ...]
    before: Mapping[Unit, Unit]
    after: Mapping[Unit, Unit]
    said: TermSet
    nouns: frozenset[str]
    deed: str | None

    def share(self, levels: Mapping[str, float]) -> float:
        return sum(self.weights[term] * level for term, level in levels.items()) / self.total


def sign_units(query: Query, ranking: Ranking, units: Sequence[Unit]) -> list[SignedUnit]:
    """Every candidate with its signs; none for a question without words, or with a name that is nowhere."""
    if not query.weights or not ranking.candidates or _names_unknown(query, units):
        return []
    scene = _set_scene(query, ranking, units)
    rated = {item.candidate.unit: item for item in rate_all(query, ranking, units, scene.entries, least=0.0)}
    covers = {candidate.unit: _level(scene, candidate) for candidate in ranking.candidates}
    ordered = sorted((scene.share(levels) for levels, _ in covers.values()), reverse=True)
    second = ordered[1] if len(ordered) > 1 else 0.0
    places = {c.unit: place for place, c in enumerate(sorted(ranking.candidates, key=lambda c: -c.score))}
    best_score = max(candidate.score for candidate in ranking.candidates) or 1.0
    best_found = max(unit.evidence.score for unit in units) or 1.0
    signed = []
    for candidate in ranking.candidates:
        unit, item = candidate.unit, rated.get(candidate.unit)
        levels, texts = covers[unit]
        cover = scene.share(levels)
        said = {
            **_read_words(scene, candidate, levels, texts, cover),
            **_read_kind(scene, unit, cover),
            **_read_rules(scene, unit, item),
            "score": candidate.score / best_score,
            "rank": 1.0 / (1 + places[unit]),
            "found_score": unit.evidence.score / best_found,
            "is_among_few": len(ranking.candidates) < _FEW_UNITS,
            "lead": cover - second,
            "is_best": cover >= ordered[0],
        }
        signs = UnitSigns(**{name: float(value) for name, value in said.items()})
        signed.append(SignedUnit(candidate=candidate, signs=astuple(signs), rated=item))
    return signed


def _names_unknown(query: Query, units: Sequence[Unit]) -> bool:
    """Whether the question names somebody or something that no unit does; German writes every noun like a name."""
    if is_german(query.focus):
        return False
    there = TermSet([term for unit in units for term in find_terms(f"{unit.context} {unit.text}")])
    return any(query.weights.get(term, 0.0) >= 1.0 and not find_level(term, there) for term in query.name_terms)


def _set_scene(query: Query, ranking: Ranking, units: Sequence[Unit]) -> _Scene:
    plain = weigh_query(query)
    weights = {
        term: ranking.weights.get(term, _UNKNOWN_WEIGHT) * weight / (query.weights.get(term) or 1.0)
        for term, weight in plain.items()
    }
    beside = [(one, other) for one, other in pairwise(units) if one.place == other.place]
    return _Scene(
        query=query,
        weights=weights,
        total=sum(weights.values()) or 1.0,
        entries=tuple(candidate for candidate in ranking.candidates if candidate.unit.kind is UnitKind.ENTRY),
        before={other: one for one, other in beside},
        after=dict(beside),
        said=TermSet([term for unit in units for term in find_terms(unit.text)]),
        nouns=find_asked(put_in_english(query.focus)) & weights.keys(),
        deed=find_deed(query.focus),
    )


def _level(scene: _Scene, candidate: RankedUnit) -> tuple[dict[str, float], list[tuple[TermSet, float]]]:
    """By term how well the unit says it, with what it stands under and leans on; the texts that may."""
    _, implied = find_holder(scene.query, candidate, scene.entries)
    texts = list_texts(scene.query, candidate, tuple(list_before(candidate.unit, scene.before)))
    levels = {term: 1.0 if term in implied else rate_term(term, texts) for term in scene.weights}
    return levels, texts


def _read_words(
    scene: _Scene,
    candidate: RankedUnit,
    levels: Mapping[str, float],
    texts: Sequence[tuple[TermSet, float]],
    cover: float,
) -> dict[str, float]:
    """Which words of the question the unit says, and what those are that it does not."""
    unit, query = candidate.unit, scene.query
    missing = {term: 1.0 - level for term, level in levels.items()}
    elsewhere = {term: share if find_level(term, scene.said) else 0.0 for term, share in missing.items()}
    beside = [scene.before.get(unit), scene.after.get(unit)]
    near = TermSet([term for other in beside if other is not None for term in find_terms(other.text)])
    worst = max(scene.weights[term] * share for term, share in missing.items()) / scene.total
    names = {term: missing[term] for term in query.name_terms if term in missing}
    terms = min(len(levels), _MANY_TERMS) / _MANY_TERMS
    return {
        "own": scene.share({term: find_level(term, texts[0][0]) for term in levels}),
        "cover": cover,
        "cover_squared": cover**2,
        "heading": scene.share({term: find_level(term, texts[1][0]) for term in levels}),
        "around": scene.share({term: max(level, find_level(term, near)) for term, level in levels.items()}) - cover,
        "worst_missing": worst,
        "worst_missing_squared": worst**2,
        "missing_elsewhere": scene.share(elsewhere),
        "missing_nowhere": scene.share({term: share - elsewhere[term] for term, share in missing.items()}),
        "missing_names": scene.share(names),
        "misses_number": any(levels[term] <= _WEAK_LEVEL for term in query.numbers if term in levels),
        "misses_noun": bool(scene.nouns) and not any(levels[term] > _WEAK_LEVEL for term in scene.nouns),
        "misses_deed": scene.deed in levels and levels.get(scene.deed or "", 0.0) <= _WEAK_LEVEL,
        "length": math.log(1 + len(unit.text)) / _LONG,
        "question_terms": terms,
        "question_terms_cover": terms * cover,
    }


def _read_kind(scene: _Scene, unit: Unit, cover: float) -> dict[str, float]:
    """Whether the unit holds an answer of the kind asked for."""
    asked = scene.query.asked
    held = {one.kind for one in asked if holds_answer(scene.query, unit, one)}
    known = (AnswerKind.NAME, AnswerKind.WHEN, AnswerKind.MONEY, AnswerKind.COUNT, None)
    return {
        "is_plain": not asked,
        "plain_cover": 0.0 if asked else cover,
        "lacks": bool(asked) and not held,
        "lacks_cover": cover if asked and not held else 0.0,
        "holds_cover": cover if held else 0.0,
        "holds_name": AnswerKind.NAME in held,
        "holds_when": AnswerKind.WHEN in held,
        "holds_money": AnswerKind.MONEY in held,
        "holds_count": AnswerKind.COUNT in held,
        "holds_measure": None in held,
        "holds_other": bool(held.difference(known)),
    }


def _read_rules(scene: _Scene, unit: Unit, rated: PointedUnit | None) -> dict[str, float]:
    """What the rules say of the unit."""
    question = scene.query.focus
    is_closed = asks_yes_or_no(question)
    return {
        "is_row": unit.kind is UnitKind.ROW,
        "is_code": unit.kind is UnitKind.CODE,
        "is_entry": unit.kind is UnitKind.ENTRY,
        "is_beside": is_beside(question, unit),
        "pointed_share": rated.share if rated is not None else 0.0,
        "fits_case": asks_what_if(question) and gives_condition(unit.text),
        "asks_yes_no": is_closed,
        "decides_yes_no": is_closed and find_yes_or_no(question, unit.text) is not None,
    }
