"""Words of a text: tokens, folded forms, stems and index terms."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import Stemmer

# Letters and digits with the marks that belong to them (accents written apart, vowel signs), and 1,234,567.
_MARKS = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u0900-\u0963\u0966-\u0dff\u0e00-\u0e7f\u0e80-\u0eff\u0f71-\u0f84\u1000-\u109f\u1780-\u17d3\u3099\u309a"
)
_THOUSANDS = r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,]|\.\d{4})"
_TAIL = rf"[^\W_]*+(?:[{_MARKS}]++[^\W_]*+)*+"
_WORD = re.compile(rf"([^\W\d_]{_TAIL}|{_THOUSANDS}|[^\W_]{_TAIL})")  # most words begin with a letter
_ASCII_WORD = re.compile(rf"([A-Za-z][A-Za-z0-9]*+|{_THOUSANDS}|[A-Za-z0-9]++)")  # the same in ASCII, twice as quick
# The same where no marks and no such numbers are, as in most texts, and what tells it.
_PLAIN_WORD, _PLAIN_ASCII_WORD = re.compile(r"([^\W_]++)"), re.compile(r"([A-Za-z0-9]++)")
_MARK, _MAYBE_THOUSANDS = re.compile(rf"[{_MARKS}]"), re.compile(r",\d{3}")
# Scripts written without spaces: indexed as overlapping pairs of characters.
_UNSPACED = re.compile(
    r"[\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17d3]+"
)
# The marks that make kana voiced: taking them off would make another word.
_VOICING = "\u3099\u309a"
_LETTERS = str.maketrans(
    {
        "ı": "i",
        "ł": "l",
        "Ł": "L",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ß": "ss",
    }
)

# Function words, and what an apostrophe leaves of "mill's", "they're" and "don't".
STOP_WORDS = frozenset(
    """
    a about after again all also am an and any are as at be because been before being between both but by can
    could d did do does doing for from had has have having he her here his how i if in into is it its just ll m
    may me might more most my no nor not of on only or other our over own re s same she should so some such t than
    that the their them then there these they this those to too under us ve very was we were what when where which
    who whom whose why will with would you your
    """.split()
)

_stemmer = Stemmer.Stemmer("english", 0)  # without a cache of its own, which costs more than it saves


class Token(NamedTuple):
    """A word as written, its folded form, and the characters [start, end) it stands in."""

    text: str
    folded: str
    start: int
    end: int


@lru_cache(1 << 17)
def fold(word: str) -> str:
    """Lower case, without accents or thousands separators."""
    if word.isascii():
        return word.lower().replace(",", "")
    decomposed = unicodedata.normalize("NFKD", word).translate(_LETTERS)
    bare = "".join(char for char in decomposed if char in _VOICING or not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare).lower()


@lru_cache(1 << 17)
def stem(folded: str) -> str:
    """The stem of a folded word (Snowball English; words of other scripts stay)."""
    return str(_stemmer.stemWord(folded))


def stem_all(folded: Sequence[str]) -> list[str]:
    """The stems of many words, none of which is remembered; quicker than one by one."""
    return list(map(str, _stemmer.stemWords(folded)))


def iterate_tokens(text: str) -> Iterator[Token]:
    """Words in order. A run of an unspaced script becomes overlapping pairs of characters."""
    for word, start in find_words(text):
        yield Token(word, fold(word), start, start + len(word))


class SplitWords(NamedTuple):
    """The words of a text in columns: as written, what stands before each, and where each starts.

    Nothing stands before a pair of characters of an unspaced script that overlaps with the pair before.
    """

    words: list[str]
    gaps: list[str]
    starts: list[int]


def find_words(text: str) -> list[tuple[str, int]]:
    """The same words as plain tuples: as written, and where they start. Quicker for long texts."""
    found = split_words(text)
    return list(zip(found.words, found.starts, strict=True))


def split_words(text: str) -> SplitWords:
    """The same words in columns; quicker still."""
    pieces = _choose_pattern(text).split(text)
    ends = list(accumulate(map(len, pieces)))
    found = SplitWords(pieces[1::2], pieces[:-1:2], ends[:-1:2])
    return found if text.isascii() or not _UNSPACED.search(text) else _split_all_unspaced(found)


def _choose_pattern(text: str) -> re.Pattern[str]:
    """The quickest pattern that finds the words of a text."""
    has_numbers = _MAYBE_THOUSANDS.search(text) is not None
    if text.isascii():
        return _ASCII_WORD if has_numbers else _PLAIN_ASCII_WORD
    return _WORD if has_numbers or _MARK.search(text) else _PLAIN_WORD


def _split_all_unspaced(found: SplitWords) -> SplitWords:
    split = SplitWords([], [], [])
    for word, gap, start in zip(*found, strict=True):
        parts = list(_split_unspaced(word, start))
        split.words.extend(part for part, _ in parts)
        split.gaps.extend([gap] + [""] * (len(parts) - 1))
        split.starts.extend(place for _, place in parts)
    return split


def find_terms(text: str) -> list[str]:
    """Index terms: folded, without stop words, stemmed, in order, repeats kept."""
    terms: list[str] = []
    for word in _WORD.findall(text):
        terms += _find_word_terms(word)
    return terms


@lru_cache(1 << 17)
def _find_word_terms(word: str) -> tuple[str, ...]:
    return tuple(stem(token.folded) for token in iterate_tokens(word) if token.folded not in STOP_WORDS)


def _split_unspaced(word: str, start: int) -> Iterator[tuple[str, int]]:
    place = 0
    for match in _UNSPACED.finditer(word):
        if match.start() > place:
            yield word[place : match.start()], start + place
        run, begin = match.group(), start + match.start()
        if len(run) == 1:
            yield run, begin
        for offset in range(len(run) - 1):
            yield run[offset : offset + 2], begin + offset
        place = match.end()
    if place < len(word):
        yield word[place:], start + place
