"""The few words of a quote that answer a question by themselves: a date, a figure, a name, or yes and no."""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from moe_core.text.tokens import find_terms, iterate_tokens, stem
from moe_kit.extraction.kinds import AnswerKind, AskedKind, find_answers, find_asked_kinds, find_implied
from moe_kit.extraction.query import parse_query

# A guess by kind, set by hand: no measurement stands behind these yet.
_CONFIDENCE = {
    AnswerKind.WHEN: 0.6,
    AnswerKind.COUNT: 0.6,
    AnswerKind.MONEY: 0.6,
    AnswerKind.OFTEN: 0.6,
    AnswerKind.VERSION: 0.6,
    AnswerKind.CONTACT: 0.7,
    AnswerKind.NAME: 0.45,
    None: 0.6,
}
_QUOTES_READ = 3
# Chosen on the first half of benchmarks/answers: below, what is given is wrong more often than it says.
_SHARE_MIN = 0.65  # of the question's words, those in the same clause counting most
_SHARE_MARGIN = 0.1
_NEARNESS_RATIO = 1.35
_CLAUSE_BORDER = re.compile(r"[;,](?!\d)|\b(?:and|but|while|of which)\b")
_NO_NAMES = frozenset(map(str.lower, calendar.month_name)) | frozenset(map(str.lower, calendar.day_name))
_PLACED = re.compile(r"\b(?:at|in|to|from|near|on|\d+)\s+\Z")
_SPAN_TRIMMED = re.compile(r"^(?:the|in|at|on|since|from|until|by)\s+", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w.])[A-Z][\w'’.-]*(?:\s(?:(?:of|de|der|van|von|the|&|and the)\s)?[A-Z][\w'’.-]*)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSpan:
    """Words of a quote and a guess, in [0, 1], how often words like these are right."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rated:
    text: str
    share: float
    nearness: float


def find_answer_span(question: str, quotes: Sequence[str]) -> AnswerSpan | None:
    """The words of the best quote that are of the kind asked for and stand nearest to what is asked about.

    None when the question asks for no kind known here, or two rivals stand equally near.
    """
    asked = find_asked_kinds(question)
    if len(asked) != 1 or not quotes:
        return None
    terms = frozenset(parse_query(question).weights) - _find_kind_terms(question, quotes, asked[0])
    rated = [
        _rate(quote, span, terms)
        for quote in quotes[:_QUOTES_READ]
        for span in _find_spans(question, quote, asked[0], terms)
    ]
    if not rated:
        return None
    rated.sort(key=lambda item: (-item.share, -item.nearness))
    best = rated[0]
    rivals = [item for item in rated[1:] if item.text != best.text and item.share >= best.share - _SHARE_MARGIN]
    is_clear = all(best.nearness >= _NEARNESS_RATIO * item.nearness for item in rivals)
    if best.share < _SHARE_MIN or not is_clear or (rivals and asked[0].kind is AnswerKind.NAME):
        return None
    confidence = _CONFIDENCE[asked[0].kind]
    return AnswerSpan(text=best.text.strip(" .,;"), confidence=confidence)


def _find_kind_terms(question: str, quotes: Sequence[str], asked: AskedKind) -> frozenset[str]:
    """Stems of the question's words that an answer of the kind says by itself."""
    said = frozenset(word for quote in quotes for word in find_implied(question, quote, asked))
    return frozenset(map(stem, said))


def _find_spans(question: str, quote: str, asked: AskedKind, terms: frozenset[str]) -> list[tuple[int, int]]:
    """Spans of the kind that the question does not say itself."""
    if asked.kind is AnswerKind.NAME:
        spans = list(_find_names(quote))
    else:
        spans = (
            _join_times(quote, find_answers(quote, asked))
            if asked.kind is AnswerKind.WHEN
            else find_answers(quote, asked)
        )
    if asked.kind is AnswerKind.COUNT:
        spans = _prefer_counted(question, quote, spans)
    if asked.kind is AnswerKind.WHEN and re.search(r"\b(?:what|which) year\b", question, re.IGNORECASE):
        years = [m.span() for m in re.finditer(r"(?<![\d.,])(?:1\d|20)\d\d(?![\d,])", quote)]
        spans = years or spans
    trimmed = []
    for start, end in spans:
        match = _SPAN_TRIMMED.match(quote[start:end]) if asked.kind is not AnswerKind.OFTEN else None
        begin = start + match.end() if match else start
        words = frozenset(find_terms(quote[begin:end]))
        if words and not words & terms:
            trimmed.append((begin, end))
    return trimmed


def _prefer_counted(question: str, quote: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    match = re.search(r"\bhow many\s+((?:\w+\s+){0,2}\w+)", question, re.IGNORECASE)
    wanted = frozenset(find_terms(match[1])) if match else frozenset()
    near = [
        (start, end)
        for start, end in spans
        if wanted & {stem(token.folded) for token in list(iterate_tokens(quote[end : end + 40]))[:3]}
    ]
    return near or (spans if len(spans) == 1 else [])


def _find_names(quote: str) -> Iterator[tuple[int, int]]:
    """Capitalised runs that may be who did it: no months, no places, no label before a colon, no lone first word."""
    for match in _NAME.finditer(quote):
        words = [token.folded for token in iterate_tokens(match.group())]
        is_first = not quote[: match.start()].strip(" -*0123456789.")
        if len(match.group()) < 3 or (words and words[0] in _NO_NAMES) or quote[match.end() :].startswith(":"):
            continue
        if _PLACED.search(quote, 0, match.start()) or (is_first and len(words) == 1):
            continue
        yield match.span()


def _join_times(quote: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Times that stand side by side as one: a day, its date and the hour."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and re.fullmatch(r",? (?:at |around |of )?", quote[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _rate(quote: str, span: tuple[int, int], terms: frozenset[str]) -> _Rated:
    """How much of the question stands in a span's quote and clause, and how near to it, in words."""
    tokens = list(iterate_tokens(quote))
    start, end = _find_clause(quote, span)
    inside = [place for place, token in enumerate(tokens) if span[0] <= token.start < span[1]]
    nearness, there, clause = 0.0, set[str](), set[str]()
    for place, token in enumerate(tokens):
        term = stem(token.folded)
        if term not in terms or not inside:
            continue
        there.add(term)
        if start <= token.start < end:
            clause.add(term)
        nearness += 1.0 / (2 + min(abs(place - inside[0]), abs(place - inside[-1])))
    share = (0.6 * len(there) + 0.4 * len(clause)) / (len(terms) or 1)
    return _Rated(text=quote[span[0] : span[1]], share=share, nearness=nearness)


def _find_clause(quote: str, span: tuple[int, int]) -> tuple[int, int]:
    borders = [match.start() for match in _CLAUSE_BORDER.finditer(quote)]
    start = max((border for border in borders if border < span[0]), default=0)
    return start, min((border for border in borders if border >= span[1]), default=len(quote))
