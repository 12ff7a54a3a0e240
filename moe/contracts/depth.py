"""How much a run may take: what `depth` stands for, in numbers (docs/how-to/choose-task-and-depth.md)."""

from enum import StrEnum

import msgspec

from moe.contracts.budget import Budget, Budgets


class Depth(StrEnum):
    """How thoroughly a question is gone into."""

    QUICK = "quick"
    STANDARD = "standard"
    COMPREHENSIVE = "comprehensive"


class DepthPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of a depth.

    Attributes:
        max_evidence: Passages that a search brings, and that a task reads at most.
        max_plan_tasks: Tasks of one plan that are done.
        experts: So many walk the graph for each search; None for one, in doubt now and then more.
        deadline_seconds: Longest the run may take.
        max_tokens: That models may read and write.
        max_requests: That may be made to model servers.
    """

    max_evidence: int
    max_plan_tasks: int
    experts: int | None
    deadline_seconds: float
    max_tokens: int
    max_requests: int

    @property
    def budgets(self) -> Budgets:
        """What models may spend."""
        return Budgets(run=Budget(max_tokens=self.max_tokens, max_requests=self.max_requests))


# Choices. A question in full mode is to take 6,000 tokens: quick has room for one, standard for five of its size,
# comprehensive for as many as its plan may have tasks.
_PLANS = {
    Depth.QUICK: DepthPlan(
        max_evidence=4, max_plan_tasks=3, experts=1, deadline_seconds=60.0, max_tokens=8_000, max_requests=8
    ),
    Depth.STANDARD: DepthPlan(
        max_evidence=8, max_plan_tasks=12, experts=None, deadline_seconds=120.0, max_tokens=30_000, max_requests=40
    ),
    Depth.COMPREHENSIVE: DepthPlan(
        max_evidence=16, max_plan_tasks=24, experts=3, deadline_seconds=600.0, max_tokens=150_000, max_requests=200
    ),
}


def get_plan(depth: Depth) -> DepthPlan:
    """The numbers of a depth."""
    return _PLANS[depth]
