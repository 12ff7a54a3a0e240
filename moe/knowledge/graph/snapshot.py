"""A question's graph as one document: passages, entities, sentences, walks and the ranking."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from moe.contracts.snapshot import Ranked, Seed, Snapshot
from moe.knowledge.analysis.words import read_words
from moe.knowledge.graph.builder import QueryGraph
from moe.knowledge.graph.layout import find_places
from moe.knowledge.graph.links.links import MENTIONS, SHARES
from moe.knowledge.graph.walking.paths import report_walk
from moe.knowledge.graph.walking.trail import Step
from moe.knowledge.graph.walking.walk import Walk
from moe.knowledge.search import Exploration
from moe_core.contracts.evidence import Passage
from moe_core.contracts.node import Edge
from moe_core.contracts.wire import JsonObject, to_wire
from moe_core.text.sentences import split_sentences
from moe_kit.graphs.attributes import QUESTION_ID, find_covered, find_strength

_NAMES = "names"  # an entity means a passage
_HOLDS = "holds"  # a passage holds a sentence
_DIGITS = 4
# Of a snapshot of what was walked: as many seeds as are shown, and twice as many passages as a Drummer asks for: each
# costs about 0.4 % of a run.
_SEEDS_KEPT = 10
_RANKED_KEPT = 20


def take_snapshot(exploration: Exploration, *, top: int) -> Snapshot:
    """The snapshot of an exploration.

    Args:
        exploration: Of one question.
        top: Passages of the ranking that are listed, that paths lead to and whose sentences are in it.
    """
    ranking = tuple(_rank(exploration, top))
    drawing = _Drawing(exploration)
    drawing.draw_all(ranking)
    return _build(exploration, ranking, drawing, exploration.graph.list_seeds())


def take_walked(exploration: Exploration) -> Snapshot:
    """A snapshot of little more than the paths to what was found; costs a fraction of the whole one.

    It tells no seconds, so that equal walks make equal snapshots.
    """
    ranking = tuple(_rank(exploration, _RANKED_KEPT))
    found = [ranked.node_id for ranked in ranking if ranked.node_id is not None]
    steps = [step for walk in exploration.walks for node_id in found for step in walk.find_path(node_id)]
    seeds = exploration.graph.list_seeds()[:_SEEDS_KEPT]
    drawing = _Drawing(exploration)
    drawing.draw_walked(ranking, dict.fromkeys([*found, *(step.node_id for step in steps), *seeds]), steps)
    return replace(_build(exploration, ranking, drawing, seeds), is_whole=False, seconds=0.0)


def place_snapshot(snapshot: Snapshot) -> Snapshot:
    """The snapshot with x and y of its nodes, so that every drawing of it is the same."""
    ids = [str(node["id"]) for node in snapshot.nodes]
    places = find_places(ids, [(str(edge["source"]), str(edge["target"])) for edge in snapshot.edges])
    nodes = tuple({**node, **dict(zip("xy", places.get(str(node["id"]), ()), strict=False))} for node in snapshot.nodes)
    return replace(snapshot, nodes=nodes)


def _build(
    exploration: Exploration, ranking: tuple[Ranked, ...], drawing: "_Drawing", seeds: Sequence[str]
) -> Snapshot:
    graph = exploration.graph
    question = graph.question
    led_to = graph.graph.edges_of(QUESTION_ID)
    return Snapshot(
        question=question.text,
        terms={
            term: round(weight, _DIGITS) for term, weight in zip(question.terms, question.weights.tolist(), strict=True)
        },
        seeds=tuple(_describe_seed(graph, node_id, led_to) for node_id in seeds),
        walks=tuple(report_walk(graph, walk, [ranked.passage_id for ranked in ranking]) for walk in exploration.walks),
        ranking=ranking,
        is_cut=exploration.is_cut,
        seconds=round(exploration.seconds, _DIGITS),
        nodes=tuple(drawing.nodes.values()),
        edges=tuple(drawing.edges),
    )


class _Drawing:
    """Nodes and edges as they are gathered."""

    def __init__(self, exploration: Exploration) -> None:
        self.nodes: dict[str, JsonObject] = {}
        self.edges: list[JsonObject] = []
        self._graph = exploration.graph
        self._walks = exploration.walks
        self._names: dict[tuple[str, str, str], float] = {}

    def draw_all(self, ranking: Sequence[Ranked]) -> None:
        """Draw every passage, entity and edge, and the sentences of the ranking."""
        self._draw_nodes(self._graph.graph.node_ids(), ranking)
        for edge in self._graph.graph.edges():
            self._draw_edge(edge)
        for ranked in ranking:
            if ranked.node_id is not None:
                self._draw_sentences(ranked.node_id)
        for (source, target, kind), weight in self._names.items():
            self._add_edge(source, target, kind, weight)

    def draw_walked(self, ranking: Sequence[Ranked], node_ids: Iterable[str], steps: Iterable[Step]) -> None:
        """Draw these passages, and the edges by which steps came."""
        self._draw_nodes(node_ids, ranking)
        for edge in {(step.edge.source, step.edge.target, step.edge.kind): step.edge for step in steps}.values():
            self._draw_edge(edge)
        for (source, target, kind), weight in self._names.items():
            self._add_edge(source, target, kind, weight)

    def _draw_nodes(self, node_ids: Iterable[str], ranking: Sequence[Ranked]) -> None:
        question, walks = self._graph.question, self._walks
        ranks = {item.node_id: item for item in ranking if item.node_id is not None}
        self._add_node(QUESTION_ID, "question", question.text)
        for node in map(self._graph.graph.get_node, node_ids):
            if node.kind != "passage":
                continue
            node_id, passage = node.node_id, self._graph.get_passage(node.node_id)
            facts = {
                **_describe_passage(passage),
                "score": round(float(node.attributes["score"]), _DIGITS),
                "covers": [question.terms[place] for place in find_covered(node)],
                "reached_by": [walk.persona.name for walk in walks if node_id in walk.steps],
                "visited_by": [walk.persona.name for walk in walks if _has_visited(walk, node_id)],
            }
            if node_id in ranks:
                facts["rank"], facts["relevance"] = ranks[node_id].rank, ranks[node_id].score
            self._add_node(node_id, node.kind, passage.text, **facts)

    def _draw_edge(self, edge: Edge) -> None:
        via = str(edge.attributes.get("via", ""))
        walked_by = [walk.persona.name for walk in self._walks if _has_come_by(walk, edge)]
        strength = {} if edge.source == QUESTION_ID else {"strength": round(find_strength(edge), _DIGITS)}
        self._add_edge(edge.source, edge.target, edge.kind, edge.weight, via=via, walked_by=walked_by, **strength)
        if via:
            entity = self._add_entity(via)
            self._join(edge.source, entity, MENTIONS, edge.weight)
            if edge.kind in (SHARES, "contains"):  # both ends write it
                self._join(edge.target, entity, MENTIONS, edge.weight)
            else:
                self._join(entity, edge.target, _NAMES, edge.weight)

    def _draw_sentences(self, passage_node: str) -> None:
        passage = self._graph.get_passage(passage_node)
        entities = [node_id for node_id, node in self.nodes.items() if node["kind"] == "entity"]
        for number, (start, end) in enumerate(split_sentences(passage.text)):
            sentence = f"sentence:{passage_node.removeprefix('passage:')}:{number}"
            text = passage.text[start:end]
            self._add_node(sentence, "sentence", text, start=passage.start + start, end=passage.start + end)
            self._join(passage_node, sentence, _HOLDS, 1.0)
            words = f" {_fold(text)} "
            for entity in entities:
                if f" {entity.removeprefix('entity:')} " in words:
                    self._join(sentence, entity, MENTIONS, 1.0)

    def _add_entity(self, name: str) -> str:
        entity = f"entity:{_fold(name)}"
        if entity not in self.nodes:
            self._add_node(entity, "entity", name)
        return entity

    def _add_node(self, node_id: str, kind: str, text: str, **facts: object) -> None:
        self.nodes[node_id] = {"id": node_id, "kind": kind, "text": text, **facts}

    def _join(self, source: str, target: str, kind: str, weight: float) -> None:
        """Note an edge of an entity or sentence; of several alike the heaviest stays."""
        self._names[source, target, kind] = max(weight, self._names.get((source, target, kind), 0.0))

    def _add_edge(self, source: str, target: str, kind: str, weight: float, **facts: object) -> None:
        key = f"e{len(self.edges)}"
        edge = {"source": source, "target": target, "key": key, "kind": kind, "weight": round(weight, _DIGITS)}
        self.edges.append({**edge, **facts})


def _rank(exploration: Exploration, top: int) -> Iterator[Ranked]:
    for rank, hit in enumerate(exploration.hits[:top], start=1):
        passage = hit.passage
        yield Ranked(
            rank=rank,
            node_id=exploration.graph.find_node_id(passage.passage_id),
            passage_id=passage.passage_id,
            document_id=passage.document_id,
            title=passage.title,
            start=passage.start,
            end=passage.end,
            score=round(hit.score, _DIGITS),
        )


def _describe_seed(graph: QueryGraph, node_id: str, led_to: Sequence[Edge]) -> Seed:
    passage = graph.get_passage(node_id)
    edges = [edge for edge in led_to if edge.target == node_id]
    return Seed(
        node_id=node_id,
        passage_id=passage.passage_id,
        title=passage.title,
        why={edge.kind: {"via": edge.attributes["via"], "weight": round(edge.weight, _DIGITS)} for edge in edges},
    )


def _has_visited(walk: Walk, node_id: str) -> bool:
    step = walk.steps.get(node_id)
    return step is not None and step.was_visited


def _has_come_by(walk: Walk, edge: Edge) -> bool:
    step = walk.steps.get(edge.target)
    return step is not None and (step.edge.source, step.edge.kind) == (edge.source, edge.kind)


def _describe_passage(passage: Passage) -> dict[str, object]:
    facts: dict[str, object] = to_wire(passage)
    return {name: value for name, value in facts.items() if name != "text"}


def _fold(text: str) -> str:
    return " ".join(word.folded for word in read_words(text))
