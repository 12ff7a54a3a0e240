"""Which call of which task events speak of."""

from dataclasses import dataclass
from typing import Any

from moe_core.contracts.event import EventPayload, EventSink
from moe_core.contracts.model_payloads import ModelPayload


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSite:
    """An agent's call of a model, and who is told of what becomes of it.

    Attributes:
        events: Told of it.
        task_id: The task it is made for.
        agent: Who makes it.
        provider: Whom it goes to.
        model: The model's name on its server.
        purpose: What the reply is for.
    """

    events: EventSink
    task_id: str
    agent: str
    provider: str
    model: str
    purpose: str

    def tell(self, kind: type[ModelPayload], **facts: Any) -> None:
        """Tell of this call, with the facts that this kind of event has besides."""
        self.emit(kind(provider=self.provider, model=self.model, purpose=self.purpose, **facts))

    def emit(self, payload: EventPayload) -> None:
        """Tell of something that has to do with this call's task."""
        self.events.emit(payload, task_id=self.task_id, agent=self.agent)

    def emit_passing(self, payload: EventPayload) -> None:
        """Tell of something that is no part of the record."""
        self.events.emit_passing(payload, task_id=self.task_id, agent=self.agent)
