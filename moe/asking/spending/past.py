"""What a run has spent on models before it was broken off and taken up again."""

from collections.abc import Collection, Iterable

import msgspec

from moe.asking.spending.budget import BudgetLedger
from moe.asking.spending.tally import ModelTally
from moe_core.contracts.agent import Role
from moe_core.contracts.event import Event
from moe_core.contracts.messages import Usage
from moe_core.contracts.model_payloads import ModelAnswered
from moe_core.contracts.payloads import TaskStarted


class PastCall(msgspec.Struct, frozen=True, kw_only=True):
    """One answered call; `usage` is nothing for an answer from disk."""

    role: Role
    provider: str
    usage: Usage


class PastSpending(msgspec.Struct, frozen=True, kw_only=True):
    """Calls of models, as the record tells of them.

    Attributes:
        calls: All that were answered, in order.
        answered_by: The provider that last answered the run's top agent; "" before any did.
    """

    calls: tuple["PastCall", ...] = ()
    answered_by: str = ""

    def count_into(self, tally: ModelTally, ledger: BudgetLedger | None, *, models: Collection[str]) -> None:
        """Let a run count on from here.

        Args:
            tally: What its calls add up to.
            ledger: What it has spent of its budget; None without one.
            models: The providers that are language models; others cost nothing of a budget.
        """
        for call in self.calls:
            tally.add_usage(call.usage)
            is_model = call.provider in models
            tally.used_language_model |= is_model
            tally.asked_language_model |= is_model
            if ledger is not None and is_model:
                ledger.take_in(call.usage, role=call.role)
        tally.answered_by = self.answered_by


NOTHING_SPENT = PastSpending()


def read_spending(events: Iterable[Event]) -> PastSpending:
    """What the calls in a run's record add up to."""
    layers: dict[str | None, Role] = {}
    top: str | None = None
    calls: list[PastCall] = []
    answered_by = ""
    for event in events:
        told = event.data
        if isinstance(told, TaskStarted):
            layers[event.task_id] = Role(told.role)
            top = event.task_id if told.parent_id is None else top
        elif isinstance(told, ModelAnswered) and event.task_id in layers:
            calls.append(PastCall(role=layers[event.task_id], provider=told.provider, usage=_read_usage(told)))
            answered_by = told.provider if event.task_id == top else answered_by
    return PastSpending(calls=tuple(calls), answered_by=answered_by)


def _read_usage(answered: ModelAnswered) -> Usage:
    if answered.cached:
        return Usage()
    return Usage(
        prompt_tokens=answered.prompt_tokens,
        completion_tokens=answered.completion_tokens,
        requests=1,
        seconds=answered.seconds,
        cost=answered.cost,
    )
