"""Multinomial logistic regression over sparse yes-or-no features, as it is used: in plain Python, which starts fast."""

import math
from collections.abc import Iterable
from struct import Struct

import msgspec

LENGTH_POWER = 0.3
KIND_WEIGHTS = {"part": 0.5, "pair": 0.7, "opening": 0.7, "frame": 0.5, "frames": 0.4}
"""How much a feature of that kind counts; 1 where it is not named. Found by cross-validation."""


class Classifier(msgspec.Struct, frozen=True, eq=False):
    """Weights by feature and class.

    Attributes:
        classes: In the order of the logits.
        features: Row of each known feature.
        weights: Rows of one number a class, of 16 bits, little-endian; one a feature, then the bias.
    """

    classes: tuple[str, ...]
    features: dict[str, int]
    weights: bytes

    def find_logits(self, features: Iterable[str]) -> list[float]:
        """Log-probabilities of the classes."""
        known = [feature for feature in features if feature in self.features]
        scales = [weigh(feature) for feature in known]
        factor = shrink(math.fsum(scale**2 for scale in scales))
        rows = [self._get_row(self.features[feature]) for feature in known]
        bias = self._get_row(len(self.features))
        logits = [
            math.fsum(scale * row[at] for scale, row in zip(scales, rows, strict=True)) * factor + bias[at]
            for at in range(len(self.classes))
        ]
        top = max(logits)
        total = top + math.log(math.fsum(math.exp(logit - top) for logit in logits))
        return [logit - total for logit in logits]

    def weigh_gap(self, features: Iterable[str], first: str, second: str) -> tuple[float, float]:
        """What features add to one class's logit above another's, and to a request's length: `close_gap` joins them."""
        one, other = self.classes.index(first), self.classes.index(second)
        scales = {feature: weigh(feature) for feature in features}
        rows = {feature: self._get_row(self.features[feature]) for feature in scales}
        gap = math.fsum(scale * (rows[feature][one] - rows[feature][other]) for feature, scale in scales.items())
        return gap, math.fsum(scale**2 for scale in scales.values())

    def close_gap(self, gap: float, length: float, first: str, second: str) -> float:
        """How far the first class's log-probability lies above the second's, as `find_logits` has it."""
        bias = self._get_row(len(self.features))
        bent = bias[self.classes.index(first)] - bias[self.classes.index(second)]
        return gap * shrink(length) + bent

    def _get_row(self, number: int) -> tuple[float, ...]:
        row = Struct(f"<{len(self.classes)}e")
        return row.unpack_from(self.weights, number * row.size)


def weigh(feature: str) -> float:
    """How much the feature counts."""
    return KIND_WEIGHTS.get(feature.partition(":")[0], 1.0)


def shrink(length: float) -> float:
    """What a sample's logits are multiplied with, so that long requests do not drown the bias.

    Args:
        length: The sum of the squares of what its features count.
    """
    return float(max(length, 1.0) ** (-LENGTH_POWER / 2))
