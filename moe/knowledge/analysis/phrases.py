"""Capitalised phrases: what texts write as names, found by how it is written."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.connectors import MOST_CONNECTORS
from moe.knowledge.analysis.gaps import HAS_STOP, IS_ONE, JOINS
from moe.knowledge.analysis.marks import IS_CAPITAL, IS_NUMBER
from moe.knowledge.analysis.text_columns import TextColumns
from moe.knowledge.analysis.vocabulary import (
    HAS_FOUR,
    IS_BRIEF,
    IS_CONNECTOR,
    IS_ENDING,
    IS_LOOSE,
    IS_SHORT,
    IS_STOP_WORD,
)

Flags = NDArray[np.bool_]
Places = NDArray[np.int64]


def find_phrases(text: TextColumns) -> tuple[Places, Places]:
    """Maximal runs of capitalised words with connectors between them, and the parts of those that may be two names.

    Runs end at punctuation other than a stop after an initial, and with their text. Single words at a sentence's
    beginning are among them; how often a word is written in lower case elsewhere tells names from others, later.

    Returns:
        Where each phrase begins, and where it stops.
    """
    if not len(text):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    steps = _find_steps(text)
    traits, step_list = text.traits.tolist(), steps.tolist()
    begins = ((text.traits & IS_CAPITAL) > 0) & ((text.traits & IS_STOP_WORD) == 0)
    goes_on = np.append(steps[1:] > 0, [False])
    is_covered = np.zeros(len(text), np.bool_)
    found: list[tuple[int, int]] = []
    stop = 0
    for place in np.flatnonzero(begins & goes_on).tolist():
        if place >= stop:
            stop = _find_stop(step_list, place)
            is_covered[place:stop] = True
            found += _iterate_parts(traits, step_list, place, stop)
    single = np.flatnonzero(begins & ~goes_on & ~is_covered & ((text.traits & IS_SHORT) == 0))
    runs = np.array(found, np.int64).reshape(-1, 2)
    return np.concatenate([single, runs[:, 0]]), np.concatenate([single + 1, runs[:, 1]])


def _find_steps(text: TextColumns) -> NDArray[np.int8]:
    """For each word how many words, with the connectors that it begins, go on with a name before it; 0 for none."""
    is_capital = (text.traits & IS_CAPITAL) > 0
    joins = (text.gaps & JOINS) > 0
    is_brief = np.append([False], (text.traits[:-1] & IS_BRIEF) > 0)
    joins &= ((text.gaps & HAS_STOP) == 0) | is_brief
    is_part = is_capital | (((text.traits & IS_NUMBER) > 0) & ((text.traits & HAS_FOUR) == 0))
    steps: NDArray[np.int8] = (joins & is_part).astype(np.int8)
    is_connector = (text.traits & IS_CONNECTOR) > 0
    is_close = (text.gaps & IS_ONE) > 0
    row = joins & ~is_part  # places from which there are only connectors so far
    for count in range(1, MOST_CONNECTORS + 1):
        row = row[:-1] & is_connector[count - 1 : -1] & is_close[count:]
        reaches = row & is_capital[count:]
        steps[: len(row)][reaches] = count + 1
        row = row & ~reaches
    return steps


def _find_stop(steps: list[int], first: int) -> int:
    stop = first + 1
    while stop < len(steps) and steps[stop]:
        stop += steps[stop]
    return stop


def _iterate_parts(traits: list[int], steps: list[int], first: int, stop: int) -> Iterator[tuple[int, int]]:
    """A run, and what stands between the connectors at which it may be two names."""
    yield from _trim(traits, first, stop)
    cuts: list[int] = []
    place = first + 1
    while place < stop:
        step = steps[place]
        if step > 1:
            cuts += [at for at in range(place, place + step - 1) if traits[at] & IS_LOOSE][:1]
        place += step
    for begin, end in zip([first, *(cut + 1 for cut in cuts)], [*cuts, stop], strict=True) if cuts else ():
        yield from _trim(traits, begin, end)


def _trim(traits: list[int], first: int, stop: int) -> Iterator[tuple[int, int]]:
    """The phrase without stop words and possessive endings at its ends; nothing if that is all it is."""
    while first < stop and traits[first] & IS_STOP_WORD:
        first += 1
    while stop > first and traits[stop - 1] & (IS_STOP_WORD | IS_ENDING):
        stop -= 1
    if stop > first and (stop - first > 1 or not traits[first] & IS_SHORT):
        yield first, stop
