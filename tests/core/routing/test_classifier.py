"""What a classifier says in plain Python is what the same arithmetic over arrays says."""

import math

import numpy as np
import pytest

from moe_core.routing.classifier import LENGTH_POWER, Classifier, weigh
from moe_core.routing.lessons import SHIPPED, read_lessons


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return read_lessons(SHIPPED).classifier


@pytest.mark.parametrize("count", [0, 1, 7, 300])
def test_logits_are_those_of_arrays(classifier: Classifier, count: int) -> None:
    features = list(classifier.features)[:: max(len(classifier.features) // max(count, 1), 1)][:count]
    table = np.frombuffer(classifier.weights, "<f2").reshape(-1, len(classifier.classes)).astype(np.float64)
    scales = np.array([weigh(feature) for feature in features])
    total = scales @ table[[classifier.features[feature] for feature in features]] if features else 0.0
    logits = total * max((scales**2).sum(), 1.0) ** (-LENGTH_POWER / 2) + table[-1]
    expected = logits - np.log(np.exp(logits).sum())
    assert classifier.find_logits([*features, "word:nobody-writes-this"]) == pytest.approx(expected.tolist(), abs=1e-12)


def test_logits_are_log_probabilities_and_do_not_depend_on_order(classifier: Classifier) -> None:
    features = list(classifier.features)[:60]
    logits = classifier.find_logits(features)
    assert math.fsum(map(math.exp, logits)) == pytest.approx(1.0)
    assert classifier.find_logits(reversed(features)) == logits


def test_gaps_are_differences_of_logits(classifier: Classifier) -> None:
    features, (first, second, *_) = list(classifier.features)[100:140], classifier.classes
    logits = classifier.find_logits(features)
    gap = classifier.close_gap(*classifier.weigh_gap(features, first, second), first, second)
    assert gap == pytest.approx(logits[0] - logits[1])
