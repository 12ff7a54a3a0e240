"""How each persona came from the question to a passage, as values that JSON carries."""

from collections.abc import Sequence

from moe.contracts.walks import ExplorationReport, Path, PathStep, WalkReport
from moe.knowledge.graph.builder import QueryGraph
from moe.knowledge.graph.walking.trail import Step
from moe.knowledge.graph.walking.walk import Walk
from moe.knowledge.search import Exploration
from moe_kit.graphs.attributes import QUESTION_ID, find_covered, find_strength

_DIGITS = 4


def report_exploration(exploration: Exploration) -> ExplorationReport:
    """What is worth keeping of a search whose hits are those that were asked for."""
    graph, is_built = exploration.graph, exploration.verdict is None
    found = tuple(hit.passage.passage_id for hit in exploration.hits)
    return ExplorationReport(
        query=graph.question.text,
        seeds=len(graph.list_seeds()) if is_built else 0,
        passages=len(graph.numbers) if is_built else 0,
        is_cut=exploration.is_cut,
        found=found,
        walks=tuple(report_walk(graph, walk, found) for walk in exploration.walks),
        experts=exploration.consultation.choices if exploration.consultation is not None else (),
        verdict=exploration.verdict,
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
