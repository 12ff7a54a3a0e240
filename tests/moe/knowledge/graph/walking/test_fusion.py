"""Several rankings made one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.knowledge.graph.walking.fusion import fuse_rankings, insert_others

RANKINGS = st.lists(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.floats(0, 1)), max_size=8, unique_by=lambda pair: pair[0]),
    max_size=4,
)


@given(RANKINGS)
def test_every_id_comes_once_and_scores_never_rise(rankings):
    fused = fuse_rankings(rankings)
    names = [name for name, _ in fused]
    assert len(names) == len(set(names))
    assert set(names) == {name for ranking in rankings for name, _ in ranking}
    scores = [score for _, score in fused]
    assert all(0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


@given(RANKINGS.filter(bool))
def test_one_ranking_keeps_its_order(rankings):
    assert [name for name, _ in fuse_rankings(rankings[:1])] == [name for name, _ in rankings[0]]


@given(RANKINGS.filter(bool))
def test_what_all_agree_on_stays(rankings):
    fused = fuse_rankings([rankings[0]] * 3)
    assert [name for name, _ in fused] == [name for name, _ in rankings[0]]


@given(RANKINGS)
def test_a_ranking_that_found_nothing_changes_no_order(rankings):
    assert [name for name, _ in fuse_rankings([*rankings, []])] == [name for name, _ in fuse_rankings(rankings)]


def test_what_several_find_beats_what_one_finds():
    fused = fuse_rankings([[("a", 1.0), ("c", 0.9)], [("b", 1.0), ("c", 0.9)], [("d", 1.0), ("c", 0.9)]])
    assert [name for name, _ in fused] == ["c", "a", "b", "d"]


def test_the_score_is_the_mean_rating():
    assert fuse_rankings([[("a", 0.8)], [("a", 0.4)]]) == [("a", pytest.approx(0.6))]
    assert fuse_rankings([]) == []


def test_only_as_many_as_wanted_are_fused():
    one, other = [("a", 0.9), ("b", 0.95), ("c", 0.2)], [("b", 0.8), ("d", 0.7)]
    for rankings in ([one], [one, other]):
        assert fuse_rankings(rankings, most=2) == fuse_rankings(rankings)[:2]
    assert fuse_rankings([one]) == [("a", 0.9), ("b", 0.9), ("c", 0.2)]


@given(RANKINGS.filter(lambda rankings: len(rankings) > 1), st.integers(0, 9))
def test_what_others_add_comes_behind_the_first_five_and_nothing_is_lost(rankings, most):
    lead, added = rankings[:2]
    joined = insert_others(lead, added)
    names = [name for name, _ in joined]
    assert names[:5][: len(lead)] == [name for name, _ in lead[:5]]
    assert sorted(names) == sorted({name for name, _ in [*lead, *added]})
    behind = [name for name, _ in added if name not in {one for one, _ in lead[:5]}]
    assert names[len(lead[:5]) :][: len(behind)] == behind
    scores = [score for _, score in joined]
    assert scores == sorted(scores, reverse=True)
    assert insert_others(lead, added, most=most) == joined[:most]
