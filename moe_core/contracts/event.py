"""The one record of something that happened in a run."""

from collections.abc import Callable
from enum import StrEnum
from typing import ClassVar, Protocol, TypeAlias

import msgspec

from moe_core.contracts.wire import JsonObject


class EventKind(StrEnum):
    """What can happen."""

    RUN_STARTED = "run.started"
    RUN_RESUMED = "run.resumed"
    RUN_WAITING = "run.waiting"  # for a person
    RUN_FINISHED = "run.finished"
    QUESTION_COMPLETED = "question.completed"
    DOCUMENTS_LOADED = "documents.loaded"
    DOCUMENTS_EXPLORED = "documents.explored"
    ROUTE_CHOSEN = "route.chosen"
    CHAIN_ASSEMBLED = "chain.assembled"
    PLAN_CUT = "plan.cut"
    TASK_STARTED = "task.started"
    TASK_SENT = "task.sent"  # to another process, which does it
    TASK_FINISHED = "task.finished"
    MODEL_CALLED = "model.called"
    MODEL_ANSWERED = "model.answered"
    MODEL_FAILED = "model.failed"
    MODEL_INVALID = "model.invalid"  # a reply that could not be used
    MODEL_RETRIED = "model.retried"
    BREAKER_OPENED = "breaker.opened"
    BREAKER_CLOSED = "breaker.closed"
    CONTEXT_CUT = "context.cut"
    BUDGET_TIGHT = "budget.tight"
    BUDGET_SPENT = "budget.spent"
    TOOL_CALLED = "tool.called"
    TOOL_ANSWERED = "tool.answered"
    TOOL_FAILED = "tool.failed"
    TOOL_REFUSED = "tool.refused"
    TOOL_WAITING = "tool.waiting"  # for a person
    TOOL_APPROVED = "tool.approved"
    TOOL_SKIPPED = "tool.skipped"
    TOOL_SENT = "tool.sent"
    PERSONA_CHANGED = "persona.changed"
    SEARCH_DECIDED = "search.decided"
    EXPERT_CHOSEN = "expert.chosen"
    EXPERT_SCORED = "expert.scored"
    EXPERT_COMMENTED = "expert.commented"
    TOOL_PROGRESSED = "tool.progressed"
    TOOL_RETRIED = "tool.retried"
    ANSWER_PIECE = "answer.piece"  # on its way only: neither numbered nor recorded
    PLACES_FOUND = "places.found"
    NOTE = "observer.note"


class EventPayload(msgspec.Struct, frozen=True, kw_only=True):
    """What an event tells; one class a kind, in the modules named `*payloads`."""

    kind: ClassVar[EventKind]

    def describe(self) -> str:
        """What it tells in one line, for a person."""
        raise NotImplementedError


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened.

    Attributes:
        sequence: From 1, without gaps, in the order of happening.
        at: Unix time in seconds.
        kind: What happened; a plain word where another version recorded a kind that is unknown here.
        task_id: The task it belongs to; None for the run itself.
        agent: The agent it belongs to, or "".
        data: What is told of it; a plain object where another version recorded one that does not fit.
    """

    run_id: str
    correlation_id: str
    sequence: int
    at: float
    kind: EventKind | str
    task_id: str | None = None
    agent: str = ""
    data: EventPayload | JsonObject

    def describe(self) -> str:
        """What it tells in one line, for a person."""
        return self.data.describe() if isinstance(self.data, EventPayload) else str(dict(self.data))


EventListener: TypeAlias = Callable[[Event], None]


class EventSink(Protocol):
    """What is told of the events of one run."""

    def emit(self, payload: EventPayload, *, task_id: str | None = None, agent: str = "") -> None:
        """Tell every listener that something happened."""

    def emit_passing(self, payload: EventPayload, *, task_id: str | None = None, agent: str = "") -> None:
        """Tell of something that is no part of the record."""
