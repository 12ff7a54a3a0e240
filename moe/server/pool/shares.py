"""What a run asks of models, summed up while it goes on."""

from moe.server.pool.messages import ModelShare
from moe_core.contracts.event import Event
from moe_core.contracts.model_payloads import ModelAnswered, ModelInvalid
from moe_core.contracts.payloads import TaskStarted


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
                ),
            )
        elif isinstance(data, ModelInvalid):
            self._add(event, ModelShare(provider=data.provider, invalid=1))

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
