"""A question as the ranker of answer spans reads it: its sort, and the nouns that name what the answer is one of."""

import re

import msgspec

from moe_core.text.tokens import STOP_WORDS, iterate_tokens, stem
from moe_kit.extraction.german import is_german, put_in_english
from moe_kit.extraction.kinds import AnswerKind, AskedKind, find_asked_kinds
from moe_kit.extraction.likeness import FUNCTION_WORDS
from moe_kit.extraction.query import parse_query

_ASKS = re.compile(r"\b(how many|how much|how long|how|who|whom|whose|where|why|which|what|when)\b", re.IGNORECASE)
_PLACES = frozenset(
    """city country town place location state region river area continent village street building room stadt land ort
    staat fluss region gebaude strasse kontinent""".split()
)
_PERSONS = frozenset(
    """president person actor actress author king queen player singer director leader scientist emperor man woman
    architect writer prasident person konig konigin autor spieler kaiser wissenschaftler""".split()
)
_FIGURES = frozenset("percentage percent prozentsatz number share anteil anzahl".split())
_EMPTY = STOP_WORDS | FUNCTION_WORDS
_NOUN_WORDS_MAX = 4
_NOUNS_MAX = 2  # the verb stands behind them


class SpanQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question taken apart.

    Attributes:
        sort: Its question word, or what the noun behind it makes of that: "what year" is "when".
        nouns: Stems of the words right behind the question word, as in "which river": what the answer is one of.
        asked: The kinds of answer asked for.
        terms: Stems of its words with their weights.
        words: Stems of all its words, in order.
    """

    sort: str
    nouns: frozenset[str]
    asked: tuple[AskedKind, ...]
    terms: dict[str, float]
    words: tuple[str, ...]


def read_span_question(question: str) -> SpanQuestion | None:
    """Take a question apart; None for one without a question word known here."""
    english = put_in_english(question)
    match = _ASKS.search(english)
    if match is None:
        return None
    asked = find_asked_kinds(question)
    empty = FUNCTION_WORDS if is_german(question) else frozenset[str]()
    run = _list_noun_words(english[match.end() :]) if match[1].lower() in ("which", "what") else []
    return SpanQuestion(
        sort=_find_sort(match[1].lower(), run, asked),
        nouns=frozenset(map(stem, run[:_NOUNS_MAX])),
        asked=asked,
        terms={term: weight for term, weight in parse_query(question).weights.items() if term not in empty},
        words=tuple(stem(token.folded) for token in iterate_tokens(question)),
    )


def _list_noun_words(behind: str) -> list[str]:
    run = []
    for token in list(iterate_tokens(behind))[:_NOUN_WORDS_MAX]:
        if token.folded in _EMPTY:
            break
        run.append(token.folded)
    return run


def _find_sort(word: str, run: list[str], asked: tuple[AskedKind, ...]) -> str:
    kinds = {one.kind for one in asked}
    if AnswerKind.WHEN in kinds:
        return "when"
    if AnswerKind.MONEY in kinds:
        return "money"
    if _PERSONS.intersection(run) or word in ("who", "whom", "whose"):
        return "who"
    if None in kinds:
        return "measure"
    if _PLACES.intersection(run):
        return "where"
    if run and run[0] in _FIGURES:
        return "how many"
    return "which" if run else word
