"""What another process is told of a task, and what it hands back."""

from typing import Any

import msgspec

from moe.contracts.models import ModelReport
from moe.contracts.waiting import WaitingCall
from moe_core.contracts.agent import Role
from moe_core.contracts.task import Task, TaskResult
from moe_core.contracts.wire import JsonObject

AUTHORIZATION = "authorization"
CORRELATION_ID = "correlation_id"
TRACEPARENT = "traceparent"
TOKEN_VARIABLE = "MOE_WORKER_TOKEN"  # noqa: S105 - the variable's name


class RemoteTask(msgspec.Struct, frozen=True, kw_only=True):
    """A task on its way.

    Attributes:
        task: What is to be done.
        request: What the run was asked, as JSON, with what it may still spend.
        folder: Where the run was asked, from which paths of documents are told.
        fingerprint: Of the documents that the run answers from; "" for none. Another set is refused, for quotations
            are held against the run's own.
        known: What the tasks that it needs have found.
        is_web_allowed: Tools may reach the network although documents are given.
        steps: What its steps came to before, as JSON by step, where it was begun and broken off; and what a person
            decided of its calls.
        begins: Calls that must not be made twice unasked, which are on record as begun by this very sending.
        can_wait: The run may stop until a person decides.
    """

    task: Task
    request: dict[str, Any]
    folder: str = ""
    fingerprint: str = ""
    known: tuple[JsonObject, ...] = ()
    is_web_allowed: bool = False
    steps: dict[str, str] = {}
    begins: tuple[str, ...] = ()
    can_wait: bool = False


class RemoteProgress(msgspec.Struct, frozen=True, kw_only=True):
    """An event of a run that happened in another process."""

    kind: str
    data: JsonObject
    task_id: str | None = None
    agent: str = ""


STEP = "step"
"""In the place of an event's kind: what a step came to, which is recorded where the run was asked."""


class RemoteStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step that ended in another process.

    Attributes:
        step: Its name.
        outcome: What it came to, as JSON.
    """

    step: str
    outcome: str


class RemoteResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a task came to in another process.

    Attributes:
        models: How its calls of models went.
        used_language_model: Any reply came from one.
        waiting: The calls for which it waits until a person decides, where the run was asked.
        to_begin: The calls for which it waits until they are on record there as begun.
    """

    result: TaskResult
    models: ModelReport
    used_language_model: bool = False
    waiting: tuple[WaitingCall, ...] = ()
    to_begin: tuple[str, ...] = ()


def name_target(role: Role, agent: str) -> str:
    """The target of an agent's tasks: "drummer:search"."""
    return f"{role}:{agent}"
