"""One persona's walk through the graph of a question."""

from collections.abc import Mapping
from math import inf, nan
from numbers import Real
from time import perf_counter

import msgspec

from moe.knowledge.graph.walking.order import order_by_coverage
from moe.knowledge.graph.walking.trail import Step, Trail
from moe_core.contracts.errors import PluginError
from moe_core.contracts.graph import DynamicKnowledgeGraph
from moe_core.contracts.node import Node
from moe_core.contracts.persona import Persona
from moe_core.contracts.traversal import TraversalStrategy
from moe_kit.graphs.attributes import find_covered, find_residual

# Chosen: an end for a strategy that has none of its own.
MAX_ROUNDS = 12


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """What a persona found.

    Attributes:
        persona: Who walked.
        strategy: The name of the strategy it walked with.
        ranking: (node id, rating in [0, 1]), in the order in which they cover the question best.
        steps: By node id, every passage that was reached.
        rounds: How often the strategy chose.
        is_cut: Whether it left passages out, as it had reached so many, or the time was used up before it ended.
    """

    persona: Persona
    strategy: str
    ranking: tuple[tuple[str, float], ...]
    steps: Mapping[str, Step]
    rounds: int
    is_cut: bool = False

    def find_path(self, node_id: str) -> tuple[Step, ...]:
        """The steps from the question to a passage, the passage's own last; () for one that was not reached."""
        path: list[Step] = []
        while node_id in self.steps:
            path.append(self.steps[node_id])
            node_id = path[-1].edge.source
        return tuple(reversed(path))


def walk(
    graph: DynamicKnowledgeGraph,
    question: str,
    strategy: type[TraversalStrategy],
    persona: Persona,
    *,
    max_visits: int,
    max_nodes: float = inf,
    deadline: float = inf,
) -> Walk:
    """Let a persona walk from the question until its strategy stops, or the visits or the time are used up.

    Args:
        graph: Of the question.
        question: What is looked for.
        strategy: How to walk.
        persona: Who walks.
        max_visits: Passages to go on from.
        max_nodes: Passages to reach; the others stay out of this walk, and may be in others.
        deadline: On the clock of `time.perf_counter`; what is not rated by then is no part of the ranking.

    Raises:
        PluginError: The strategy broke its contract.
    """
    trail = Trail(graph, max_nodes)
    walker = strategy().begin(question, graph)
    rounds = 0
    while True:  # also asked after the last visits, so that it sees what they brought
        chosen = walker.decide_traversal(trail.visited, trail.list_available(), persona)
        is_used_up = rounds >= MAX_ROUNDS or len(trail.visited) > max_visits or perf_counter() > deadline
        if not chosen or is_used_up:
            break
        trail.visit(chosen[: max_visits + 1 - len(trail.visited)], strategy.name)
        rounds += 1
    nodes = [node for node in trail.list_reached() if node.kind == "passage"]
    rated: list[tuple[Node, float]] = []
    for node in nodes:
        rated.append((node, check_rating(walker.evaluate_node_relevance(persona, node), strategy.name)))
        if perf_counter() > deadline:
            break
    rated.sort(key=lambda pair: -pair[1])
    best_first = [(node.node_id, rating) for node, rating in rated]
    ranking = order_by_coverage(
        best_first, lambda place: set(find_covered(rated[place][0])), find_residual(graph), persona.traits
    )
    return Walk(
        persona=persona,
        strategy=strategy.name,
        ranking=tuple(ranking),
        steps=trail.steps,
        rounds=rounds,
        is_cut=trail.is_full or perf_counter() > deadline,
    )


def check_rating(rating: object, strategy: str) -> float:
    """A rating as a number in [0, 1].

    Raises:
        PluginError: It is none.
    """
    value = rating if type(rating) is float else float(rating) if isinstance(rating, Real) else nan
    if 0 <= value <= 1:
        return value
    raise PluginError(
        f"traversal {strategy} rated a node {rating!r}",
        plugin=strategy,
        reason="contract",
        hint="evaluate_node_relevance returns a number from 0 to 1",
    )
