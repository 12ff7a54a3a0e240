"""Capitalised phrases: what a text writes as names, found by how it is written."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from moe.knowledge.analysis.words import PlacedWord
from moe_core.text.tokens import STOP_WORDS

# Small words that stand inside names.
CONNECTORS = frozenset(
    "of the de la le du van von der den di da dos del al el bin ibn and y af av zu i for in on to a at".split()
)
# A name may end before one of these as well as go on after it: "Lennon and McCartney", "Battle of Britain in Kent".
_LOOSE = frozenset(("and", "in", "on", "to", "at", "for"))
_JOINTS = frozenset(" .'’-\u00a0")


class Phrase(NamedTuple):
    """The words [first, stop) of a text."""

    first: int
    stop: int


def iterate_phrases(text: str, words: Sequence[PlacedWord]) -> Iterator[Phrase]:
    """Maximal runs of capitalised words with connectors between them, and the parts of those that may be two names.

    Runs end at punctuation other than a stop after an initial. Single words at a sentence's beginning are among them;
    how often a word is written in lower case elsewhere tells names from others, later.
    """
    place = 0
    while place < len(words):
        if not words[place].word.is_capital or words[place].word.folded in STOP_WORDS:
            place += 1
            continue
        stop, cuts = _find_stop(text, words, place)
        yield from _trim(words, place, stop)
        if cuts:
            begin = place
            for cut in (*cuts, stop):
                yield from _trim(words, begin, cut)
                begin = cut + 1
        place = stop


def _find_stop(text: str, words: Sequence[PlacedWord], first: int) -> tuple[int, list[int]]:
    """Where the run that begins at `first` ends, and at which of its words it may be two."""
    stop, cuts = first + 1, []
    while stop < len(words) and _is_joined(text, words[stop - 1], words[stop]):
        word = words[stop].word
        if word.is_capital or (word.is_number and len(word.folded) != 4):
            stop += 1
        elif (
            word.folded in CONNECTORS
            and stop + 1 < len(words)
            and words[stop + 1].word.is_capital
            and words[stop + 1].start - words[stop].end == 1
        ):
            if word.folded in _LOOSE:
                cuts.append(stop)
            stop += 2
        else:
            break
    return stop, cuts


def _is_joined(text: str, before: PlacedWord, after: PlacedWord) -> bool:
    """Whether nothing but what names hold stands between two words; a stop only after an initial or "Dr", "St"."""
    between = text[before.end : after.start]
    if between == " ":
        return True
    if "." in between and before.end - before.start > 2:
        return False
    return len(between) <= 3 and all(char in _JOINTS for char in between)


def _trim(words: Sequence[PlacedWord], first: int, stop: int) -> Iterator[Phrase]:
    """The phrase without stop words and possessive endings at its ends; nothing if that is all it is."""
    while first < stop and words[first].word.folded in STOP_WORDS:
        first += 1
    while stop > first and (words[stop - 1].word.folded in STOP_WORDS or words[stop - 1].word.folded == "s"):
        stop -= 1
    if stop > first and (stop - first > 1 or len(words[first].word.folded) > 2):
        yield Phrase(first, stop)
