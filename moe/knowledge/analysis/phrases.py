"""Capitalised phrases: what a text writes as names, found by how it is written."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from moe.knowledge.analysis.marks import IS_CAPITAL
from moe.knowledge.analysis.words import TextWords, Word
from moe_core.text.tokens import STOP_WORDS

# Small words that stand inside names.
CONNECTORS = frozenset(
    "of the de la le du van von der den di da dos del al el bin ibn and y af av zu i for in on to a at".split()
)
# A name may end before one of these as well as go on after it: "Lennon and McCartney", "Battle of Britain in Kent".
_LOOSE = frozenset(("and", "in", "on", "to", "at", "for"))
_CONNECTORS_MAX = 3  # "Ponte sobre o de la" is no name; "House of the Rising Sun", "Hans von und zu Berg" are
_JOINTS = frozenset(" .'’-\u00a0")


class Phrase(NamedTuple):
    """The words [first, stop) of a text."""

    first: int
    stop: int


def iterate_phrases(text: TextWords) -> Iterator[Phrase]:
    """Maximal runs of capitalised words with connectors between them, and the parts of those that may be two names.

    Runs end at punctuation other than a stop after an initial. Single words at a sentence's beginning are among them;
    how often a word is written in lower case elsewhere tells names from others, later.
    """
    words, stop = text.words, 0
    for place, word in enumerate(words):
        if word[3] != IS_CAPITAL or place < stop or word[1] in STOP_WORDS:
            continue
        stop, cuts = _find_stop(text, place)
        yield from _trim(words, place, stop)
        if cuts:
            begin = place
            for cut in (*cuts, stop):
                yield from _trim(words, begin, cut)
                begin = cut + 1


def _find_stop(text: TextWords, first: int) -> tuple[int, list[int]]:
    """Where the run that begins at `first` ends, and at which of its words it may be two."""
    words, starts, ends = text.words, text.starts, text.ends
    stop, cuts = first + 1, []
    while stop < len(words) and _is_joined(text, stop):
        word = words[stop]
        if word.is_capital or (word.is_number and len(word.folded) != 4):
            stop += 1
        elif connected := count_connectors(words, stop, lambda place: starts[place] - ends[place - 1] == 1):
            cuts += [place for place in range(stop, stop + connected) if words[place].folded in _LOOSE][:1]
            stop += connected + 1
        else:
            break
    return stop, cuts


def count_connectors(words: Sequence[Word], first: int, is_close: Callable[[int], bool]) -> int:
    """How many connectors in a row, "of the" or "van der", join what stands before `first` to a capitalised word.

    Args:
        words: Of a text.
        first: The place that may hold the first connector.
        is_close: Whether the word of a place stands right behind the one before.

    Returns:
        0 when nothing is joined.
    """
    for place in range(first, min(first + _CONNECTORS_MAX, len(words) - 1)):
        if words[place].folded not in CONNECTORS or not is_close(place + 1):
            return 0
        if words[place + 1].is_capital:
            return place + 1 - first
    return 0


def _is_joined(text: TextWords, place: int) -> bool:
    """Whether nothing but what names hold stands before a word; a stop only after an initial or "Dr", "St"."""
    before = text.ends[place - 1]
    between = text.text[before : text.starts[place]]
    if between == " ":
        return True
    if "." in between and before - text.starts[place - 1] > 2:
        return False
    return len(between) <= 3 and all(char in _JOINTS for char in between)


def _trim(words: Sequence[Word], first: int, stop: int) -> Iterator[Phrase]:
    """The phrase without stop words and possessive endings at its ends; nothing if that is all it is."""
    while first < stop and words[first].folded in STOP_WORDS:
        first += 1
    while stop > first and (words[stop - 1].folded in STOP_WORDS or words[stop - 1].folded == "s"):
        stop -= 1
    if stop > first and (stop - first > 1 or len(words[first].folded) > 2):
        yield Phrase(first, stop)
