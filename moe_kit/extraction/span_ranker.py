"""The likeliest answer among the words of the quotes, by weights learned from questions with known answers."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec

from moe_core.contracts.wire import decode_json
from moe_kit.extraction.agents import says_deed
from moe_kit.extraction.likeness import read_terms
from moe_kit.extraction.relations import find_level
from moe_kit.extraction.span_candidates import SpanCandidate, is_part_of_name, list_candidates, read_sentence
from moe_kit.extraction.span_question import SpanQuestion, read_span_question
from moe_kit.extraction.span_signs import SpanSigns
from moe_kit.extraction.yes_no import asks_yes_or_no

WEIGHTS_FILE = Path(__file__).with_name("span_ranker.json")
"""Written by benchmarks/answers/fit_short.py --write."""
_QUOTES_READ = 6
_FIGURED = frozenset(("measure", "money", "when", "how many", "how much", "how long", "how"))
_PART = re.compile(r"[;,](?=\s)|\b(?:and|but|while|und|aber)\b")
_FIGURE = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|half|ein\w?|zwei|drei)\b")
_AMONG_RIVALS_MIN = 0.65  # where several amounts or dates could be meant; by the first half of benchmarks/answers
_PROSE = re.compile(r"\A[^#|`<\[\]={}-].*[.!?][\"”“)]*\Z", re.DOTALL)  # learned from sentences, for sentences
_ASKS_MORE = re.compile(
    r"\b(?:and|und) (?:what|who|when|where|which|why|how|was|wer|wann|wo|wie|warum)\b", re.IGNORECASE
)
_FOLDED = re.compile(r"\W+|\b(?:the|an?|der|die|das|den|dem|ein|eine|einen|einem|einer)\b", re.IGNORECASE)


class SpanWeights(msgspec.Struct, frozen=True, kw_only=True):
    """What was learned.

    Attributes:
        signs: Sign to weight, by the sort of question it counts for; "" for all.
        sure: Of the signs in `list_sure_signs`, bias first, for the share of right answers.
        sorts: By sort of question, what is added to that.
        confidence_min: Below it nothing is given.
    """

    signs: Mapping[str, Mapping[str, float]]
    sure: tuple[float, ...]
    sorts: Mapping[str, float]
    confidence_min: float

    def rate_sure(self, sort: str, sure_signs: Sequence[float]) -> float:
        """The share of right answers among such, in [0, 1]."""
        rated = self.sure[0] + sum(weight * sign for weight, sign in zip(self.sure[1:], sure_signs, strict=True))
        return 1.0 / (1.0 + math.exp(-rated - self.sorts.get(sort, 0.0)))


class RankedSpan(msgspec.Struct, frozen=True, kw_only=True):
    """Words of a quote and the share of right answers among such, in [0, 1]."""

    text: str
    confidence: float


def rank_spans(question: str, quotes: Sequence[str], *, weights: SpanWeights | None = None) -> RankedSpan | None:
    """The likeliest answer; None where nothing is sure enough."""
    weights = weights or load_span_weights()
    read = read_span_question(question)
    if read is None or asks_yes_or_no(question) or _ASKS_MORE.search(question):
        return None
    if read.sort == "who" and not says_deed(question, quotes[:_QUOTES_READ]):
        return None
    candidates = list(list_signed(read, quotes))
    if not candidates:
        return None
    plain, own = weights.signs[""], weights.signs.get(read.sort, {})
    scores = [sum(plain.get(sign, 0.0) + own.get(sign, 0.0) for sign in signs) for _, signs in candidates]
    best, sure_signs = choose_span([candidate for candidate, _ in candidates], scores)
    confidence = weights.rate_sure(read.sort, sure_signs)
    has_rivals = len({candidate.text for candidate, signs in candidates if "is-asked" in signs}) > 1
    least = max(weights.confidence_min, _AMONG_RIVALS_MIN if has_rivals else 0.0)
    if confidence < least or (read.sort == "who" and is_part_of_name(best)) or _is_anothers(best, read):
        return None
    return RankedSpan(text=best.text, confidence=confidence)


def _is_anothers(best: SpanCandidate, question: SpanQuestion) -> bool:
    """Whether a figure belongs to another clause than the words of the question that only one with a figure says.

    "Guaranteed for five years, the seals for one", asked of the seals.
    """
    if question.sort not in _FIGURED:
        return False
    text = best.sentence.text
    borders = [0, *(match.start() for match in _PART.finditer(text)), len(text)]
    parts = [(start, text[start:end]) for start, end in pairwise(borders)]
    own = next(part for start, part in reversed(parts) if start <= best.start)
    there = read_terms(own)
    others = [read_terms(part) for _, part in parts if part is not own and _FIGURE.search(part)]
    return any(not find_level(term, there) and any(find_level(term, one) for one in others) for term in question.terms)


def list_signed(question: SpanQuestion, quotes: Sequence[str]) -> Iterator[tuple[SpanCandidate, list[str]]]:
    """The candidates of the quotes that are sentences, with their signs."""
    for order, quote in enumerate(quotes[:_QUOTES_READ]):
        if _PROSE.match(quote):
            sentence = read_sentence(quote, question.terms, question.words, order)
            signs = SpanSigns(question, sentence)
            fitting = (candidate for candidate in list_candidates(sentence) if signs.can_answer(candidate))
            yield from ((candidate, signs.list_signs(candidate)) for candidate in fitting)


def choose_span(
    candidates: Sequence[SpanCandidate], scores: Sequence[float]
) -> tuple[SpanCandidate, tuple[float, ...]]:
    """The best candidate, and what tells how sure it is.

    That is: the log of its share among all, of its share beside the next other one, and how much of the question its
    sentence says.
    """
    highest = max(scores)
    best = candidates[scores.index(highest)]
    shares: dict[str, float] = {}
    for candidate, score in zip(candidates, scores, strict=True):
        text = fold_answer(candidate.text)
        shares[text] = shares.get(text, 0.0) + math.exp(score - highest)
    own = shares.pop(fold_answer(best.text))
    others = sum(shares.values())
    beside = max(shares.values(), default=0.0)
    return best, (math.log(own / (own + others)), math.log(own / (own + beside)), best.sentence.covered)


def fold_answer(text: str) -> str:
    """An answer without case, marks and articles, to compare it."""
    return " ".join(_FOLDED.sub(" ", text.lower()).split())


@cache
def load_span_weights() -> SpanWeights:
    """The shipped weights."""
    return decode_json(SpanWeights, WEIGHTS_FILE.read_bytes())
