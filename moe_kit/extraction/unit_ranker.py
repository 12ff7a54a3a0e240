"""The units that answer a question most likely, by weights learned from judged answers over ordinary documents."""

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from moe_core.contracts.wire import decode_json
from moe_kit.extraction.pointed import PointedUnit
from moe_kit.extraction.query import Query
from moe_kit.extraction.ranking import Ranking
from moe_kit.extraction.unit_signs import SIGN_NAMES, SignedUnit, sign_units
from moe_kit.extraction.units import Unit, UnitKind

WEIGHTS_FILE = Path(__file__).with_name("unit_ranker.json")
"""Written by benchmarks/answers/fit_units.py --write."""
# Chosen on collections left out, see fit_units.py: how likely the likeliest unit is at least, to answer, and how likely
# one that says all of the question: what also names the subject may be about something else that was asked of it.
LIKELIHOOD_MIN, POINTED_MIN = 0.4, 0.15
_SURE = 0.5
_SHARE_MIN = 0.5  # of the question, what is most of it
_DECIDES, _AMONG_FEW = SIGN_NAMES.index("decides_yes_no"), SIGN_NAMES.index("is_among_few")
_BESIDE_SHARE = 0.5  # of the likeliest one's, for another unit to be quoted beside it
_ANSWERS_MAX = 3
_SCORE_MAX = 30.0  # so that no exponent runs over


class UnitWeights(msgspec.Struct, frozen=True, kw_only=True):
    """A model of which unit answers, or none: each unit's score stands against 0, that of none.

    Attributes:
        signs: Sign to weight.
    """

    bias: float
    signs: dict[str, float]

    def rate(self, signs: Sequence[float]) -> float:
        """The score of a unit with these signs."""
        named = zip(SIGN_NAMES, signs, strict=True)
        return self.bias + sum(self.signs.get(name, 0.0) * value for name, value in named)


class LikelyUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit and how likely it is, in [0, 1], that it answers rather than another one or none."""

    signed: SignedUnit
    likelihood: float


def find_likely(
    query: Query, ranking: Ranking, units: Sequence[Unit], *, weights: UnitWeights | None = None
) -> list[LikelyUnit]:
    """Every candidate with its likelihood, the likeliest first."""
    weights = weights or load_unit_weights()
    signed = sign_units(query, ranking, units)
    scores = [math.exp(max(-_SCORE_MAX, min(_SCORE_MAX, weights.rate(item.signs)))) for item in signed]
    total = 1.0 + sum(scores)
    likely = [LikelyUnit(signed=item, likelihood=score / total) for item, score in zip(signed, scores, strict=True)]
    return sorted(likely, key=lambda item: -item.likelihood)


def is_fitting(signed: SignedUnit) -> bool:
    """Whether a unit says most of the question and what is exact in it, or yes or no to it."""
    return signed.rated is not None and (signed.rated.share > _SHARE_MIN or signed.signs[_DECIDES] > 0.0)


def is_sure(item: LikelyUnit) -> bool:
    """Whether a unit answers more likely than all others together, and says most of the question."""
    return item.likelihood > _SURE and is_fitting(item.signed)


def choose_likely(likely: Sequence[LikelyUnit]) -> list[PointedUnit]:
    """The units that answer, about equally likely, the likeliest first; none where no single one is likely enough."""
    if not likely or not _is_likely(likely[0]):
        return []
    least = _BESIDE_SHARE * likely[0].likelihood
    beside = [item for item in likely[1:_ANSWERS_MAX] if item.likelihood >= least and is_fitting(item.signed)]
    return [item.signed.rated for item in (likely[0], *beside) if item.signed.rated is not None]


def are_unlikely(pointed: Sequence[PointedUnit], likely: Sequence[LikelyUnit]) -> bool:
    """Whether none of the units that seem to say all of the question is likely to answer it.

    A log's entry is chosen by its version and date, of which the signs know nothing.
    """
    by_unit = {
        item.signed.candidate.unit: item.likelihood
        for item in likely
        if item.signed.candidate.unit.kind is not UnitKind.ENTRY
    }
    known = [by_unit.get(item.candidate.unit) for item in pointed]
    return bool(known) and all(one is not None and one < POINTED_MIN for one in known)


def _is_likely(item: LikelyUnit) -> bool:
    """Whether a unit is likely enough to answer, and says all that is exact in the question.

    Among few units one is soon the likeliest: there it says most of the question.
    """
    is_exact = item.signed.rated is not None and not item.signed.signs[_AMONG_FEW]
    return item.likelihood >= LIKELIHOOD_MIN and (is_fitting(item.signed) or is_exact)


@cache
def load_unit_weights() -> UnitWeights:
    """The shipped weights."""
    return decode_json(UnitWeights, WEIGHTS_FILE.read_bytes())
