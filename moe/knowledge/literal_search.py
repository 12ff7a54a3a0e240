"""Search for a question of stop words only, such as a name like "The Who", taken as it is written."""

from collections.abc import Iterator, Sequence

import numpy as np

from moe.knowledge.analysis.entries import WEIGHT_SCALE
from moe.knowledge.analysis.keys import make_name_key
from moe.knowledge.analysis.names import MAX_WORDS
from moe.knowledge.analysis.words import Word, read_text
from moe.knowledge.index.format.index import PassageIndex
from moe_core.contracts.retriever import Found

_LEAST_CAPITALS = 2  # in a row that are looked for: "Who was The Who" asks for "The Who"
_WRITTEN_SCORE = 0.5  # of a passage that writes the name as often as any, beside those that go by it


def search_literally(index: PassageIndex, query: str, *, k: int) -> list[Found]:
    """Passages that go by a name in the question, the surest first, then those that write it, most often first.

    Args:
        index: The passages.
        query: A question without terms.
        k: Passages at most.
    """
    names = list(_list_names(read_text(query).words))
    scores: dict[int, float] = {}
    for words in names:
        row = index.names.find(make_name_key(word.key for word in words))
        if row >= 0:
            for number, weight in zip(*(column.tolist() for column in index.names.row(row)), strict=True):
                scores[number] = max(scores.get(number, 0.0), weight / WEIGHT_SCALE)
    for words in names:
        if sum(word.is_capital for word in words) >= _LEAST_CAPITALS:
            keys = np.array([word.key for word in words], np.uint64)
            numbers = index.find_sequence(keys, is_capital=np.array([word.is_capital for word in words]))
            unique, counts = np.unique(numbers, return_counts=True)
            for number, count in zip(unique.tolist(), counts.tolist(), strict=True):
                scores.setdefault(number, _WRITTEN_SCORE * count / counts.max())
    best = sorted(scores, key=lambda number: (-scores[number], number))[: max(0, k)]
    return [Found(number, scores[number]) for number in best]


def _list_names(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """The whole question, and its runs of capitalised words; without the word that every question begins with."""
    if 1 < len(words) <= MAX_WORDS:
        yield words
    first = 0
    for place in range(len(words) + 1):
        if place == len(words) or not words[place].is_capital:
            if _LEAST_CAPITALS <= place - first < min(len(words), MAX_WORDS + 1):
                yield words[first:place]
            first = place + 1
