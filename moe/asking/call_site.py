"""Which call of which task events speak of."""

from typing import Any

import msgspec

from moe.asking.json.partial import TextPart
from moe_core.contracts.agent import Role
from moe_core.contracts.event import EventPayload, EventSink
from moe_core.contracts.model_payloads import AnswerPiece, ModelPayload


class CallSite(msgspec.Struct, kw_only=True):
    """An agent's call of a model, and who is told of what becomes of it.

    Attributes:
        events: Told of it.
        task_id: The task it is made for.
        agent: Who makes it.
        role: Its layer.
        provider: Whom it goes to.
        model: The model's name on its server.
        purpose: What the reply is for.
        deadline: Unix time in seconds, by which this model must have answered.
        is_read_along: Tell of the answer's words while they are written.
        attempt: Which one these words belong to, from 1.
    """

    events: EventSink
    task_id: str
    agent: str
    role: Role
    provider: str
    model: str
    purpose: str
    deadline: float | None = None
    is_read_along: bool = False
    attempt: int = 1

    def tell(self, kind: type[ModelPayload], **facts: Any) -> None:
        """Tell of this call, with the facts that this kind of event has besides."""
        self.emit(kind(provider=self.provider, model=self.model, purpose=self.purpose, **facts))

    def emit(self, payload: EventPayload) -> None:
        """Tell of something that has to do with this call's task."""
        self.events.emit(payload, task_id=self.task_id, agent=self.agent)

    def tell_text(self, part: TextPart) -> None:
        """Tell of the answer's next words; those of another attempt take the place of all before."""
        if part.is_anew:
            self.begin_anew()
        payload = AnswerPiece(text=part.text, statement=part.number, attempt=self.attempt)
        self.events.emit_passing(payload, task_id=self.task_id, agent=self.agent)

    def begin_anew(self) -> None:
        """What was told of the answer so far is no part of it."""
        self.attempt += 1
