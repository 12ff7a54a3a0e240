"""One persona's walk through the graph of a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log, nan
from numbers import Real
from time import perf_counter

from moe_core.contracts.errors import PluginError
from moe_core.contracts.graph import DynamicKnowledgeGraph
from moe_core.contracts.node import Edge, Node
from moe_core.contracts.persona import Persona, Traits
from moe_core.contracts.traversal import TraversalStrategy
from moe_kit.graphs.attributes import QUESTION_ID, Residual, find_covered, find_residual

# Chosen: an end for a strategy that has none of its own.
MAX_ROUNDS = 12
_FLOOR = 1e-6  # of ratings, so that their logarithm exists
_CHOSEN_FROM = 24  # the best passages, among which the order looks for coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A passage that a walk reached.

    Attributes:
        node_id: The passage's node.
        hop: How many edges from the question: 1 for what search found.
        edge: The edge it was first reached by; the strongest of several.
        was_visited: Whether the walk went on from there.
    """

    node_id: str
    hop: int
    edge: Edge
    was_visited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
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
    steps: dict[str, Step]
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
    trail = _Trail(graph, max_nodes)
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
    rated = []
    for node in nodes:
        rated.append((node, _check_rating(walker.evaluate_node_relevance(persona, node), strategy.name)))
        if perf_counter() > deadline:
            break
    return Walk(
        persona=persona,
        strategy=strategy.name,
        ranking=tuple(_order(rated, find_residual(graph), persona.traits)),
        steps=trail.steps,
        rounds=rounds,
        is_cut=trail.is_full or perf_counter() > deadline,
    )


class _Trail:
    """Where a walk is: visited nodes, and those next to them."""

    def __init__(self, graph: DynamicKnowledgeGraph, max_nodes: float) -> None:
        self._graph = graph
        self._max_nodes = max_nodes
        self.is_full = False  # whether anything was left out
        self.visited: list[Node] = []
        self.steps: dict[str, Step] = {}
        self._hops = {QUESTION_ID: 0}
        self._available: dict[str, Node] = {}
        self._take([graph.get_node(QUESTION_ID)])

    def list_available(self) -> list[Node]:
        return list(self._available.values())

    def list_reached(self) -> list[Node]:
        return self.visited[1:] + self.list_available()

    def visit(self, chosen: Sequence[Node], strategy: str) -> None:
        """Go to nodes that are available.

        Raises:
            PluginError: One of them is not, or is named twice.
        """
        for node in chosen:
            if self._available.pop(node.node_id, None) is None:
                raise PluginError(
                    f"traversal {strategy} chose {node.node_id}, which was not available",
                    plugin=strategy,
                    reason="contract",
                    hint="a strategy picks from the available nodes, each once",
                )
            step = self.steps[node.node_id]
            self.steps[node.node_id] = Step(node_id=step.node_id, hop=step.hop, edge=step.edge, was_visited=True)
        self._take(chosen)

    def _take(self, nodes: Sequence[Node]) -> None:
        self.visited += nodes
        self._graph.expand(node.node_id for node in nodes)
        known = {node.node_id for node in self.visited}
        for node in nodes:
            for edge in self._graph.edges_of(node.node_id):
                target = edge.target
                if target in known or edge.source != node.node_id:
                    continue
                step = self.steps.get(target)
                if step is None and len(self.steps) >= self._max_nodes:
                    self.is_full = True
                    continue
                if step is None:
                    self._available[target] = self._graph.get_node(target)
                    self._hops[target] = self._hops[node.node_id] + 1
                elif step.hop < self._hops[node.node_id] + 1 or step.edge.weight >= edge.weight:
                    continue
                self.steps[target] = Step(node_id=target, hop=self._hops[target], edge=edge, was_visited=False)


def _check_rating(rating: object, strategy: str) -> float:
    value = rating if type(rating) is float else float(rating) if isinstance(rating, Real) else nan
    if 0 <= value <= 1:
        return value
    raise PluginError(
        f"traversal {strategy} rated a node {rating!r}",
        plugin=strategy,
        reason="contract",
        hint="evaluate_node_relevance returns a number from 0 to 1",
    )


def _order(rated: Sequence[tuple[Node, float]], residual: Residual, traits: Traits) -> list[tuple[str, float]]:
    """Best first, where a passage that covers what the ones before it left open counts as better.

    One that covers all that is open counts as e^0.6 = 1.8 times as relevant as it was rated; breadth changes that.
    """
    worth = Traits.scale(traits.breadth, low=0.5, neutral=0.6, high=1.2)
    best_first = sorted(rated, key=lambda pair: -pair[1])
    pool = [
        (node, rating, log(max(rating, _FLOOR)), set(find_covered(node))) for node, rating in best_first[:_CHOSEN_FROM]
    ]
    gains = [known + worth * residual.measure(covered) for _, _, known, covered in pool]
    ordered: list[tuple[str, float]] = []
    while pool:
        place = gains.index(max(gains))
        node, rating, _, covered = pool.pop(place)
        gains.pop(place)
        ordered.append((node.node_id, rating))
        if not covered.isdisjoint(residual.weights):
            residual = residual.without(covered)
            for at, (_, _, known, others) in enumerate(pool):
                if not covered.isdisjoint(others):
                    gains[at] = known + worth * residual.measure(others)
    return ordered + [(node.node_id, rating) for node, rating in best_first[_CHOSEN_FROM:]]
