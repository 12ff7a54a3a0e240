"""How each persona came from the question to a passage."""

import msgspec

from moe.contracts.experts import ExpertChoice
from moe.contracts.search import WordsVerdict


class PathStep(msgspec.Struct, frozen=True, kw_only=True):
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


class Path(msgspec.Struct, frozen=True, kw_only=True):
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


class WalkReport(msgspec.Struct, frozen=True, kw_only=True):
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


class ExplorationReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a search did, as far as it concerns the passages it found.

    Attributes:
        query: What was looked for.
        seeds: Passages that walks began at.
        passages: Passages in the graph.
        is_cut: Whether a walk stopped at its limits.
        found: Ids of the passages found, best first.
        walks: One a persona; none when the retriever's own ranking was the result.
        experts: Who was woken and why, where that was chosen for this search.
        verdict: Why nobody was.
    """

    query: str
    seeds: int
    passages: int
    is_cut: bool
    found: tuple[str, ...]
    walks: tuple[WalkReport, ...]
    experts: tuple[ExpertChoice, ...] = ()
    verdict: WordsVerdict | None = None
