"""One run in this process: what its agents share, made of what any process can read."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import msgspec

from moe.asking.caller import ModelCaller
from moe.asking.exchange_record import ExchangeRecord
from moe.asking.format import AnswerFormat
from moe.asking.holding.deadline import get_seconds_left
from moe.asking.servers.providers import open_providers
from moe.asking.services import ModelServices
from moe.asking.spending.past import NOTHING_SPENT, PastSpending
from moe.contracts.experts import ExpertWish
from moe.contracts.request import RunRequest
from moe.contracts.steps import NO_STEPS, StepLog
from moe.contracts.task_kinds import AnswerForm
from moe.contracts.waiting import WaitingCall
from moe.experts.settings import ExpertSettings
from moe.knowledge.library import DocumentLibrary
from moe.knowledge.search import Exploration
from moe.running.executor import TaskExecutor
from moe.running.settings import RunConfig
from moe.running.steps import is_worth_keeping
from moe.running.task_types import list_insisted
from moe.running.tools.instances import ToolInstances, open_tools
from moe.running.tools.permit import ToolConsents, find_tools_off
from moe_core.contracts.agent import AgentSpec, Role
from moe_core.contracts.chain import Chain, Member
from moe_core.contracts.errors import MoeError
from moe_core.contracts.event import EventSink
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.location import Location
from moe_core.contracts.messages import Grounding
from moe_core.contracts.mode import Mode
from moe_core.contracts.payloads import TaskFinished, TaskStarted
from moe_core.contracts.task import Statement, Status, Task, TaskError, TaskResult
from moe_core.contracts.wire import JsonObject
from moe_core.loading.registry import Registry

T = TypeVar("T")
DEFAULT_EXPERTS = ExpertSettings()


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """A task that is being worked on.

    Attributes:
        task: What travelled.
        member: Who works on it.
        deadline: Unix time in seconds, by this machine's clock; None without one.
        known: What the tasks that it needs have found.
    """

    task: Task
    member: Member
    deadline: float | None
    known: tuple[JsonObject, ...] = ()

    def seconds_left(self) -> float | None:
        """What is left of its time, 0 when it is over."""
        left = get_seconds_left(self.deadline)
        return None if left is None else max(0.0, left)


class RunContext(msgspec.Struct, frozen=True, kw_only=True):
    """One run's shared parts; never changed while it runs.

    Attributes:
        members: The chain's members by role and name.
        agents: The agents behind them, by the same.
        executor: Does the tasks that agents hand down.
        max_evidence: Passages a task reads at most.
        max_parallel: Drummer tasks at once.
        max_plan_tasks: Tasks of one plan that are done.
        tools: Instances of tools that serve the whole run.
        steps: What need not be done again when the run is taken up again.
        tools_off: Tools that are not used in this run, by name, each with what to say to whoever wants it.
        is_explained: Tell how searches came to what they found.
        wish: Who is woken for each search, in place of the choice; None leaves it to the choice.
        insisted: Tools that are called whatever a plan says.
        request: What was asked; None where nothing but the question is known of it.
        is_web_allowed: Tools may reach the network although documents are given.
        remarks: The Observer's model remarks on the run.
        reads_closely: Where no language model answers, a small one helps to tell what in the evidence does.
        experts: Whether experts comment, and what a judging model counts.
        explorations: The first searches of the run, added as they are made.
        waiting: The calls that a person is to decide on, added as tasks come to them.
        commented: By task, what experts have commented on: tools that look for the same are told once.
        language_models: By provider, whether it is one; filled as somebody asks.
    """

    run_id: str
    question: str
    registry: Registry
    chain: Chain
    members: Mapping[tuple[Role, str], Member]
    agents: Mapping[tuple[Role, str], AgentSpec]
    models: ModelCaller
    events: EventSink
    library: DocumentLibrary | None
    executor: TaskExecutor
    max_evidence: int
    max_parallel: int
    max_plan_tasks: int
    is_explained: bool
    tools: ToolInstances
    steps: StepLog = NO_STEPS
    tools_off: Mapping[str, str] = msgspec.field(default_factory=dict)
    wish: ExpertWish | None = None
    insisted: frozenset[str] = frozenset()
    request: RunRequest | None = None
    is_web_allowed: bool = False
    experts: ExpertSettings = DEFAULT_EXPERTS
    remarks: bool = False
    reads_closely: bool = False
    explorations: list[Exploration] = msgspec.field(default_factory=list)
    waiting: list[WaitingCall] = msgspec.field(default_factory=list)
    commented: set[tuple[str, str]] = msgspec.field(default_factory=set)
    language_models: dict[str, bool] = msgspec.field(default_factory=dict)

    def agent(self, member: Member) -> AgentSpec:
        """The agent behind a member of the chain."""
        return self.agents[member.role, member.name]

    def find_member(self, task: Task) -> Member:
        """Who works on a task."""
        return self.members[task.role, task.agent]

    def asks_language_model(self, member: Member) -> bool:
        """Whether whoever serves a member first is a language model."""
        name = member.served.provider
        known = self.language_models.get(name)
        if known is None:
            known = self.registry.model_providers.get(name).value.is_language_model
            self.language_models[name] = known
        return known

    def has_comments(self, member: Member) -> bool:
        """Whether experts comment on what a member finds, or are judged by its model."""
        is_wanted = bool(self.experts.comments or self.experts.judge) and self.chain.mode is Mode.FULL
        return is_wanted and self.asks_language_model(member) and not self.models.has_given_up(member.served)

    def is_reader(self, member: Member) -> bool:
        """Whether a member's model does no more than to write the answer once."""
        if not self.asks_language_model(member):
            return False
        return self.chain.mode is Mode.READER or self.models.has_given_up(member.served)

    async def ask(
        self,
        assignment: Assignment,
        grounding: Grounding,
        wanted: AnswerFormat[T],
    ) -> T:
        """The answer of the model of whoever works on the task; what it answered before, if that is known."""
        member, task = assignment.member, assignment.task
        step = self.steps.claim(task.task_id, str(grounding.purpose))
        known = self.steps.find(step, dict[str, Any])
        if known is not None:
            return wanted.read(known)
        value, data = await self.models.ask(
            member, self.agent(member), task, grounding, wanted, deadline=assignment.deadline
        )
        self.steps.keep(step, data)
        return value

    def tell_started(self, task: Task) -> None:
        """Say that a task begins."""
        self.events.emit(
            TaskStarted(
                role=str(task.role),
                parent_id=task.parent_id,
                capability=task.capability,
                instruction=task.instruction,
            ),
            task_id=task.task_id,
            agent=task.agent,
        )

    def tell_finished(self, result: TaskResult, *, seconds: float) -> None:
        """Say that a task has ended."""
        error = result.error
        self.events.emit(
            TaskFinished(
                role=str(result.role),
                status=str(result.status),
                statements=len(result.statements),
                evidence=len(result.evidence),
                seconds=seconds,
                error=None if error is None else {"code": error.code, "message": error.message},
                notes=result.notes,
            ),
            task_id=result.task_id,
            agent=result.agent,
        )


@asynccontextmanager
async def open_context(
    chain: Chain,
    request: RunRequest,
    *,
    registry: Registry,
    config: RunConfig,
    services: ModelServices,
    events: EventSink,
    run_id: str,
    library: DocumentLibrary | None,
    executor: TaskExecutor,
    consents: ToolConsents | None = None,
    steps: StepLog = NO_STEPS,
    spent: PastSpending = NOTHING_SPENT,
    exchanges: ExchangeRecord | None = None,
) -> AsyncIterator[RunContext]:
    """A run's context, its model providers open as long as the block lasts.

    Args:
        chain: Who works.
        request: What is asked.
        registry: Where the chain's names are looked up.
        config: How the run goes, with what the request says in place.
        services: What runs share about models.
        events: Told of everything that happens.
        run_id: The run's.
        library: What to answer from.
        executor: Does the tasks.
        consents: What the user has once said yes to.
        steps: Keeps the steps of a chain that does what costs or cannot be done again.
        spent: What the run has cost before it was taken up again.
        exchanges: Keeps prompts and replies; None where nobody wants them.
    """
    is_closed = library is not None and not (request.wants_web or config.system.web)
    members = {(member.role, member.name): member for member in chain.members()}
    tools_off = find_tools_off(chain, registry, consents) if is_closed else {}
    steps = steps if is_worth_keeping(chain, registry, tools_off) else NO_STEPS
    watching = chain.observer if config.system.remarks and chain.mode is Mode.FULL else None
    served = dict.fromkeys(served for member in members.values() for served in member.served_by())
    if watching is not None:
        served[watching.served] = None
    async with open_providers(served, config, registry) as providers, open_tools() as tools:
        yield RunContext(
            run_id=run_id,
            question=request.question,
            registry=registry,
            chain=chain,
            members=members,
            agents={
                (one.role, one.name): registry.agents(one.role).get(one.full_id).value
                for one in (*members.values(), *([watching] if watching is not None else []))
            },
            remarks=watching is not None,
            reads_closely=config.system.close_reading,
            models=ModelCaller(
                providers=providers,
                templates=config.structured_prompts,
                events=events,
                seed=config.system.seed,
                services=services,
                budgets=config.system.budgets if request.budget is None else config.system.budgets | request.budget,
                is_streamed=request.stream and request.format is AnswerForm.PROSE,
                spent=spent,
                exchanges=exchanges,
            ),
            events=events,
            library=library,
            executor=executor,
            max_evidence=config.system.max_evidence,
            max_parallel=config.system.max_parallel,
            max_plan_tasks=config.system.max_plan_tasks,
            is_explained=request.explain,
            steps=steps,
            wish=request.find_wish(),
            experts=config.experts,
            insisted=list_insisted(chain, request, registry),
            tools=tools,
            tools_off=tools_off,
            request=request,
            is_web_allowed=request.wants_web or config.system.web,
        )


def make_result(
    task: Task,
    status: Status = Status.DONE,
    *,
    statements: tuple[Statement, ...] = (),
    evidence: tuple[Evidence, ...] = (),
    data: JsonObject | None = None,
    notes: tuple[str, ...] = (),
    error: TaskError | None = None,
    is_read: bool = True,
    declined: tuple[str, ...] = (),
    locations: tuple[Location, ...] = (),
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
        is_read=is_read,
        declined=declined,
        locations=locations,
    )


def describe_error(error: MoeError) -> TaskError:
    """An error as a value."""
    return TaskError(code=error.code, message=error.message, hint=error.hint, retryable=error.retryable)


def make_failure(task: Task, error: MoeError) -> TaskResult:
    """The result of a task that failed."""
    return make_result(task, Status.FAILED, error=describe_error(error))
