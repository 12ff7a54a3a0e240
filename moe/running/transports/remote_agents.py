"""Agents that are elsewhere: their tasks are done by workers, and what happens there happens in the run."""

import os
from collections.abc import Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from moe.contracts.encryption import IN_THE_OPEN, EncryptionPlace
from moe.running.context import Assignment, RunContext, make_result
from moe.running.transports.addresses import AddressBook, ListWorkers
from moe.running.transports.balance import RemotePlace
from moe.running.transports.caller import RemoteCaller
from moe.running.transports.relayed_steps import TaskSteps
from moe.running.transports.remote_task import (
    AUTHORIZATION,
    CORRELATION_ID,
    STEP,
    TOKEN_VARIABLE,
    TRACEPARENT,
    RemoteProgress,
    RemoteResult,
    RemoteStep,
    RemoteTask,
    name_target,
)
from moe_core.contracts.agent import AgentSpec, Role
from moe_core.contracts.errors import RequestError, TransportError
from moe_core.contracts.event import EventKind, EventPayload
from moe_core.contracts.event_catalog import PAYLOADS
from moe_core.contracts.messages import Usage
from moe_core.contracts.model_payloads import ModelAnswered
from moe_core.contracts.payloads import TaskFinished, TaskSent, TaskStarted
from moe_core.contracts.task import Status, Task, TaskResult
from moe_core.contracts.tool_payloads import ToolWaiting
from moe_core.contracts.trace_context import trace_run, trace_task
from moe_core.contracts.transports import Envelope
from moe_core.contracts.wire import JsonObject, decode_json, from_wire, to_wire
from moe_core.loading.registry import Registry


class RemoteAgents:
    """Has tasks done at the addresses that their agents name; connections are shared by all runs of a process."""

    def __init__(self, list_workers: ListWorkers | None = None, encryption: EncryptionPlace = IN_THE_OPEN) -> None:
        """Make it; nothing is opened yet.

        Args:
            list_workers: Reads the record of workers; None where there is none.
            encryption: How workers are spoken to.
        """
        self._list_workers = list_workers
        self._encryption = encryption
        self._books: dict[tuple[str, ...], AddressBook] = {}

    def __repr__(self) -> str:
        return f"<RemoteAgents at {len(self._books)} addresses>"

    def check(self, agent: AgentSpec, registry: Registry) -> None:
        """Refuse an agent whose addresses no transport takes, before anything is done.

        Raises:
            RequestError: Which, with near ones.
        """
        self._find_book(agent, registry)

    async def work(self, context: RunContext, assignment: Assignment) -> TaskResult:
        """Have a task done, or begun: it stops where a person is to decide, and goes on when it is asked for again.

        Raises:
            TransportError: Nobody did it.
            DeadlineError: Its time was over.
        """
        task = assignment.task
        if context.request is None:
            raise RequestError(f"what was asked is not known, so that {task.agent} cannot be told elsewhere")
        steps = TaskSteps(task, context.steps.list_below(task.task_id))
        relay = _ProgressRelay(context, assignment, steps)
        begins: list[str] = []
        while True:
            found = await self._ask(context, assignment, relay, begins)
            if found.result.status is not Status.WAITING:
                return found.result
            if not found.to_begin:
                if not (found.waiting and context.steps.can_wait):
                    raise TransportError(f"{task.agent} waits for nobody who could decide", reason="unreadable")
                break
            begins = steps.begin(found.to_begin)
            if not all([await context.steps.mark(step) for step in begins]):
                break  # whoever asked for this task must know of it first
        steps.check_waiting(found.waiting)
        context.waiting.extend(found.waiting)
        return make_result(task, Status.WAITING)

    async def _ask(
        self, context: RunContext, assignment: Assignment, relay: "_ProgressRelay", begins: Sequence[str]
    ) -> RemoteResult:
        """What a task comes to, with what is known of it by now.

        Args:
            begins: The calls that it may begin. Only whoever is asked first may: should that one be lost, nobody knows
                whether they were made.
        """
        task, steps = assignment.task, relay.steps
        left = assignment.seconds_left()
        described = _describe_task(context, assignment, steps.choose_sent(but=begins))
        envelope = Envelope(
            id=f"{task.task_id}~{steps.round}" if steps.round else task.task_id,
            run=task.run_id,
            target=name_target(task.role, task.agent),
            payload=to_wire(replace(described, begins=tuple(begins))),
            parent=task.parent_id or "",
            ttl_ms=None if left is None else round(1000 * left),
            headers=_make_headers(task, described.request.get("traceparent")),
        )
        book = self._find_book(context.agent(assignment.member), context.registry)
        caller = RemoteCaller(
            partial(book.find_balance, envelope.target),
            on_sending=partial(_tell_sent, context, task),
            renew=partial(_renew, steps),
        )
        data = await caller.call(envelope, on_progress=relay)
        try:
            found = from_wire(RemoteResult, data)
        except ValueError as error:
            raise TransportError(
                f"{task.agent} answers otherwise than this moe: {error}", reason="unreadable"
            ) from error
        context.models.tally.used_language_model |= found.used_language_model
        context.models.tally.add_report(found.models)
        return found

    async def close(self) -> None:
        """Close the connections; they are opened anew when they are needed."""
        for book in self._books.values():
            await book.close()

    def _find_book(self, agent: AgentSpec, registry: Registry) -> AddressBook:
        book = self._books.get(agent.urls)
        if book is None:
            book = self._books[agent.urls] = AddressBook(
                agent.urls, registry, list_workers=self._list_workers, encryption=self._encryption
            )
        return book


class _ProgressRelay:
    """Tells in a run what happens elsewhere, counts what it costs, and keeps what need not be done again."""

    def __init__(self, context: RunContext, assignment: Assignment, steps: TaskSteps) -> None:
        self._context = context
        self._waiting: set[str] = set()
        self.steps = steps
        self._task_id = assignment.task.task_id
        self._roles: dict[str | None, Role] = {self._task_id: assignment.task.role}

    def __call__(self, data: JsonObject) -> None:
        """One event; one of a kind that another version of moe knows is left out."""
        try:
            told = from_wire(RemoteProgress, data)
            if told.kind == STEP:
                self._keep(from_wire(RemoteStep, told.data))
                return
            payload: EventPayload = from_wire(PAYLOADS[EventKind(told.kind)], told.data)
        except ValueError:
            return
        is_frame = told.task_id == self._task_id and isinstance(payload, TaskStarted | TaskFinished)
        if is_frame:
            return  # that is told here, whether the worker was reached or not
        if isinstance(payload, ToolWaiting):
            if payload.call in self._waiting:  # it was asked for anew meanwhile, for another call
                return
            self._waiting.add(payload.call)
        if isinstance(payload, TaskStarted):
            self._roles[told.task_id] = Role(payload.role)
        if isinstance(payload, ModelAnswered):
            self._count(payload, told)
        self._context.events.emit(payload, task_id=told.task_id, agent=told.agent)

    def _keep(self, told: RemoteStep) -> None:
        try:
            outcome = decode_json(object, told.outcome)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        if self.steps.add(told.step, told.outcome):
            self._context.steps.keep(told.step, outcome)

    def _count(self, answered: ModelAnswered, told: RemoteProgress) -> None:
        usage = Usage(
            prompt_tokens=answered.prompt_tokens,
            completion_tokens=answered.completion_tokens,
            requests=1,
            seconds=answered.seconds,
            cost=answered.cost,
        )
        known = self._context.registry.model_providers.find(answered.provider)
        self._context.models.take_in(
            Usage() if answered.cached else usage,
            role=self._roles.get(told.task_id, Role.DRUMMER),
            is_language_model=known is None or known.value.is_language_model,
        )


def _tell_sent(context: RunContext, task: Task, place: RemotePlace, envelope: Envelope) -> None:
    sent = TaskSent(
        to=place.address, size_bytes=len(envelope.encode()), is_local=place.is_local, attempt=envelope.attempt
    )
    context.events.emit(sent, task_id=task.task_id, agent=task.agent)


def _renew(steps: TaskSteps, payload: JsonObject, is_lost: bool) -> JsonObject:
    """A task as it is to be sent now; once it was lost, nobody knows whether the calls it might begin were made."""
    begins = [] if is_lost else payload["begins"]
    return {**payload, "steps": steps.choose_sent(but=begins), "begins": begins}


def _describe_task(context: RunContext, assignment: Assignment, steps: dict[str, str]) -> RemoteTask:
    request, task = context.request, assignment.task
    assert request is not None, "looked at before"
    changes: dict[str, object] = {
        "question": context.question,
        "top": task.role,
        "belter": task.agent if task.role is Role.BELTER else None,
        "drummer": task.agent if task.role is Role.DRUMMER else request.drummer,
        "task_type": None,
        "mode": request.mode,
        "budget": context.models.find_budget_left(),
        "stream": False,
        "conversation_id": None,
        "correlation_id": task.correlation_id,
    }
    return RemoteTask(
        task=task,
        request=request.model_copy(update=changes).model_dump(mode="json"),
        folder=os.getcwd(),
        fingerprint=context.library.index.fingerprint if context.library is not None else "",
        known=assignment.known,
        is_web_allowed=context.is_web_allowed,
        steps=steps,
        can_wait=context.steps.can_wait,
    )


def _make_headers(task: Task, traceparent: str | None) -> Mapping[str, str]:
    token = os.environ.get(TOKEN_VARIABLE, "")
    span = trace_task(trace_run(task.run_id, traceparent), task.task_id)
    told = {CORRELATION_ID: task.correlation_id, TRACEPARENT: str(span)}
    return {**told, **({AUTHORIZATION: f"Bearer {token}"} if token else {})}
