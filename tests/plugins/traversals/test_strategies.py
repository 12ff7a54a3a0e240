"""What each bundled strategy does of its own."""

import pytest

from moe_core import Persona, Traits
from moe_kit.graphs.attributes import QUESTION_ID

NEUTRAL = Persona(name="neutral")


def persona(**traits: int) -> Persona:
    return Persona(name="p", traits=Traits(**traits))


def found(*names: str):
    return [(QUESTION_ID, name, "found", 0.5) for name in names]


BRIDGED = {"a1": (10.0, [0, 1]), "b1": (-5.0, []), "c1": (2.0, [0])}
BRIDGE = [*found("a1", "c1"), ("a1", "b1", "mentions", 20.0)]


@pytest.mark.parametrize("name", ["belief", "beam", "bridge", "comparison", "pagerank"])
def test_a_strong_link_out_of_the_best_passage_lifts_its_target(strategies, make_graph, run, name):
    with_link, without = (run(strategies[name], make_graph(BRIDGED, edges), NEUTRAL) for edges in (BRIDGE, BRIDGE[:2]))
    assert "b1" not in without.ratings
    assert with_link.ratings["b1"] > with_link.ratings["c1"]


def test_keyword_takes_the_five_best_that_overlap_by_a_tenth(strategies, make_graph, run):
    passages = {f"p{number}": (0.0, []) for number in range(9)}
    record = run(strategies["keyword"], make_graph(passages, found(*passages)), NEUTRAL, "Which lamp p3?")
    assert record.rounds[0] == ["p3", "p0", "p1", "p2", "p4"]
    assert record.ratings["p3"] == 1.0
    assert run(strategies["keyword"], make_graph(passages, found(*passages)), NEUTRAL, "Which oil?").rounds == []


def test_belief_trusts_shared_names_more_the_more_curious(strategies, make_graph, run):
    edges = [*found("a1", "c1"), ("a1", "b1", "shares", 6.5)]
    rated = [run(strategies["belief"], make_graph(BRIDGED, edges), persona(curiosity=c)).ratings for c in (1, 5, 9)]
    shares = [ratings["b1"] / ratings["c1"] for ratings in rated]
    assert shares == sorted(shares)
    assert shares[0] < 1 < shares[2]


def test_belief_counts_a_passage_itself_more_the_more_precise(strategies, make_graph, run):
    edges = [*found("a1", "c1"), ("a1", "b1", "mentions", 8.0)]
    rated = [run(strategies["belief"], make_graph(BRIDGED, edges), persona(precision=p)).ratings for p in (1, 5, 9)]
    gaps = [ratings["a1"] / ratings["b1"] for ratings in rated]
    assert gaps == sorted(gaps)
    assert gaps[0] < gaps[2]


@pytest.mark.parametrize("name", ["belief", "pagerank"])
def test_the_second_best_get_less_the_more_sceptical(strategies, make_graph, run, name):
    passages = {"a1": (5.0, []), "b1": (2.0, [])}
    rated = [
        run(strategies[name], make_graph(passages, found(*passages)), persona(scepticism=s)).ratings["b1"]
        for s in (1, 5, 9)
    ]
    assert 1 > rated[0] > rated[1] > rated[2] > 0


def test_belief_goes_over_two_links(strategies, make_graph, run):
    passages = {"a1": (10.0, [0]), "b1": (0.0, []), "c1": (0.0, [])}
    edges = [*found("a1"), ("a1", "b1", "mentions", 20.0), ("b1", "c1", "mentions", 20.0)]
    assert run(strategies["belief"], make_graph(passages, edges), NEUTRAL).ratings["c1"] > 0.9


def test_belief_leaves_out_what_is_believed_much_less_than_the_best_unless_broad(strategies, make_graph, run):
    passages = {"a1": (10.0, []), "b1": (9.0, []), "c1": (3.0, [])}
    narrow, neutral, broad = (
        run(strategies["belief"], make_graph(passages, found(*passages)), persona(breadth=breadth)).rounds
        for breadth in (1, 5, 9)
    )
    assert narrow == neutral == [["a1", "b1"]]
    assert broad == [["a1", "b1", "c1"]]


def test_beam_looks_for_what_a_trail_left_open(strategies, make_graph, run):
    passages = {"a1": (10.0, [0, 1]), "b1": (0.0, [0, 1]), "c1": (0.0, [2, 3])}
    edges = [*found("a1"), ("a1", "b1", "mentions", 3.0), ("a1", "c1", "mentions", 3.0)]
    ratings = [run(strategies["beam"], make_graph(passages, edges), persona(precision=p)).ratings for p in (1, 5, 9)]
    leads = [rated["c1"] / rated["b1"] for rated in ratings]
    assert 1 < leads[0] < leads[1] < leads[2]


def test_bridge_begins_at_what_the_question_names_and_crosses_mentions_only(strategies, make_graph, run):
    passages = {"n1": (1.0, []), "f1": (9.0, []), "m1": (0.0, []), "s1": (0.0, [])}
    edges = [
        (QUESTION_ID, "n1", "named", 1.0),
        *found("f1"),
        ("n1", "m1", "mentions", 4.0),
        ("n1", "s1", "shares", 4.0),
        ("f1", "s1", "mentions", 4.0),
    ]
    assert run(strategies["bridge"], make_graph(passages, edges), NEUTRAL).rounds == [["n1"], ["m1"]]


def test_bridge_trusts_weak_bridges_the_more_curious(strategies, make_graph, run):
    rated = [run(strategies["bridge"], make_graph(BRIDGED, BRIDGE), persona(curiosity=c)).ratings for c in (1, 5, 9)]
    shares = [ratings["b1"] / ratings["c1"] for ratings in rated]
    assert shares[0] < shares[1] < shares[2]


TRAILS = {"x1": (9.0, []), "x2": (8.0, []), "x3": (7.0, []), "y1": (2.0, [])}
NAMED = [(QUESTION_ID, name, "named", 1.0) for name in TRAILS]


def test_comparison_takes_from_each_named_thing_in_turn(strategies, make_graph, run):
    record = run(strategies["comparison"], make_graph(TRAILS, NAMED), NEUTRAL)
    assert record.rounds[0] == ["x1", "y1", "x2", "x3"]


def test_comparison_lowers_what_is_low_in_its_trail_the_more_sceptical(strategies, make_graph, run):
    rated = [run(strategies["comparison"], make_graph(TRAILS, NAMED), persona(scepticism=s)).ratings for s in (1, 5, 9)]
    gaps = [ratings["x3"] / ratings["y1"] for ratings in rated]
    assert gaps[0] > gaps[1] > gaps[2]


def test_comparison_never_ranks_a_better_passage_lower_for_being_better(strategies, make_graph, run):
    """What a link adds does not depend on whether the passage needs it."""
    lifted = []
    for score in (4.0, 5.0, 6.0, 30.0):
        passages = {"a1": (10.0, []), "b1": (score, [])}
        edges = [(QUESTION_ID, "a1", "named", 1.0), *found("b1"), ("a1", "b1", "mentions", 5.5)]
        record = run(strategies["comparison"], make_graph(passages, edges), NEUTRAL)
        lifted.append(record.ratings["b1"] / record.ratings["a1"])
    assert lifted == sorted(lifted)


def test_pagerank_follows_links_both_ways(strategies, make_graph, run):
    passages = {"a1": (5.0, []), "b1": (1.0, []), "c1": (1.0, [])}
    edges = [*found("a1", "b1", "c1"), ("b1", "a1", "mentions", 5.0)]
    ratings = run(strategies["pagerank"], make_graph(passages, edges), NEUTRAL).ratings
    assert ratings["b1"] > ratings["c1"]
