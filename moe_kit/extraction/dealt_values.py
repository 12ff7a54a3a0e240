"""The one of several values that a sentence deals out: "three years for the body and one for the controller"."""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

import msgspec

from moe_core.text.tokens import STOP_WORDS, iterate_tokens
from moe_kit.extraction.kinds import AskedKind, find_answers
from moe_kit.extraction.likeness import FUNCTION_WORDS, read_terms
from moe_kit.extraction.relations import find_level

_BORDER = re.compile(r"[;,:](?=\s)|\b(?:and|but|while|whereas|und|aber|sowie)\b|(?<=\w)[.](?=\s+[A-ZÄÖÜ])")
_UNIT_NAMED = re.compile(r"(?<![\w.,:/-])\d+(?:[.,]\d+)*\s?(?P<unit>[^\W\d_]{1,12}|%|°\s?C?)(?!\w)")
_FIGURE = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half)\b", re.IGNORECASE)
_PARTS_MIN = 2


class _DealtPart(msgspec.Struct, frozen=True):
    """A part of the sentence that holds one value.

    Attributes:
        before: Its text in front of the value.
        behind: Its text behind the value.
    """

    value: str
    before: str
    behind: str


class DealtValue(msgspec.Struct, frozen=True):
    """The value that is meant.

    Attributes:
        text: "" where the sentence says for whom each is, and the question does not.
        is_labelled: Each value has behind it what it is for: surer than what stands somewhere before it.
    """

    text: str
    is_labelled: bool


def find_dealt_value(quote: str, terms: Collection[str], asked: AskedKind | None) -> DealtValue | None:
    """The value whose part of the sentence alone says a word of the question; None where the sentence deals out none.

    Args:
        terms: Stems of the question's words.
        asked: The kind of value; None where the question tells none, then whatever the sentence deals out.
    """
    found = [find_answers(quote, asked)] if asked is not None else _group_by_unit(quote)
    for spans in found:
        parts = _read_parts(quote, [span for span in spans if _FIGURE.search(quote, *span)])
        if len(parts) >= _PARTS_MIN:
            return _choose(parts, quote, terms)
    return None


def _group_by_unit(text: str) -> list[list[tuple[int, int]]]:
    """Figures with the same word behind them."""
    groups: dict[str, list[tuple[int, int]]] = {}
    for match in _UNIT_NAMED.finditer(text):
        if match["unit"].lower() not in STOP_WORDS | FUNCTION_WORDS:
            groups.setdefault(match["unit"], []).append(match.span())
    return list(groups.values())


def _read_parts(quote: str, spans: Sequence[tuple[int, int]]) -> list[_DealtPart]:
    """The parts that hold a value; none where a part holds two."""
    borders = [0, *(match.start() for match in _BORDER.finditer(quote)), len(quote)]
    parts = []
    for start, end in pairwise(borders):
        inside = [span for span in spans if start <= span[0] < end]
        if len(inside) > 1:
            return []
        if inside:
            low, high = inside[0]
            parts.append(_DealtPart(quote[low:high].strip(" .,;"), quote[start:low], quote[high : max(high, end)]))
    return parts


def _choose(parts: Sequence[_DealtPart], quote: str, terms: Collection[str]) -> DealtValue | None:
    """The value of the one part that says words which no other part says.

    What a later part does not say again, the verb say, is said by the first for all: of that one counts only what
    deals out, the words behind its value where the others have theirs there, else the word that it begins with.
    """
    is_behind = all(not _find_content(part.before) for part in parts[1:])
    texts = [part.behind if is_behind else f"{part.before} {part.behind}" for part in parts]
    if not is_behind:
        texts[0] = _find_content(parts[0].before)[:1][0] if _find_content(parts[0].before) else ""
    said = [read_terms(text) for text in texts]
    whole = read_terms(quote)
    telling = {
        place
        for term in terms
        if find_level(term, whole)
        for places in [[place for place, there in enumerate(said) if find_level(term, there)]]
        if len(places) == 1
        for place in places
    }
    if len(telling) == 1:
        return DealtValue(parts[telling.pop()].value, is_labelled=is_behind)
    return DealtValue("", is_labelled=True) if is_behind and not telling and all(map(_find_content, texts)) else None


def _find_content(text: str) -> list[str]:
    """The words that are no function words."""
    words = (token.folded for token in iterate_tokens(text))
    return [word for word in words if word not in STOP_WORDS and word not in FUNCTION_WORDS]
