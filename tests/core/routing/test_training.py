"""Training finds what tells classes apart, the same each time."""

import pytest

from moe_core.routing.training import train

SAMPLES = [
    {"word:boat", "word:moor"},
    {"word:boat", "word:paint"},
    {"word:loaf", "word:bake"},
    {"word:loaf", "word:moor"},
]
LABELS = ["boats", "boats", "bread", "bread"]


def test_what_one_class_has_speaks_for_it() -> None:
    classifier = train(SAMPLES, LABELS)
    logits = dict(zip(classifier.classes, classifier.find_logits({"word:boat"}), strict=True))
    assert logits["boats"] > logits["bread"]


def test_a_feature_of_both_speaks_for_neither() -> None:
    classifier = train(SAMPLES, LABELS)
    boats, bread = classifier.find_logits({"word:moor"})
    assert boats == pytest.approx(bread, abs=0.01)


def test_what_only_one_sample_has_is_not_learned() -> None:
    assert set(train(SAMPLES, LABELS).features) == {"word:boat", "word:loaf", "word:moor"}


def test_the_same_samples_make_the_same_weights() -> None:
    assert train(SAMPLES, LABELS).weights == train(SAMPLES, LABELS).weights
