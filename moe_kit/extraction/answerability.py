"""Signs that the evidence answers a question, each a number: what the learned refusal weighs."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from moe_core.contracts.evidence import Evidence
from moe_core.text.tokens import find_terms, iterate_tokens, stem
from moe_kit.extraction.likeness import FUNCTION_WORDS, TermSet
from moe_kit.extraction.query import Query
from moe_kit.extraction.ranking import RankedUnit, Ranking
from moe_kit.extraction.support import is_thin

SEARCHED_PASSAGES = 8  # what one search brings: how steeply their scores fall tells only when there are as many
_RARITY_MIN = 0.1  # what a term that stands in every passage still counts
_PHRASE_WORDS = (5, 4, 3, 2)


class AnswerSigns(msgspec.Struct, frozen=True, kw_only=True):
    """What speaks for an answer in the evidence, each in [0, 1]; the order of the fields is that of the weights.

    Attributes:
        level: The score of the eighth passage beside the best one's: near 1 when no passage stands out.
        first_covered: Share of the question's weight in the passage found first, rare terms counting most.
        unit_covered: The same of the best quoted sentence with what it stands under.
        phrase: Words of the question that a quoted sentence has in one row, of five.
        asks_kind: The question asks for a kind of answer that is known.
        has_names: The question names something.
        is_thin: The rule of `is_thin` finds that too little of the question is said.
    """

    level: float
    first_covered: float
    unit_covered: float
    phrase: float
    asks_kind: float
    has_names: float
    is_thin: float


def find_signs(
    query: Query, ranking: Ranking, evidence: Sequence[Evidence], chosen: Sequence[RankedUnit]
) -> AnswerSigns:
    """Read the signs off what would be quoted and off all that was found; `chosen` holds one unit at least."""
    found = sorted(evidence, key=lambda item: -item.score)
    terms = {term: weight for term, weight in query.weights.items() if term not in FUNCTION_WORDS}
    terms = terms or dict(query.weights)
    passages = [_measure({*find_terms(item.text), *find_terms(item.title)}, terms) for item in found]
    weights = _weigh(terms, passages)
    return AnswerSigns(
        level=found[SEARCHED_PASSAGES - 1].score if len(found) >= SEARCHED_PASSAGES else 0.0,
        first_covered=_share(passages[0], weights) if passages else 0.0,
        unit_covered=max(_share(_measure(_read_unit(candidate), terms), weights) for candidate in chosen),
        phrase=max(_find_phrase(query.focus, candidate.unit.text, terms) for candidate in chosen) / _PHRASE_WORDS[0],
        asks_kind=float(bool(query.asked)),
        has_names=float(bool((query.name_terms | query.numbers) & terms.keys())),
        is_thin=float(is_thin(query, ranking, chosen)),
    )


def _read_unit(candidate: RankedUnit) -> set[str]:
    return {*candidate.terms, *find_terms(candidate.unit.context)}


def _measure(held: set[str], terms: Mapping[str, float]) -> dict[str, float]:
    """By term of the question, how well a text holds it."""
    there = TermSet(held)
    return {term: there.find_likeness(term) for term in terms}


def _weigh(terms: Mapping[str, float], passages: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Importance times squared rarity among the passages: what all hold is the subject, not the point."""
    count = len(passages)
    held = Counter(term for passage in passages for term, share in passage.items() if share)
    highest = math.log((count + 1) / 0.5)
    rarity = {term: math.log((count + 1) / (held[term] + 0.5)) / highest for term in terms}
    return {term: weight * max(_RARITY_MIN, rarity[term] ** 2) for term, weight in terms.items()}


def _share(measured: Mapping[str, float], weights: Mapping[str, float]) -> float:
    total = sum(weights.values())
    return sum(weights[term] * share for term, share in measured.items()) / total if total else 0.0


def _find_phrase(question: str, text: str, terms: Mapping[str, float]) -> int:
    """How many of the question's words, one of weight among them, stand in the text in one row; 0 for one."""
    said = f" {' '.join(token.folded for token in iterate_tokens(text))} "
    words = [token.folded for token in iterate_tokens(question)]
    for size in _PHRASE_WORDS:
        for start in range(len(words) - size + 1):
            row = words[start : start + size]
            if f" {' '.join(row)} " in said and any(stem(word) in terms for word in row):
                return size
    return 0
