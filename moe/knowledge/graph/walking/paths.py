"""How each persona came from the question to a passage, as values that JSON carries."""

from collections.abc import Sequence
from dataclasses import dataclass

from moe.knowledge.graph.builder import QueryGraph
from moe.knowledge.graph.walking.walking import Step, Walk
from moe.knowledge.search import Exploration
from moe_kit.graphs.reading import QUESTION_ID, find_covered, find_strength

_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """One passage on a path, and the edge that led to it.

    Attributes:
        node_id: The passage's node.
        passage_id: The passage.
        title: Of its document, or "".
        kind: Of the edge: "found", "named" or "contains" from the question, "mentions" or "shares" between passages.
        via: The name or phrase that made the edge; "" for what search found.
        weight: Of the edge, in (0, 1].
        strength: What the edge is worth to the passage, in the unit of scores; 0 from the question.
        score: What the passage is worth by itself.
        covers: The question's terms that occur in it.
        is_visited: Whether the walk went on from there.
    """

    node_id: str
    passage_id: str
    title: str
    kind: str
    via: str
    weight: float
    strength: float
    score: float
    covers: tuple[str, ...]
    is_visited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """From the question to a passage.

    Attributes:
        passage_id: The passage.
        rank: Its place in the persona's own ranking, from 1.
        rating: The persona's, in [0, 1].
        steps: The passage's own last.
    """

    passage_id: str
    rank: int
    rating: float
    steps: tuple[PathStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkReport:
    """One persona's walk, with the paths to some passages.

    Attributes:
        persona: Its name.
        traversal: The strategy it walked with.
        rounds: How often the strategy chose.
        visited: Passages it went on from.
        reached: Passages it saw.
        hops: Edges from the question to the farthest of them.
        paths: In the order that was asked for; none to a passage it did not reach.
    """

    persona: str
    traversal: str
    rounds: int
    visited: int
    reached: int
    hops: int
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplorationReport:
    """What a search did, as far as it concerns the passages it found.

    Attributes:
        query: What was looked for.
        seeds: Passages that walks began at.
        passages: Passages in the graph.
        is_cut: Whether the graph stopped growing at its limits.
        found: Ids of the passages found, best first.
        walks: One a persona; none when the retriever's own ranking was the result.
    """

    query: str
    seeds: int
    passages: int
    is_cut: bool
    found: tuple[str, ...]
    walks: tuple[WalkReport, ...]


def report_exploration(exploration: Exploration) -> ExplorationReport:
    """What is worth keeping of a search whose hits are those that were asked for."""
    graph = exploration.graph
    found = tuple(hit.passage.passage_id for hit in exploration.hits)
    return ExplorationReport(
        query=graph.question.text,
        seeds=len(graph.list_seeds()),
        passages=len(graph.numbers),
        is_cut=graph.is_cut,
        found=found,
        walks=tuple(report_walk(graph, walk, found) for walk in exploration.walks),
    )


def report_walk(graph: QueryGraph, walk: Walk, passage_ids: Sequence[str]) -> WalkReport:
    """A walk, with the paths to these passages."""
    ranks = {node_id: (rank, rating) for rank, (node_id, rating) in enumerate(walk.ranking, start=1)}
    paths = []
    for passage_id in passage_ids:
        node_id = graph.find_node_id(passage_id)
        if node_id is not None and node_id in ranks:
            rank, rating = ranks[node_id]
            steps = tuple(_report_step(graph, step) for step in walk.find_path(node_id))
            paths.append(Path(passage_id=passage_id, rank=rank, rating=round(rating, _DIGITS), steps=steps))
    return WalkReport(
        persona=walk.persona.name,
        traversal=walk.strategy,
        rounds=walk.rounds,
        visited=sum(step.was_visited for step in walk.steps.values()),
        reached=len(walk.steps),
        hops=max((step.hop for step in walk.steps.values()), default=0),
        paths=tuple(paths),
    )


def _report_step(graph: QueryGraph, step: Step) -> PathStep:
    node = graph.graph.get_node(step.node_id)
    passage = graph.get_passage(step.node_id)
    terms = graph.question.terms
    return PathStep(
        node_id=step.node_id,
        passage_id=passage.passage_id,
        title=passage.title,
        kind=step.edge.kind,
        via=str(step.edge.attributes.get("via", "")),
        weight=round(step.edge.weight, _DIGITS),
        strength=0.0 if step.edge.source == QUESTION_ID else round(find_strength(step.edge), _DIGITS),
        score=round(float(node.attributes["score"]), _DIGITS),
        covers=tuple(terms[place] for place in find_covered(node)),
        is_visited=step.was_visited,
    )
