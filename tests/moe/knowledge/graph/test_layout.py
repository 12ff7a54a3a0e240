"""Places of a graph's nodes in a drawing."""

import itertools
import random

import numpy as np
import pytest

from moe.knowledge.graph.layout import find_places, lay_out


def make_clusters(count: int, groups: int) -> list[tuple[int, int]]:
    """Groups that are joined within, and by a chain of one edge between two of them."""
    chance = random.Random(7)
    inner = [(node, chance.randrange(count // groups) * groups + node % groups) for node in range(count) for _ in "ab"]
    return [*inner, *((group, group + 1) for group in range(groups - 1))]


def measure(places: np.ndarray, pairs: list[tuple[int, int]]) -> float:
    a, b = np.array(pairs).T
    return float(np.hypot(*(places[a] - places[b]).T).mean())


def test_the_same_graph_has_the_same_picture_every_time():
    edges = make_clusters(120, 4)
    assert np.array_equal(lay_out(120, edges), lay_out(120, edges))


@pytest.mark.parametrize("count", [120, 2000])
def test_what_is_joined_lies_near_and_groups_lie_apart(count):
    edges = [(a, b) for a, b in make_clusters(count, 4) if a != b]
    places = lay_out(count, edges)
    chance = random.Random(1)
    anyhow = [(chance.randrange(count), chance.randrange(count)) for _ in range(2000)]
    assert measure(places, edges) < 0.4 * measure(places, anyhow)
    middles = [places[group::4].mean(axis=0) for group in range(4)]
    spread = max(float(np.hypot(*(places[group::4] - middles[group]).T).mean()) for group in range(4))
    assert min(float(np.hypot(*(a - b))) for a, b in itertools.combinations(middles, 2)) > spread


def test_leaves_of_one_node_do_not_lie_upon_each_other():
    places = lay_out(61, [(0, leaf) for leaf in range(1, 61)])
    apart = [float(np.hypot(*(places[a] - places[b]))) for a, b in itertools.combinations(range(61), 2)]
    assert min(apart) > 4


def test_parts_that_nothing_joins_stay_in_sight():
    far = np.hypot(*lay_out(12, [(0, leaf) for leaf in range(1, 10)]).T)
    assert np.isfinite(far).all()
    assert far[10:].max() < 2 * far[:10].max()


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_graph_without_edges_is_a_spiral(count):
    places = lay_out(count, [(0, 0)] if count else [])
    assert places.shape == (count, 2)
    assert len({tuple(place) for place in places.tolist()}) == count


def test_places_are_told_by_id_and_edges_to_elsewhere_count_for_nothing():
    told = find_places(["a", "b", "c"], [("a", "b"), ("b", "a"), ("c", "nowhere")])
    assert list(told) == ["a", "b", "c"]
    assert all(round(part, 1) == part for place in told.values() for part in place)
    assert told == find_places(["a", "b", "c"], [("b", "a"), ("a", "b")])


def test_a_graph_beyond_all_looking_is_not_placed():
    assert find_places([str(number) for number in range(20_001)], []) == {}
