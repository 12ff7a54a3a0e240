"""The check of a traversal passes a good one, and names what is wrong with each bad one."""

from dataclasses import replace

import pytest

from moe_core import (
    TraversalStrategy,
)
from moe_core.testing import (
    ConformanceError,
    check_traversal,
)


class Everything(TraversalStrategy):
    name = "everything"
    summary = "For tests."

    def begin(self, question, graph):
        return type(self)()

    def evaluate_node_relevance(self, persona, node):
        return 0.5 if node.text else 0.0

    def decide_traversal(self, current, available, persona):
        return list(available)[: persona.traits.breadth]


class Overrating(Everything):
    def evaluate_node_relevance(self, persona, node):
        return 2.0


class Circling(Everything):
    def decide_traversal(self, current, available, persona):
        return [current[0]]


class Doubling(Everything):
    def decide_traversal(self, current, available, persona):
        return [*available[:1], *available[:1]]


class Inventing(Everything):
    def decide_traversal(self, current, available, persona):
        return [replace(available[0], node_id="elsewhere")] if available else []


class Remembering(Everything):
    walks = 0

    def begin(self, question, graph):
        self.walks += 1
        return self

    def decide_traversal(self, current, available, persona):
        return list(available)[:: 1 if self.walks % 2 else -1]


class Mumbling(Everything):
    def decide_traversal(self, current, available, persona):
        return None


class Unbegun(Everything):
    def begin(self, question, graph):
        return None


class Presuming(Everything):
    def decide_traversal(self, current, available, persona):
        return [] if not current else [available[0]] if len(current) < 3 else []


class Beginning(Everything):
    def begin(self, question, graph):
        graph.get_node(next(graph.node_ids()))
        return type(self)()


class Clinging(Everything):
    def decide_traversal(self, current, available, persona):
        return list(available) if available else current[:1]


def test_a_good_traversal_passes():
    check_traversal(Everything)


@pytest.mark.parametrize(
    ("traversal", "words"),
    [
        (Overrating, "outside 0 to 1"),
        (Circling, "visited already"),
        (Doubling, "twice at once"),
        (Inventing, "not available"),
        (Remembering, "differently the second time"),
        (Mumbling, "no list"),
        (Unbegun, "no strategy"),
        (Presuming, "raised: IndexError"),
        (Beginning, "begin.. of everything raised"),
        (Clinging, "visited already"),
    ],
)
def test_a_bad_traversal_is_told_what_is_wrong(traversal, words):
    with pytest.raises(ConformanceError, match=words):
        check_traversal(traversal)
