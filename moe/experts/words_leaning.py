"""How much likelier than elsewhere a walk finds more than words alone, as feedback says of a workspace."""

import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec

from moe.contracts.search import WordsTrial
from moe_core.contracts.wire import decode_json, encode_json

_BEFOREHAND = 4.0
"""1 / deviation ** 2 of what is held for likely without feedback. Of the deviations 0.5, 1 and 2 it is the one that
lost least of recall on the sets that it was chosen on (benchmarks/retrieval/fit_leaning.py)."""
_SUREST = 1e-6  # of a chance, for its odds to be finite

Finite = Annotated[float, msgspec.Meta(ge=-100, le=100)]


class WordsLeaning(msgspec.Struct, frozen=True, kw_only=True):
    """What is added to the log odds that a walk finds more.

    Attributes:
        shift: Below 0 where walks found more seldomer than was to be expected.
        precision: How surely that is known; it grows with each question whose outcome was not sure beforehand.
        questions: That taught it.
    """

    shift: Finite = 0.0
    precision: Annotated[float, msgspec.Meta(ge=_BEFOREHAND)] = _BEFOREHAND
    questions: Annotated[int, msgspec.Meta(ge=0)] = 0

    def observe(self, trial: WordsTrial) -> "WordsLeaning":
        """The same with one more question.

        Source: logistic regression of the shift alone with a normal prior, one step of Newton's method a question.
        """
        chance = min(max(trial.chance, _SUREST), 1 - _SUREST)
        odds = math.log(chance / (1 - chance)) + self.shift
        expected = 1 / (1 + math.exp(-odds))
        precision = self.precision + expected * (1 - expected)
        return WordsLeaning(
            shift=self.shift + (trial.finds_more - expected) / precision,
            precision=precision,
            questions=self.questions + 1,
        )

    def learn(self, trials: Iterable[WordsTrial]) -> "WordsLeaning":
        """The same with more questions, in that order."""
        leaning = self
        for trial in trials:
            leaning = leaning.observe(trial)
        return leaning


def load_leaning(path: Path) -> WordsLeaning:
    """What is kept; nothing where there is no file, or none that can be read: it was put there whole.

    Raises:
        OSError: It cannot be read.
    """
    try:
        return decode_json(WordsLeaning, path.read_bytes())
    except (FileNotFoundError, ValueError):
        return WordsLeaning()


def write_leaning(path: Path, leaning: WordsLeaning) -> None:
    """Put it in place whole; the caller is the only writer.

    Raises:
        OSError: It cannot be written.
    """
    pending = path.with_suffix(".pending")
    pending.write_bytes(encode_json(leaning))
    os.replace(pending, path)
