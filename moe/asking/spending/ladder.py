"""Doing with less before a budget is spent: what to leave out at which pressure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DegradeStep:
    """One rung of the ladder.

    Attributes:
        pressure: From this share of the scarcest limit on (`BudgetLedger.pressure`), 0 to 1.
        text: What is done, for people; "" when nothing is left out.
        personas_share: Share of the personas that work, at least one.
        context_share: Share of the context that evidence may fill.
        answer_share: Share of the usual room for an answer.
        has_extras: Whether calls are made that a run can do without: a remark of the Observer's, a
            Belter's merge of a single finding.
    """

    pressure: float
    text: str = ""
    personas_share: float = 1.0
    context_share: float = 1.0
    answer_share: float = 1.0
    has_extras: bool = True

    def count_personas(self, personas: int) -> int:
        """How many of so many personas work; one, when there are any."""
        return min(personas, max(1, int(personas * self.personas_share)))


LADDER = (
    DegradeStep(pressure=0.0),
    DegradeStep(pressure=0.5, text="half the personas", personas_share=0.5),
    DegradeStep(
        pressure=0.7,
        text="half the personas, shorter context, no extras",
        personas_share=0.5,
        context_share=0.6,
        has_extras=False,
    ),
    DegradeStep(
        pressure=0.85,
        text="one persona, a third of the context, short answers, no extras",
        personas_share=0.0,
        context_share=0.35,
        answer_share=0.5,
        has_extras=False,
    ),
)
"""From plenty to scarce; each rung gives up at least what the one before did."""


def find_step(pressure: float) -> DegradeStep:
    """The rung for a pressure of 0 to 1."""
    return next(step for step in reversed(LADDER) if pressure >= step.pressure)
