"""How personas rise and fall by their scores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from moe.contracts.personas import PersonaScore
from moe.experts.lifecycle import Standing, adapt_thresholds, join_moves, replay
from moe.experts.settings import PersonaThresholds
from moe_core import Tier

THRESHOLDS = PersonaThresholds()
LIVING = [Tier.EXPERIMENTAL, Tier.ACTIVE, Tier.STABLE]
SCORES = st.floats(0, 1)
GOOD = st.lists(st.floats(0.7, 1), max_size=40)


def run(scores, tier=Tier.EXPERIMENTAL, thresholds=THRESHOLDS):
    """The tiers that a persona goes through."""
    moves, _ = replay([PersonaScore(persona="ann", score=score) for score in scores], {"ann": tier}, thresholds)
    return [tier, *(Tier(move.after) for move in moves)]


@given(before=GOOD, after=GOOD, tier=st.sampled_from(LIVING))
def test_a_good_one_that_is_unlucky_five_times_is_not_pruned(before, after, tier):
    assert Tier.PRUNED not in run([*before, *[0.0] * 5, *after], tier)


@given(scores=st.lists(st.floats(0, 0.2), min_size=30, max_size=30), tier=st.sampled_from(LIVING))
def test_an_adversarial_one_is_pruned_within_thirty_from_any_tier(scores, tier):
    assert run(scores, tier)[-1] is Tier.PRUNED


@given(scores=st.lists(st.floats(0.9, 1), min_size=40, max_size=40))
def test_an_excellent_one_becomes_stable(scores):
    assert run(scores) == [Tier.EXPERIMENTAL, Tier.ACTIVE, Tier.STABLE]


@given(scores=st.lists(SCORES, max_size=80), tier=st.sampled_from(list(Tier)))
def test_moves_go_by_one_tier_after_enough_scores_each_with_its_numbers(scores, tier):
    moves, standings = replay([PersonaScore(persona="ann", score=one) for one in scores], {"ann": tier}, THRESHOLDS)
    order = [Tier.PRUNED, *LIVING]
    for move in moves:
        assert abs(order.index(Tier(move.after)) - order.index(Tier(move.before))) == 1
        assert move.numbers["observations"] >= THRESHOLDS.observations_min
        (what,) = move.numbers.keys() - {"score", "observations", "observations_min"}
        threshold = move.numbers[what]
        is_rise = order.index(Tier(move.after)) > order.index(Tier(move.before))
        assert (move.numbers["score"] >= threshold - 1e-4) if is_rise else (move.numbers["score"] <= threshold + 1e-4)
    assert [move.before for move in moves[1:]] == [move.after for move in moves[:-1]]
    assert standings["ann"].tier == (moves[-1].after if moves else tier)


@given(scores=st.lists(SCORES, max_size=60))
def test_a_pruned_one_stays(scores):
    assert run(scores, Tier.PRUNED) == [Tier.PRUNED]


@given(lower=st.lists(SCORES, min_size=1, max_size=30), raised=st.floats(0, 1))
def test_better_scores_never_make_an_estimate_lower(lower, raised):
    def estimate(scores):
        standing = Standing(tier=Tier.ACTIVE)
        for score in scores:
            standing = standing.observe(score, THRESHOLDS)
        return standing.estimate(THRESHOLDS)

    assert estimate([max(score, raised) for score in lower]) >= estimate(lower) - 1e-12


def test_one_at_a_threshold_does_not_go_to_and_fro():
    scores = [1.0] * 8 + [0.6, 0.45] * 60
    assert run(scores).count(Tier.ACTIVE) == 1
    loose = THRESHOLDS.model_copy(update={"hysteresis": 0.0, "demotion": 0.59, "decay": 0.7, "prior_weight": 0.0})
    swinging = [score for _ in range(9) for score in [0.62] * 8 + [0.57] * 8]
    held = loose.model_copy(update={"hysteresis": 0.05})
    assert len(run(swinging, thresholds=loose)) > 5
    assert len(run(swinging, thresholds=held)) == 2


def test_dynamic_thresholds_follow_the_crowd_within_their_span_and_in_order():
    dynamic = PersonaThresholds(dynamic=True)

    def crowd(scores):
        return [Standing(tier=Tier.ACTIVE, weight=1000.0, total=1000.0 * score) for score in scores]

    assert adapt_thresholds(dynamic, crowd([0.9] * 7)) == dynamic
    assert adapt_thresholds(THRESHOLDS, crowd([0.9] * 9)) == THRESHOLDS
    high, low = (adapt_thresholds(dynamic, crowd([score] * 9)) for score in (0.95, 0.05))
    assert (high.pruning, high.demotion, high.activation, high.promotion) == pytest.approx(
        (0.45, 0.65, 0.75, 0.95), abs=0.01
    )
    assert (low.pruning, low.demotion, low.activation, low.promotion) == pytest.approx((0.15, 0.35, 0.45, 0.65))


def test_several_moves_of_one_become_one():
    scores = [PersonaScore(persona="ann", score=0.0)] * 30 + [PersonaScore(persona="bob", score=0.55)] * 30
    moves, _ = replay(scores, {"ann": Tier.STABLE, "bob": Tier.ACTIVE}, THRESHOLDS)
    assert [(move.persona, move.before, move.after) for move in join_moves(moves)] == [("ann", "stable", "pruned")]


def test_thresholds_rise_in_their_order():
    with pytest.raises(ValidationError, match="must rise in this order"):
        PersonaThresholds(pruning=0.7)
