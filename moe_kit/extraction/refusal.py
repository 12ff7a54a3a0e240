"""Whether to say "not found": what was learned from questions asked with and without the passages that answer them."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec
from msgspec.structs import astuple

from moe_core.contracts.evidence import Evidence
from moe_core.contracts.wire import decode_json
from moe_kit.extraction.answerability import SEARCHED_PASSAGES, AnswerSigns, find_signs
from moe_kit.extraction.query import Query
from moe_kit.extraction.ranking import RankedUnit, Ranking
from moe_kit.extraction.support import COVERAGE_MIN, is_thin

WEIGHTS_FILE = Path(__file__).with_name("refusal.json")
"""Written by benchmarks/answers/fit_refusal.py --write."""


class RefusalWeights(msgspec.Struct, frozen=True, kw_only=True):
    """A logistic model of the signs, moved so that 0 is the border: below it the answer is refused.

    Attributes:
        weights: One a sign, in the order of its fields.
    """

    bias: float
    weights: tuple[float, ...]

    def rate(self, signs: AnswerSigns) -> float:
        """Above 0: answered; the further from 0, the surer."""
        values: tuple[float, ...] = astuple(signs)
        return self.bias + sum(weight * value for weight, value in zip(self.weights, values, strict=True))


def is_refused(
    query: Query,
    ranking: Ranking,
    evidence: Sequence[Evidence],
    chosen: Sequence[RankedUnit],
    *,
    coverage_min: float = COVERAGE_MIN,
) -> bool:
    """Whether what would be quoted does not answer the question.

    The rule of `is_thin` decides where rarity and the fall of the scores say nothing: over few passages, and over
    several of one document, which are about the same. So it does with a share that somebody chose.
    """
    is_own_share = coverage_min != COVERAGE_MIN
    if not chosen or is_own_share or not are_separate(evidence):
        return is_thin(query, ranking, chosen, coverage_min=coverage_min)
    return load_weights().rate(find_signs(query, ranking, evidence, chosen)) < 0.0


def are_separate(evidence: Sequence[Evidence]) -> bool:
    """Whether there are enough passages to compare, each of a document of its own."""
    return len(evidence) >= SEARCHED_PASSAGES and len({item.document for item in evidence}) == len(evidence)


@cache
def load_weights() -> RefusalWeights:
    """The shipped weights."""
    return decode_json(RefusalWeights, WEIGHTS_FILE.read_bytes())
