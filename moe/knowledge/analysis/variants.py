"""Shorter and turned forms of a name, as texts use them once the full name has been said."""

import re
from collections.abc import Iterator
from functools import lru_cache

from moe.knowledge.analysis.marks import IS_CAPITAL
from moe.knowledge.analysis.words import Word, read_words
from moe_core.text.tokens import STOP_WORDS

Variant = tuple[tuple[Word, ...], float]

_OF = re.compile(r"\s+(?:of|the|de|von|van|zu|di|du|da)\s+")
_MOST_GIVEN = 7  # longer rows of capitals are titles
# The shares below are chosen by hand: a family name alone means its bearer less surely than both names.


@lru_cache(1 << 10)  # a passage says its name in its title, at its beginning and before its first verb
def list_variants(text: str, *, is_person: bool) -> tuple[Variant, ...]:
    """Other forms of a name with the share of its weight that each deserves, in (0, 1).

    Args:
        text: The name as it is written.
        is_person: Whether something says that it is a person's; otherwise forms that only persons have count half.
    """
    return tuple(_iterate_variants(text, is_person=is_person))


def _iterate_variants(text: str, *, is_person: bool) -> Iterator[Variant]:
    words = read_words(text)
    if "," in text:
        yield from _cut_at_comma(text)
    if len(words) > 2:
        yield from _cut_at_of(text, words)
    is_written_as_name = all(word.mark == IS_CAPITAL for word in words)
    if is_written_as_name and 2 <= len(words) <= _MOST_GIVEN:
        yield from _vary_person(words, 1.0 if is_person else 0.5)
        if is_person:
            yield words[1:] + words[:1], 0.3


def _cut_at_comma(text: str) -> Iterator[Variant]:
    words = read_words(text.partition(",")[0])
    if len(words) > 1:
        yield words, 0.6


def _cut_at_of(text: str, words: tuple[Word, ...]) -> Iterator[Variant]:
    """ "Anna of Cleves" is Anna of Cleves alone, but the Duke of Albany, Sussex, is the Duke of Albany too."""
    parts = _OF.split(text)
    if len(parts) < 2:
        return
    first = read_words(parts[0])
    if len(first) > 1 and first[0].folded not in STOP_WORDS:
        yield first, 0.35
    if len(parts) > 2:
        before_last = read_words(text[: text.rfind(parts[-1])])
        while before_last and before_last[-1].folded in STOP_WORDS:
            before_last = before_last[:-1]
        if len(before_last) > 2:
            yield before_last, 0.5
    if len(words) > 3 and words[0].is_capital and words[1].is_capital:
        yield words[1:], 0.35


def _vary_person(words: tuple[Word, ...], sure: float) -> Iterator[Variant]:
    """Given names left out or kept alone; the first and the last of three and more are common for others too."""
    first, family = words[0], words[-1]
    if len(words) >= 3:
        yield (first, family), 0.5
        for given in words[1:-1]:
            if len(given.folded) > 1:
                yield (given, family), 0.45 * sure
        if len(words[1].folded) > 1:
            yield words[:2], 0.4 * sure
    if len(words) >= 4:
        yield (first, *words[-2:]), 0.4 * sure
        yield words[:3], 0.4 * sure
