"""The units that answer a question most likely, by weights learned from judged answers over ordinary documents."""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from pkgutil import resolve_name

import msgspec

from moe_core.contracts.wire import decode_json
from moe_kit.extraction.cross_encoder.pairs import place_units
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
READ_LIKELIHOOD_MIN = 0.45  # the first where a unit was read closely: between 0.4, most right, and 0.5, fewest wrong
_SURE = 0.5
READ_MAX = 8  # units; of 20 that were read the best was hardly ever another
_SHARE_MIN = 0.5  # of the question, what is most of it
_DECIDES, _AMONG_FEW, _MISSES_NUMBER, _OWN, _COVER = map(
    SIGN_NAMES.index, ("decides_yes_no", "is_among_few", "misses_number", "own", "cover")
)
_BESIDE_SHARE = 0.5  # of the likeliest one's, for another unit to be quoted beside it
_ANSWERS_MAX = 3
_SCORE_MAX = 30.0  # so that no exponent runs over


class CloseWeights(msgspec.Struct, frozen=True, kw_only=True):
    """What the score by signs and that of the cross-encoder are worth together."""

    bias: float = 0.0
    signs: float = 1.0
    read: float = 0.0

    def mix(self, signed: Sequence[float], read: Mapping[int, float]) -> list[float]:
        """The scores of units; one that the cross-encoder has not read counts as the worst of those that it has.

        Args:
            signed: By signs.
            read: By the cross-encoder, by the unit's place; one at least.
        """
        worst = min(read.values())
        return [
            self.bias + self.signs * score + self.read * read.get(place, worst) for place, score in enumerate(signed)
        ]


class UnitWeights(msgspec.Struct, frozen=True, kw_only=True):
    """A model of which unit answers, or none: each unit's score stands against 0, that of none.

    Attributes:
        signs: Sign to weight.
        close: How the cross-encoder's scores come in, where units are read closely.
    """

    bias: float
    signs: dict[str, float]
    close: CloseWeights = CloseWeights()

    def rate(self, signs: Sequence[float]) -> float:
        """The score of a unit with these signs."""
        named = zip(SIGN_NAMES, signs, strict=True)
        return self.bias + sum(self.signs.get(name, 0.0) * value for name, value in named)


class LikelyUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit and how likely it is, in [0, 1], that it answers rather than another one or none.

    Attributes:
        is_read: The cross-encoder has had its say.
    """

    signed: SignedUnit
    likelihood: float
    is_read: bool = False

    def point(self) -> PointedUnit | None:
        """What it is worth as an answer; what rules don't rate is one where it was read and misses no figure."""
        if self.signed.rated is not None:
            return self.signed.rated
        if not self.is_read or self.likelihood < READ_LIKELIHOOD_MIN or self.signed.signs[_MISSES_NUMBER]:
            return None
        own, cover = self.signed.signs[_OWN], self.signed.signs[_COVER]
        return PointedUnit(candidate=self.signed.candidate, share=cover, own=own)


def find_likely(
    query: Query,
    ranking: Ranking,
    units: Sequence[Unit],
    *,
    weights: UnitWeights | None = None,
    reads_closely: bool = False,
) -> list[LikelyUnit]:
    """Every candidate with its likelihood, the likeliest first.

    Args:
        weights: Others than the shipped ones.
        reads_closely: The likeliest are read by the shipped cross-encoder, too.

    Raises:
        ConfigError: Its file is damaged or missing.
    """
    weights = weights or load_unit_weights()
    signed = sign_units(query, ranking, units)
    ruled = [weights.rate(item.signs) for item in signed]
    read = _read_closely(query, signed, ruled, units) if reads_closely and signed else {}
    mixed = weights.close.mix(ruled, read) if read else ruled
    scores = [math.exp(max(-_SCORE_MAX, min(_SCORE_MAX, one))) for one in mixed]
    total = 1.0 + sum(scores)
    likely = [
        LikelyUnit(signed=item, likelihood=score / total, is_read=place in read)
        for place, (item, score) in enumerate(zip(signed, scores, strict=True))
    ]
    return sorted(likely, key=lambda item: -item.likelihood)


def _read_closely(
    query: Query, signed: Sequence[SignedUnit], ruled: Sequence[float], units: Sequence[Unit]
) -> dict[int, float]:
    """The cross-encoder's scores of those that the rules like best, by their places."""
    best = sorted(range(len(ruled)), key=lambda place: -ruled[place])[:READ_MAX]
    placed = place_units(units, [signed[place].candidate.unit for place in best])
    load_encoder = resolve_name("moe_kit.extraction.cross_encoder.encoder:load_cross_encoder")  # brings numpy
    return dict(zip(best, load_encoder().rate(query.focus, tuple(placed)), strict=True))


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
    return [pointed for pointed in (item.point() for item in (likely[0], *beside)) if pointed is not None]


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
    """Whether a unit is likely enough to answer, and says all that is exact in the question or was read closely.

    Among few units one is soon the likeliest by rules: there it says most of the question.
    """
    is_exact = item.signed.rated is not None and not item.signed.signs[_AMONG_FEW]
    if item.is_read:
        return item.likelihood >= READ_LIKELIHOOD_MIN
    return item.likelihood >= LIKELIHOOD_MIN and (is_fitting(item.signed) or is_exact)


@cache
def load_unit_weights() -> UnitWeights:
    """The shipped weights."""
    return decode_json(UnitWeights, WEIGHTS_FILE.read_bytes())
