"""Whether search by words alone finds as much as a walk would, told before any graph is built."""

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.contracts.search import FIRST_PASSAGES, WordsVerdict
from moe.knowledge.analysis.entries import COUNT_MASK
from moe.knowledge.graph.question.lookups import TermPostings, weigh_counts
from moe.knowledge.graph.question.question import ProperPhrase, Question
from moe.knowledge.index.format.index import PassageIndex
from moe_kit.retrieval.bm25 import SATURATION

POOL = 40  # passages asked of the retriever
_PASSAGES_MIN = 100  # chosen: the collections it was learned on have 120 and more, and a walk over fewer costs little
_DIGITS = 4

WORD_SIGNS = (
    "lead",  # how far the best match by words is ahead of the second
    "lead_of_five",  # of the sixth
    "gap",  # between the fifth and the sixth
    "cover",  # share of the question's weight that the best match holds
    "cover_of_five",  # that the first five hold together
    "rare",  # share of the question's two weightiest words that the best match holds
    "match",  # score of the best match, of the highest that there could be
    "found",  # share of the passages asked for that were found
    "terms",  # of the question, in tens
    "titled",  # titled documents for each passage of the collection
    "named",  # share of the question's weight that names passages
    "names",  # how many of these there are, in threes
    "unknown",  # share of capitalised phrases that name no passage
    "missed",  # share of capitalised phrases that the best match does not hold
    "missed_by_five",  # that none of the first five holds
    "rarity",  # of the rarest word, of the highest that there could be
    "chain",  # "of" and "'s", by which one thing is asked for by way of another, in twos
)

_FOUND = WORD_SIGNS.index("found")

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


_FEWEST = FIRST_PASSAGES / POOL  # found by words: where there are fewer, a walk has room to add


class WordGate(msgspec.Struct, frozen=True):
    """What was learned; benchmarks/retrieval/fit_words.py wrote it.

    Attributes:
        weights: Of the signs.
        constant: Added to their sum.
        most: How likely a walk may find more, so that words alone are taken.
    """

    weights: Mapping[str, float]
    constant: float
    most: float

    def measure_chance(self, signs: Floats, shift: float = 0.0) -> float:
        """How likely a walk finds more of what is wanted among the first five passages.

        Args:
            signs: Of the question.
            shift: What feedback adds to the log odds.
        """
        weights = np.array([self.weights[name] for name in WORD_SIGNS])
        return 1 / (1 + math.exp(-float((signs * weights).sum()) - self.constant - shift))

    def find_chance(self, signs: Floats, shift: float = 0.0) -> float | None:
        """The same where it is little enough for words alone to be taken; None where somebody is to walk."""
        if signs[_FOUND] < _FEWEST:
            return None
        chance = self.measure_chance(signs, shift)
        return chance if chance < self.most else None


@cache
def load_gate() -> WordGate:
    """What ships with moe."""
    stored = files("moe.knowledge.graph.walking").joinpath("words_first.json").read_text(encoding="utf-8")
    return WordGate(**json.loads(stored))


def measure_chance(
    index: PassageIndex, question: Question, terms: TermPostings, found: Mapping[int, float]
) -> float | None:
    """How likely a walk finds more than words alone, without feedback; None where words are never taken alone.

    Args:
        index: The passages.
        question: Read against the index.
        terms: The question's.
        found: What the retriever found, best first.
    """
    if not _may_decide(index, question, found):
        return None
    signs = read_word_signs(index, question, terms, found)
    return None if signs[_FOUND] < _FEWEST else load_gate().measure_chance(signs)


def find_verdict(
    index: PassageIndex, question: Question, terms: TermPostings, found: Mapping[int, float], *, shift: float = 0.0
) -> WordsVerdict | None:
    """Why words alone do for a question; None where somebody is to walk.

    Args:
        index: The passages.
        question: Read against the index.
        terms: The question's.
        found: What the retriever found, best first.
        shift: What feedback adds to the log odds that a walk finds more.
    """
    if not _may_decide(index, question, found):
        return None
    signs = read_word_signs(index, question, terms, found)
    gate = load_gate()
    chance = gate.find_chance(signs, shift)
    if chance is None:
        return None
    shown = ("lead_of_five", "cover", "cover_of_five")
    told = {name: round(float(signs[WORD_SIGNS.index(name)]), _DIGITS) for name in shown}
    taught = {"feedback": round(shift, _DIGITS)} if shift else {}
    return WordsVerdict(
        reason="a walk would hardly add to what the question's own words find",
        numbers={"chance": round(chance, _DIGITS), "most": gate.most, **taught, **told},
    )


def _may_decide(index: PassageIndex, question: Question, found: Mapping[int, float]) -> bool:
    return bool(found and question.terms) and len(index) >= _PASSAGES_MIN


def read_word_signs(index: PassageIndex, question: Question, terms: TermPostings, found: Mapping[int, float]) -> Floats:
    """What the best matches by words and the question tell, shape (`WORD_SIGNS`,).

    The matches are weighed as moe weighs words, whatever a retriever's own scores mean: where it ranks otherwise, no
    match is far ahead.

    Args:
        index: The passages.
        question: Read against the index; it has content words.
        terms: The question's.
        found: What the retriever found, best first; at least one.
    """
    numbers = np.array(list(found)[: FIRST_PASSAGES + 1], dtype=np.int64)
    counts = terms.read(numbers) & COUNT_MASK
    worths = (weigh_counts(counts, index.damping[numbers]) * question.rarities).sum(axis=1)
    scores = np.zeros(FIRST_PASSAGES + 1)
    scores[: len(worths)] = worths
    best = max(float(scores[0]), 1e-9)
    has = counts[:FIRST_PASSAGES] > 0
    weights = question.weights
    names = [thing for thing in question.named if not thing.mention.is_lower]
    return np.array(
        [
            1 - scores[1] / best,
            1 - scores[-1] / best,
            (scores[-2] - scores[-1]) / best,
            weights[has[0]].sum(),
            weights[has.any(axis=0)].sum(),
            has[0][np.argsort(-weights, kind="stable")[:2]].mean(),
            best / max(float(question.rarities.sum()) * (SATURATION + 1), 1e-9),
            len(found) / POOL,
            len(question.terms) / 10,
            index.titled_share,
            sum(thing.share for thing in names),
            len(names) / 3,
            sum(phrase.share for phrase in question.phrases if not phrase.is_known),
            _sum_missed(question.phrases, has[:1]),
            _sum_missed(question.phrases, has),
            float(question.rarities.max()) / math.log(len(index) + 1),
            sum(word == "of" or word.endswith(("'s", "’s")) for word in question.text.casefold().split()) / 2,
        ]
    )


def rate_found(found: Mapping[int, float]) -> list[tuple[int, float]]:
    """The passages found, with ratings in [0, 1] that fall about as those of walks do; best first."""
    best = max(found.values(), default=0.0) or 1.0
    return [(number, math.exp(score / best - 1)) for number, score in found.items()]


def _sum_missed(phrases: tuple[ProperPhrase, ...], has: Flags) -> float:
    """The share of the question's phrases that none of some passages holds whole."""
    return sum(phrase.share for phrase in phrases if not has[:, list(phrase.terms)].all(axis=1).any())
