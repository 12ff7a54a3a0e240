"""Times and ranges of times in a quote; of a range only the end that a question asks for."""

import re
from collections.abc import Sequence

from moe_kit.extraction.kinds import AskedKind, find_answers

_BETWEEN_TIMES = re.compile(
    r",? (?:at |around |of |to |until |till |bis |from |von |and |und |–|-)?(?:the )?|\s?[–-]\s?", re.IGNORECASE
)
_HALF_RANGE = re.compile(r"(\b\d{1,2}(?:[.:]\d\d|\.)?\s?(?:to|until|till|bis|and|[–-])\s?)\Z", re.IGNORECASE)
_BEGINS = re.compile(
    r"\b(?:open|opens|opened|begin|begins|start|starts|since|from|ab|seit|öffnet|beginnt)\b", re.IGNORECASE
)
_ENDS = re.compile(r"\b(?:close|closes|closed|end|ends|until|till|by|bis|schließt|endet)\b", re.IGNORECASE)
_IS_STATE = re.compile(r"\b(?:is|are|was|were|ist|sind|war|waren)\b.*\b(?:closed|shut|geschlossen)\b", re.IGNORECASE)


def find_times(question: str, quote: str, asked: AskedKind) -> list[tuple[int, int]]:
    """Times and ranges of times; of a range only its begin or its end, where the question asks for that."""
    found = find_answers(quote, asked)
    if _IS_STATE.search(question):
        return _join_times(quote, found)
    if _BEGINS.search(question) or _ENDS.search(question):
        ends = _ENDS.search(question) is not None
        parts = [span for span in found if _is_bound(quote, span, ends=ends)]
        return parts or _join_times(quote, found)
    return _join_times(quote, found)


def _is_bound(quote: str, span: tuple[int, int], *, ends: bool) -> bool:
    behind = re.match(r"\s?(?:to|until|till|bis|[–-])\b", quote[span[1] :]) is not None
    ahead = re.search(r"\b(?:to|until|till|bis|by)\s(?:the )?\Z", quote[: span[0]]) is not None
    return ahead if ends else behind and not ahead


def _join_times(quote: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Times that stand side by side as one: a day, its date and the hour."""
    joined: list[tuple[int, int]] = []
    for start, end in (_extend(quote, span) for span in spans):
        if joined and _BETWEEN_TIMES.fullmatch(quote[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _extend(quote: str, span: tuple[int, int]) -> tuple[int, int]:
    """A time with the figure before it that it ends a range of: "8 to 12 am"."""
    half = _HALF_RANGE.search(quote, 0, span[0])
    return (half.start(1) if half else span[0]), span[1]
