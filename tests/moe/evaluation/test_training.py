"""Feedback for experts from questions whose evidence is known."""

from moe.contracts.personas import PersonaScore
from moe.evaluation.training import Training


def test_the_best_expert_is_told_first():
    found = (("ann", 0.0), ("bob", 1.0), ("ann", 0.5), ("bob", 0.5), ("eve", 0.75))
    scores = tuple(PersonaScore(persona=name, score=score) for name, score in found)
    means = Training(scores=scores, questions=2).find_means()
    assert list(means.items()) == [("bob", 0.75), ("eve", 0.75), ("ann", 0.25)]
