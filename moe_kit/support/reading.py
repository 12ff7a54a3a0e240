"""A text read for what can be checked: its figures, its names and its other words, in order."""

import re
from functools import lru_cache

import msgspec

from moe_core.text.tokens import STOP_WORDS, Token, find_terms, iterate_tokens, stem
from moe_kit.support.figures import Figure, find_figures

_MONTHS = "January February March April May June July August September October November December".split()
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)")
_NOT = re.compile(r"n['’]t\b")
_SENTENCE_START = re.compile(r"(?:\A|[.?!:;]\s+|\n\s*)[\"'“‘(\[*_#|-]*\s*\Z")
_VERBS = frozenset("is are was were be been being has have had".split())
_LEAD_WORDS = frozenset(
    """there here it he she they we you i this that these those one both each every some many most several according
    however also although because while when where if since during among yes no not""".split()
)


class SaidWord(msgspec.Struct, frozen=True):
    """A word that is no figure.

    Attributes:
        is_name: Written with a capital where no sentence begins, or with a digit.
        is_lead: The first word of a sentence: its capital says nothing.
        is_weak: A function word.
        follows_verb: Right behind a form of "be" or "have": what is said to be or to have been done.
    """

    stem: str
    folded: str
    start: int
    is_name: bool = False
    is_lead: bool = False
    is_weak: bool = False
    follows_verb: bool = False


class Reading(msgspec.Struct, frozen=True):
    """A text, read.

    Attributes:
        words: All words in order, function words too.
        figures: All figures in order.
        stems: Of all words.
    """

    text: str
    words: tuple[SaidWord, ...]
    figures: tuple[Figure, ...]
    stems: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """Stems of the words that are names."""
        return frozenset(word.stem for word in self.words if word.is_name)


@lru_cache(512)
def read_text(text: str) -> Reading:
    """Read a text; days written 2026-06-30 are read as 30 June 2026, and "n't" as "not"."""
    plain = _NOT.sub(" not", _ISO_DATE.sub(_write_date, text))
    figures = tuple(find_figures(plain))
    taken = [(figure.start, figure.end) for figure in figures if not figure.is_weak]
    tokens = [
        token
        for token in iterate_tokens(plain)
        if not any(start < token.end and token.start < stop for start, stop in taken)
    ]
    before = ["", *(token.folded for token in tokens)]
    words = tuple(_read_word(plain, token, last in _VERBS) for token, last in zip(tokens, before, strict=False))
    return Reading(plain, words, figures, frozenset(word.stem for word in words) | frozenset(find_terms(plain)))


def _write_date(match: re.Match[str]) -> str:
    year, month, day = match.groups()
    return f"{int(day)} {_MONTHS[int(month) - 1]} {year}"


def _read_word(text: str, token: Token, follows_verb: bool) -> SaidWord:
    is_capital = token.text[0].isupper()
    is_lead = _SENTENCE_START.search(text, max(0, token.start - 8), token.start) is not None or token.start == 0
    has_digit = any(char.isdigit() for char in token.text)
    is_weak = token.folded in STOP_WORDS or (is_lead and token.folded in _LEAD_WORDS)
    is_name = has_digit or (is_capital and not is_lead and token.folded not in STOP_WORDS)
    return SaidWord(
        stem(token.folded), token.folded, token.start, is_name, is_lead, is_weak and not is_name, follows_verb
    )
