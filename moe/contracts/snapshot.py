"""A question's graph as one document."""

from collections.abc import Mapping

import msgspec

from moe.contracts.walks import WalkReport
from moe_core.contracts.wire import JsonObject


class Seed(msgspec.Struct, frozen=True, kw_only=True):
    """Where a walk may begin: a passage that the question leads to.

    Attributes:
        why: By kind ("named", "contains", "found") the edge's `via` and `weight`.
    """

    node_id: str
    passage_id: str
    title: str
    why: Mapping[str, JsonObject]


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """A passage of the final ranking; `rank` is from 1, `node_id` None for one outside the graph."""

    rank: int
    node_id: str | None
    passage_id: str
    document_id: str
    title: str
    start: int
    end: int
    score: float


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one question's graph; its JSON form is node-link data, as networkx reads it.

    Attributes:
        directed: Always.
        multigraph: Always: ends may be joined by edges of several kinds.
        question: As it was asked.
        terms: Its content words as stems, each with its share of the question.
        seeds: Where walks began.
        walks: One a persona, with its paths to the first passages of the ranking.
        ranking: What all walks together found, best first.
        is_cut: Whether a walk stopped at its limits.
        seconds: Wall time.
        is_whole: False when only the paths to what was found, and where walks began, are in it.
        nodes: Objects with `id` and `kind` ("question", "passage", "entity", "sentence"); with `x` and `y` where they
            were placed for a drawing.
        edges: Objects with `source`, `target`, `key` (unique in the graph), `kind` and `weight`.
    """

    directed: bool = True
    multigraph: bool = True
    question: str
    terms: Mapping[str, float]
    seeds: tuple[Seed, ...]
    walks: tuple[WalkReport, ...]
    ranking: tuple[Ranked, ...]
    is_cut: bool
    seconds: float
    nodes: tuple[JsonObject, ...]
    edges: tuple[JsonObject, ...]
    is_whole: bool = True
