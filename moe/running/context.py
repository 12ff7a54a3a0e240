"""What every agent of one run shares."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import anyio

from moe.asking.caller import ModelCaller
from moe.asking.format import Format
from moe.asking.holding.deadline import share_time
from moe.knowledge.library import DocumentLibrary
from moe.running.events import EventStream
from moe_core.contracts.agent import AgentSpec, Role
from moe_core.contracts.errors import MoeError
from moe_core.contracts.event import EventKind
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.messages import Grounding
from moe_core.contracts.task import Statement, Status, Task, TaskError, TaskResult
from moe_core.contracts.wire import JsonObject
from moe_core.loading.registry import Registry
from moe_core.routing.chain import Chain, Member

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """One run's shared parts; never changed while it runs.

    Attributes:
        agents: The chain's agents by (role, name).
        max_evidence: Passages a task reads at most.
        is_explained: Tell how searches came to what they found.
        slots: Limits how many Drummer tasks run at once.
    """

    question: str
    registry: Registry
    chain: Chain
    agents: Mapping[tuple[Role, str], AgentSpec]
    models: ModelCaller
    events: EventStream
    library: DocumentLibrary | None
    max_evidence: int
    is_explained: bool
    slots: anyio.Semaphore

    def agent(self, member: Member) -> AgentSpec:
        """The agent behind a member of the chain."""
        return self.agents[member.role, member.name]

    async def ask(self, member: Member, task: Task, grounding: Grounding, wanted: Format[T]) -> T:
        """Ask the member's model."""
        return await self.models.ask(member, self.agent(member), task, grounding, wanted)


Work: TypeAlias = Callable[[RunContext, Member, Task], Awaitable[TaskResult]]


async def run_told(context: RunContext, member: Member, task: Task, work: Work) -> TaskResult:
    """Do a task's work, telling when it starts and ends; an error of ours becomes a failed result."""
    _tell_started(context, task)
    started = time.perf_counter()
    try:
        result = await work(context, member, task)
    except MoeError as error:
        result = make_failure(task, error)
    return _tell_finished(context, result, started)


def make_child(
    parent: Task,
    step: str,
    *,
    member: Member,
    capability: str,
    instruction: str,
    share: float,
    known: Sequence[JsonObject] = (),
) -> Task:
    """A task below another: its id extends the parent's, its time is a share of what is left.

    `known` is what the tasks before it found.
    """
    return Task(
        task_id=f"{parent.task_id}/{step}",
        run_id=parent.run_id,
        correlation_id=parent.correlation_id,
        parent_id=parent.task_id,
        agent=member.name,
        role=member.role,
        capability=capability,
        instruction=instruction,
        input={"known": list(known)} if known else {},
        budget=parent.budget,
        deadline=share_time(parent.deadline, share),
    )


def _tell_started(context: RunContext, task: Task) -> None:
    """Say that a task begins."""
    context.events.emit(
        EventKind.TASK_STARTED,
        task_id=task.task_id,
        agent=task.agent,
        role=str(task.role),
        parent_id=task.parent_id,
        capability=task.capability,
        instruction=task.instruction,
    )


def _tell_finished(context: RunContext, result: TaskResult, started: float) -> TaskResult:
    """Say that a task has ended, and pass its result on."""
    error = result.error
    context.events.emit(
        EventKind.TASK_FINISHED,
        task_id=result.task_id,
        agent=result.agent,
        role=str(result.role),
        status=str(result.status),
        statements=len(result.statements),
        evidence=len(result.evidence),
        seconds=time.perf_counter() - started,
        error=None if error is None else {"code": error.code, "message": error.message},
        notes=list(result.notes),
    )
    return result


def make_result(
    task: Task,
    status: Status = Status.DONE,
    *,
    statements: tuple[Statement, ...] = (),
    evidence: tuple[Evidence, ...] = (),
    data: JsonObject | None = None,
    notes: tuple[str, ...] = (),
    error: TaskError | None = None,
) -> TaskResult:
    """The result of a task, empty unless told otherwise."""
    return TaskResult(
        task_id=task.task_id,
        run_id=task.run_id,
        correlation_id=task.correlation_id,
        agent=task.agent,
        role=task.role,
        status=status,
        statements=statements,
        evidence=evidence,
        data=data,
        notes=notes,
        error=error,
    )


def describe_error(error: MoeError) -> TaskError:
    """An error as a value."""
    return TaskError(code=error.code, message=error.message, hint=error.hint, retryable=error.retryable)


def make_failure(task: Task, error: MoeError) -> TaskResult:
    """The result of a task that failed."""
    return make_result(task, Status.FAILED, error=describe_error(error))
