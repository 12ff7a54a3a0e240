"""Doing with less before a budget is spent: what to leave out at which pressure."""

import msgspec


class DegradeStep(msgspec.Struct, frozen=True, kw_only=True):
    """One rung of the ladder.

    Attributes:
        pressure: From this share of the scarcest limit on (`BudgetLedger.pressure`), 0 to 1.
        text: What is done, for people; "" when nothing is left out.
        context_share: Share of the context that evidence may fill.
        answer_share: Share of the usual room for an answer.
    """

    pressure: float
    text: str = ""
    context_share: float = 1.0
    answer_share: float = 1.0


LADDER = (
    DegradeStep(pressure=0.0),
    # Chosen, not measured: the answer comes last and rests on all before, so something must be left for it.
    DegradeStep(pressure=0.7, text="shorter context", context_share=0.6),
    DegradeStep(pressure=0.85, text="a third of the context, short answers", context_share=0.35, answer_share=0.5),
)
"""From plenty to scarce; each rung gives up at least what the one before did."""


def find_step(pressure: float) -> DegradeStep:
    """The rung for a pressure of 0 to 1."""
    if pressure < LADDER[1].pressure:  # by far the most
        return LADDER[0]
    return next(step for step in reversed(LADDER) if pressure >= step.pressure)
