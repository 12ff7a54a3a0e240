"""Which words of a text begin its sentences, and which stand in the first ones."""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.entries import LEAD_SENTENCES
from moe.knowledge.analysis.text_columns import TextColumns

Borders = Sequence[Sequence[int]]


def find_borders(text: TextColumns, spans: Sequence[Sequence[tuple[int, int]]]) -> Borders:
    """For each text the first word of each sentence; one past the last for those without words at the end.

    Args:
        text: The words of texts.
        spans: Where the sentences of each begin and end.
    """
    return [
        [first, *(first + bisect_left(starts, end) for _, end in sentences[:-1])]
        for first, starts, sentences in zip(text.first_words.tolist(), text.starts, spans, strict=False)
    ]


def find_lead(text: TextColumns, borders: Borders, owners: Sequence[int]) -> NDArray[np.bool_]:
    """Which words stand in the title or the first sentences.

    Args:
        text: The words of titles, sections and texts.
        borders: The first words of their sentences.
        owners: The passage of each text; those of a passage follow one another.
    """
    is_lead = np.zeros(len(text), np.bool_)
    firsts = text.first_words.tolist()
    sentences, last = 0, -1
    for place, owner in enumerate(owners):
        sentences = sentences if owner == last else 0
        last = owner
        begins, stop = borders[place], firsts[place + 1]
        if sentences < LEAD_SENTENCES:
            left = LEAD_SENTENCES - sentences
            is_lead[firsts[place] : begins[left] if left < len(begins) else stop] = True
        sentences += sum(border < stop for border in begins)
    return is_lead


def list_begins(text: TextColumns, borders: Borders) -> list[int]:
    """The words that sentences begin with."""
    stops = text.first_words.tolist()[1:]
    return [border for own, stop in zip(borders, stops, strict=True) for border in own if border < stop]
