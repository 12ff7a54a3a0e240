"""A route: who will work on a request, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

GENERAL = "general"

KNOWLEDGE = "knowledge"
"""The Belter for a question over documents that no other one claims, where it is registered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a request goes.

    Attributes:
        route: A Belter's name, or "general" for a plain question that Camina answers alone.
        belters: The Belters that will work, best first; empty for a plain question.
        scores: Every candidate's share, best first; they add up to 1.
        runner_up: The next best, or "".
        why: One sentence.
    """

    route: str
    belters: tuple[str, ...]
    scores: Mapping[str, float]
    runner_up: str
    why: str
