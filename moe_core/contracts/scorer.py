"""Scorers: how good one output is."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from moe_core.contracts.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorerInput:
    """One output and what it is measured against.

    Attributes:
        question: What was asked.
        output: The text to rate.
        evidence: What it could draw on.
        others: The other outputs of the same round.
    """

    question: str
    output: str
    evidence: Sequence[Evidence] = ()
    others: Sequence[str] = ()


class Scorer(ABC):
    """Rates one output. Deterministic for equal inputs.

    Attributes:
        name: Short name, unique among scorers.
        summary: One line for listings.
    """

    name: ClassVar[str] = ""
    summary: ClassVar[str] = ""

    @abstractmethod
    async def score(self, subject: ScorerInput) -> float:
        """A number in [0, 1]; 1 is best."""
