"""Learning a classifier from labelled samples: small, exact, deterministic."""

from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe_core.routing.classifier import Classifier, shrink, weigh

Array: TypeAlias = NDArray[np.float64]

RIDGE = 0.3
ROUNDS = 30  # chosen: an end for what does not settle
MEMORY = 8  # steps that the curvature is told from; customary for L-BFGS


def train(samples: Sequence[Collection[str]], labels: Sequence[str]) -> Classifier:
    """Learn from labelled samples; every class weighs the same however many samples it has.

    Args:
        samples: Features of each sample, never empty. One that no other sample has is not learned from.
        labels: Its class; at least two different ones.
    """
    classes = tuple(sorted(set(labels)))
    seen = Counter(feature for sample in samples for feature in sample)
    features = {feature: row for row, feature in enumerate(sorted(f for f, count in seen.items() if count > 1))}
    matrix = _Matrix.build(samples, features)
    targets = np.zeros((len(samples), len(classes)))
    targets[np.arange(len(labels)), [classes.index(label) for label in labels]] = 1.0
    importance = (len(labels) / len(classes) / targets.sum(0))[targets.argmax(1)][:, None]

    def lose(flat: Array) -> tuple[float, Array]:
        weights = flat.reshape(-1, len(classes))
        log_probabilities = _log_softmax(matrix.multiply(weights[:-1]) + weights[-1])
        residual = (np.exp(log_probabilities) - targets) * importance
        loss = -(importance * targets * log_probabilities).sum() + RIDGE / 2 * (weights[:-1] ** 2).sum()
        slope = np.vstack([matrix.multiply_transposed(residual) + RIDGE * weights[:-1], residual.sum(0)])
        return float(loss), slope.ravel()

    flat = _minimise(lose, np.zeros((len(features) + 1) * len(classes)))
    return Classifier(classes, features, flat.astype("<f2").tobytes())


class _Matrix(msgspec.Struct, frozen=True, eq=False):
    """Samples by features, as row, column and value of the non-zeros."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: Array
    shape: tuple[int, int]

    @classmethod
    def build(cls, samples: Sequence[Collection[str]], features: dict[str, int]) -> "_Matrix":
        held = [sorted(features[feature] for feature in sample if feature in features) for sample in samples]
        columns = np.array([column for row in held for column in row], dtype=np.int64)
        rows = np.repeat(np.arange(len(held)), [len(row) for row in held])
        scales = np.array([weigh(feature) for feature in features])
        shrinks = np.array([shrink((scales[row] ** 2).sum()) for row in held])
        return cls(rows, columns, scales[columns] * shrinks[rows], (len(held), len(features)))

    def multiply(self, weights: Array) -> Array:
        return self._add_up(weights, self.columns, self.rows, self.shape[0])

    def multiply_transposed(self, residual: Array) -> Array:
        return self._add_up(residual, self.rows, self.columns, self.shape[1])

    def _add_up(self, factors: Array, taken: NDArray[np.int64], places: NDArray[np.int64], count: int) -> Array:
        classes = np.ascontiguousarray(factors.T)
        return np.stack([np.bincount(places, one[taken] * self.values, count) for one in classes], axis=1)


def _log_softmax(logits: Array) -> Array:
    shifted = logits - logits.max(1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(1, keepdims=True)))


def _minimise(lose: Callable[[Array], tuple[float, Array]], start: Array) -> Array:
    """L-BFGS with backtracking, for a fixed number of rounds: stopping early is part of the regularisation."""
    place, (loss, slope) = start, lose(start)
    history: deque[tuple[Array, Array]] = deque(maxlen=MEMORY)
    for _ in range(ROUNDS):
        direction = _find_direction(slope, history)
        step = 1.0 if history else 1.0 / max(float(np.abs(slope).max()), 1e-12)
        expected = float(slope @ direction)
        for _ in range(20):
            candidate = place + step * direction
            candidate_loss, candidate_slope = lose(candidate)
            if candidate_loss <= loss + 1e-4 * step * expected:
                break
            step /= 2
        else:
            return place
        if float((candidate - place) @ (candidate_slope - slope)) > 1e-12:
            history.append((candidate - place, candidate_slope - slope))
        place, loss, slope = candidate, candidate_loss, candidate_slope
    return place


def _find_direction(slope: Array, history: Sequence[tuple[Array, Array]]) -> Array:
    """Nocedal and Wright, Numerical Optimization, algorithm 7.4."""
    direction = -slope
    shares = []
    for moved, turned in reversed(history):
        share = float(moved @ direction) / float(moved @ turned)
        direction = direction - share * turned
        shares.append(share)
    if history:
        moved, turned = history[-1]
        direction = direction * (float(moved @ turned) / float(turned @ turned))
    for (moved, turned), share in zip(history, reversed(shares), strict=True):
        direction = direction + (share - float(turned @ direction) / float(moved @ turned)) * moved
    return direction
