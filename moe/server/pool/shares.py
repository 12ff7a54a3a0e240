"""What a run asks of models, summed up while it goes on."""

from collections.abc import Mapping

import msgspec

from moe.server.pool.messages import ModelShare
from moe_core.contracts.event import Event
from moe_core.contracts.model_payloads import (
    BreakerClosed,
    BreakerOpened,
    BudgetSpent,
    ModelAnswered,
    ModelFailed,
    ModelInvalid,
    ModelPayload,
    ModelRetried,
)
from moe_core.contracts.payloads import TaskStarted

# What is one more of what a share counts.
_COUNTED: Mapping[type, str] = {
    ModelInvalid: "invalid",
    ModelRetried: "retries",
    ModelFailed: "failures",
    BreakerOpened: "breakers_opened",
    BreakerClosed: "breakers_closed",
    BudgetSpent: "over_budget",
}


class ModelShares:
    """Listens to the events of one run."""

    def __init__(self) -> None:
        self._roles: dict[str | None, str] = {}
        self._shares: dict[tuple[str, str], ModelShare] = {}

    def __call__(self, event: Event) -> None:
        """Take in an event."""
        data = event.data
        if isinstance(data, TaskStarted):
            self._roles[event.task_id] = data.role
        elif isinstance(data, ModelAnswered):
            self._add(
                event,
                ModelShare(
                    provider=data.provider,
                    calls=1,
                    seconds=data.seconds,
                    tokens_read=data.prompt_tokens,
                    tokens_written=data.completion_tokens,
                    cost=data.cost,
                ),
            )
        elif (name := _COUNTED.get(type(data))) is not None:
            assert isinstance(data, ModelPayload)
            self._add(event, msgspec.structs.replace(ModelShare(provider=data.provider), **{name: 1}))

    def add_call(self, provider: str, *, seconds: float, tokens_read: int) -> None:
        """Take in a call that is no run's."""
        share = ModelShare(provider=provider, calls=1, seconds=seconds, tokens_read=tokens_read)
        self._shares[provider, ""] = share

    def list_all(self) -> tuple[ModelShare, ...]:
        """The sums by provider and layer."""
        return tuple(self._shares.values())

    def _add(self, event: Event, share: ModelShare) -> None:
        key = (share.provider, self._roles.get(event.task_id, ""))
        known = self._shares.get(key, ModelShare(provider=share.provider, role=key[1]))
        self._shares[key] = known.add(share)
