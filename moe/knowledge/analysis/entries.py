"""What the index notes of terms and names: counts, flags and weights."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from moe.knowledge.analysis.keys import make_name_key, make_word_key
from moe.knowledge.analysis.names import Name
from moe.knowledge.analysis.words import Word

ANALYSIS_VERSION = 3  # an index made by another is made anew

# Of a term in a passage: how often it occurs, at most 31, and flags.
COUNT_MASK = 31
IN_LEAD = 32  # in the title or one of the first sentences, two in all
IN_NAME = 64  # part of the name that the passage most surely goes by
IN_LOWER_CASE = 128  # at least once without a capital

WEIGHT_SCALE = 200  # of names

LEAD_SENTENCES = 2  # a title counts as the first
BEGINNINGS = (3, 2, 1)  # letters of a given name by which a person may be found
_BEGINNING_SHARES = (0.4, 0.2, 0.15)  # of a name that only begins so; the fewer letters, the less


def weigh_names(names: Sequence[Name]) -> dict[int, int]:
    """The keys by which a passage of these names is found, with their weights, 1 to `WEIGHT_SCALE`."""
    weights: dict[int, float] = {}
    for name in names:
        weights[name.key] = max(weights.get(name.key, 0.0), name.weight)
        if name.is_person:
            for key, share in _iterate_person_keys(name.words):
                weights[key] = max(weights.get(key, 0.0), share * name.weight)
    return {key: max(1, round(weight * WEIGHT_SCALE)) for key, weight in weights.items()}


def make_beginning_keys(word: str) -> tuple[int, ...]:
    """Keys of a folded word's first three, two letters and first one; with a family name's they make a person's."""
    return _make_beginning_keys(word[: BEGINNINGS[0]])


@lru_cache(1 << 16)
def _make_beginning_keys(beginning: str) -> tuple[int, ...]:
    return tuple(make_word_key(f"~{beginning[:length]}") for length in BEGINNINGS)


def _iterate_person_keys(words: Sequence[Word]) -> Iterator[tuple[int, float]]:
    """Keys that find a person by the beginning of any given name and the family name."""
    family = words[-1]
    if len(words) < 2 or len(family.folded) < 3 or not all(word.is_capital for word in words):
        return
    for given in words[:-1]:
        for length, key, share in zip(BEGINNINGS, make_beginning_keys(given.folded), _BEGINNING_SHARES, strict=True):
            if len(given.folded) >= length:
                yield make_name_key((key, family.key)), share
