"""One persona's walk through the columns of a question's graph: no node or edge is made for it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from math import inf
from time import perf_counter

import numpy as np

from moe.knowledge.graph.builder import QueryGraph
from moe.knowledge.graph.filling import make_node_id
from moe.knowledge.graph.growth import GraphGrowth
from moe.knowledge.graph.links.links import MENTIONS, SHARES
from moe.knowledge.graph.walking.order import order_by_coverage
from moe.knowledge.graph.walking.trail import Step, Trail, make_choice_error
from moe.knowledge.graph.walking.walk import MAX_ROUNDS, Walk, check_rating
from moe_core.contracts.persona import Persona
from moe_kit.graphs.attributes import Residual
from moe_kit.graphs.columns import ColumnTraversal, Floats, Places, Reached


def walk_columns(
    query: QueryGraph,
    strategy: type[ColumnTraversal],
    persona: Persona,
    *,
    max_visits: int,
    max_nodes: float = inf,
    deadline: float = inf,
) -> Walk:
    """Let a persona walk as `moe.knowledge.graph.walking.walk` does, with the same outcome.

    Args:
        query: The graph of the question.
        strategy: How to walk.
        persona: Who walks.
        max_visits: Passages to go on from.
        max_nodes: Passages to reach; the others stay out of this walk, and may be in others.
        deadline: On the clock of `time.perf_counter`.

    Raises:
        PluginError: The strategy broke its contract.
    """
    trail = _ColumnTrail(query.growth, max_nodes)
    walker = strategy()
    reached = trail.begin()
    while True:
        available = trail.list_available()
        chosen = np.asarray(walker.choose_places(reached, available, persona), dtype=np.int64)
        visited = trail.count_visited()
        is_used_up = len(trail.rounds) >= MAX_ROUNDS or visited > max_visits or perf_counter() > deadline
        if not len(chosen) or is_used_up:
            break
        trail.check_choice(chosen, strategy.name)
        reached = trail.visit(chosen[: max_visits + 1 - visited])
    ratings = np.asarray(walker.rate_places(persona), dtype=np.float64)
    ranking = _rank(query, trail, ratings, strategy, persona)
    rounds = [trail.list_ids(places) for places in trail.rounds]
    return Walk(
        persona=persona,
        strategy=strategy.name,
        ranking=tuple(ranking),
        steps=LateSteps(lambda: _replay(query, rounds, max_nodes, strategy.name)),
        rounds=len(rounds),
        is_cut=trail.is_full or perf_counter() > deadline,
    )


def _rank(
    query: QueryGraph, trail: "_ColumnTrail", ratings: Floats, strategy: type[ColumnTraversal], persona: Persona
) -> Sequence[tuple[str, float]]:
    """What was reached, in the order in which it covers the question best."""
    rows = query.growth.rows
    reached = trail.list_reached()
    if rows is None or not len(reached):
        return ()
    order = reached[np.argsort(-ratings[reached], kind="stable")]
    in_order = ratings[order].tolist()
    is_sound = in_order[0] <= 1 and in_order[-1] >= 0  # what is no number comes last
    for rating in () if is_sound else in_order:
        check_rating(rating, strategy.name)
    covers = rows.has_term[trail.find_passages(order)]
    best_first = list(zip(trail.list_ids(order), in_order, strict=True))
    residual = Residual(dict(enumerate(query.question.weights.tolist())))
    return order_by_coverage(best_first, lambda at: set(covers[at].nonzero()[0].tolist()), residual, persona.traits)


class LateSteps(Mapping[str, Step]):
    """The steps of a walk, made of what it chose when somebody asks how it came to a passage."""

    def __init__(self, make: Callable[[], Mapping[str, Step]]) -> None:
        self._make = make

    @cached_property
    def _steps(self) -> Mapping[str, Step]:
        return self._make()

    def __getitem__(self, node_id: str) -> Step:
        return self._steps[node_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._steps)

    def __len__(self) -> int:
        return len(self._steps)


def _replay(query: QueryGraph, rounds: Sequence[Sequence[str]], max_nodes: float, strategy: str) -> Mapping[str, Step]:
    """The steps of a walk that chose these nodes."""
    graph = query.graph
    trail = Trail(graph, max_nodes)
    for chosen in rounds:
        trail.visit([graph.get_node(node_id) for node_id in chosen], strategy)
    return trail.steps


class _ColumnTrail:
    """Where a walk is. Its own places count what it reached, from 0, the question; passages have others in the graph.

    Attributes:
        rounds: The places visited in each.
        is_full: Whether anything was left out.
    """

    def __init__(self, growth: GraphGrowth, max_nodes: float) -> None:
        self.rounds: list[Places] = []
        self.is_full = False
        self._growth = growth
        self._max_nodes = max_nodes
        self._passages = np.zeros(0, dtype=np.int64)  # places in the graph, by own place less one
        self._own = np.zeros(0, dtype=np.int64)  # own places by place in the graph, 0 for one that was not reached
        self._is_available = np.zeros(1, dtype=bool)

    def begin(self) -> Reached:
        """Reach what the question leads to."""
        return self._reach(np.arange(self._growth.seed_count), before=np.zeros(1))

    def list_available(self) -> Places:
        """Own places that were reached and not visited."""
        return np.flatnonzero(self._is_available)

    def list_reached(self) -> Places:
        """All own places: those visited, then those available."""
        return np.concatenate([*self.rounds, self.list_available()])

    def count_visited(self) -> int:
        """How many were visited, with the question."""
        return 1 + sum(len(places) for places in self.rounds)

    def find_passages(self, places: Places) -> Places:
        """The places in the graph of own ones."""
        return self._passages[places - 1]

    def list_ids(self, places: Places) -> list[str]:
        """The nodes of own places."""
        numbers = self._growth.numbers
        return [make_node_id(numbers[passage]) for passage in self.find_passages(places).tolist()]

    def check_choice(self, chosen: Places, strategy: str) -> None:
        """Hold a choice to what was available.

        Raises:
            PluginError: One of the places is not, or is named twice.
        """
        left = self._is_available.copy()
        for place in chosen.tolist():
            if not 0 <= place < len(left) or not left[place]:
                raise make_choice_error(strategy, f"place {place}")
            left[place] = False

    def visit(self, chosen: Places) -> Reached:
        """Go to places that are available."""
        self.rounds.append(chosen)
        self._is_available[chosen] = False
        passages = self.find_passages(chosen).tolist()
        self._growth.expand(passages)
        spans = self._growth.find_links_of(passages)
        sources = _join([log.sources[span] for log, span in spans])
        targets = _join([log.targets[span] for log, span in spans])
        fresh = self._reach(targets, before=np.zeros(0))
        is_reached = self._own[targets] > 0
        is_mention = np.concatenate([np.zeros(0, dtype=bool), *(log.links.is_mention[span] for log, span in spans)])
        strengths = np.concatenate([np.zeros(0), *(log.strengths[span] for log, span in spans)])
        return Reached(
            scores=fresh.scores,
            sources=self._own[sources[is_reached]],
            targets=self._own[targets[is_reached]],
            kinds=np.where(is_mention[is_reached], MENTIONS, SHARES),
            strengths=strengths[is_reached],
        )

    def _reach(self, targets: Places, *, before: Floats) -> Reached:
        """Take in those of some passages that are new, as far as there is room; no links yet."""
        own = np.zeros(len(self._growth.numbers), dtype=np.int64)
        own[: len(self._own)] = self._own
        self._own = own
        fresh = np.array(list(dict.fromkeys(targets[own[targets] == 0].tolist())), dtype=np.int64)
        room = max(0, self._max_nodes - len(self._passages))
        if len(fresh) > room:
            self.is_full, fresh = True, fresh[: int(room)]
        own[fresh] = np.arange(len(fresh)) + len(self._passages) + 1
        self._passages = np.concatenate([self._passages, fresh])
        self._is_available = np.concatenate([self._is_available, np.ones(len(fresh), dtype=bool)])
        return Reached(np.concatenate([before, self._growth.scores[fresh]]), *_NO_LINKS)


_NO_LINKS = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.str_), np.zeros(0))


def _join(columns: Sequence[Places]) -> Places:
    return np.concatenate([np.zeros(0, dtype=np.int64), *columns])
