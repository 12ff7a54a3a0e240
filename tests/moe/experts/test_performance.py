"""How experts did, as it is kept."""

from moe.contracts.personas import PersonaScore
from moe.experts.performance import (
    PersonaPerformance,
    describe_performance,
    load_performances,
    read_proven,
    read_seen,
    write_performances,
)
from moe.experts.settings import PersonaThresholds

GOOD = PersonaScore(persona="ann", score=1.0, kind="when")


def test_what_is_written_is_read_again_and_damage_is_as_nothing(tmp_path):
    path = tmp_path / "performance.json"
    assert load_performances(path) == {}
    kept = {"ann": PersonaPerformance(weight=1.0, since_move=3).take_score(GOOD, is_feedback=True)}
    write_performances(path, kept)
    assert load_performances(path) == kept
    path.write_text('{"ann":')
    assert load_performances(path) == {}


def test_feedback_and_own_evaluation_are_kept_apart():
    bad = PersonaScore(persona="ann", score=0.0, kind="when")
    one = PersonaPerformance().take_score(GOOD, is_feedback=True).take_score(bad, is_feedback=False)
    assert read_proven({"ann": one}).read_means(["ann"], "when")[0] > 0.6
    assert read_seen({"ann": one}).read_means(["ann"], "when")[0] < 0.4


def test_old_scores_fade_and_what_is_taken_back_is_gone():
    one = PersonaPerformance()
    for _ in range(1000):
        one = one.take_score(GOOD, is_feedback=True)
    assert 150 < one.proven["when"].good < 201
    once = PersonaPerformance().take_score(GOOD, is_feedback=True)
    assert (once.retract(GOOD).proven["when"].good, once.retract(GOOD).proven["when"].bad) == (0.0, 0.0)


def test_a_reader_is_told_figures_and_nothing_where_nothing_is_known():
    thresholds = PersonaThresholds()
    assert describe_performance(PersonaPerformance(), thresholds) == {}
    told = describe_performance(PersonaPerformance(weight=1.0).take_score(GOOD, is_feedback=True), thresholds)
    assert told["feedback"] == {"when": {"score": 1.0, "observations": 1.0}}
