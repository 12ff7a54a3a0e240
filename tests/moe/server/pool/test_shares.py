"""What a run asks of models is summed up from its events."""

from moe.server.pool.shares import ModelShares
from moe_core.contracts.event import Event
from moe_core.contracts.model_payloads import (
    BreakerClosed,
    BreakerOpened,
    BudgetSpent,
    ModelAnswered,
    ModelCalled,
    ModelFailed,
    ModelInvalid,
    ModelRetried,
)
from moe_core.contracts.payloads import TaskStarted

WHERE = {"provider": "openai", "model": "small", "purpose": "plan"}


def test_each_kind_of_event_counts_for_the_layer_of_its_task() -> None:
    shares = ModelShares()
    payloads = (
        TaskStarted(role="belter", parent_id=None, capability="x", instruction="y"),
        ModelCalled(**WHERE),
        ModelRetried(**WHERE, server="s", attempts=1, wait_seconds=1.0, error="model", message="m"),
        ModelRetried(**WHERE, server="s", attempts=2, wait_seconds=1.0, error="model", message="m"),
        ModelAnswered(**WHERE, seconds=2.0, prompt_tokens=7, completion_tokens=3, cost=0.25),
        ModelInvalid(**WHERE, attempt=1, problem="schema", message="m", will_retry=False),
        ModelFailed(**WHERE, error="model", message="m", hint=""),
        BreakerOpened(**WHERE, server="s", rest_seconds=30.0, message="m"),
        BreakerClosed(**WHERE, server="s"),
        BudgetSpent(**WHERE, message="m"),
    )
    for number, data in enumerate(payloads, 1):
        shares(Event(run_id="r", correlation_id="c", sequence=number, at=1.0, kind=data.kind, task_id="r/1", data=data))
    (share,) = shares.list_all()
    assert (share.provider, share.role) == ("openai", "belter")
    assert (share.calls, share.seconds, share.tokens, share.cost) == (1, 2.0, 10, 0.25)
    assert (share.invalid, share.retries, share.failures, share.over_budget) == (1, 2, 1, 1)
    assert (share.breakers_opened, share.breakers_closed) == (1, 1)
    assert share.add(share).retries == 4
