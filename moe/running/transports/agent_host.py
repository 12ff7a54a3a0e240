"""Agents of this process for runs of others: a task arrives, is done here, and its events go back."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import anyio
from pydantic import ValidationError

from moe.asking.servers.capability import MEASURE_SECONDS
from moe.contracts.encryption import SEALED
from moe.contracts.request import RunRequest
from moe.knowledge.library import DocumentLibrary
from moe.running.environment import RunEnvironment
from moe.running.events import EventStream
from moe.running.executors.local import LocalExecutor
from moe.running.fleet.run_log import log_event
from moe.running.transports.relayed_steps import RelayedSteps
from moe.running.transports.remote_task import (
    STEP,
    TRACEPARENT,
    RemoteProgress,
    RemoteResult,
    RemoteStep,
    RemoteTask,
    name_target,
)
from moe_core.contracts.agent import Role
from moe_core.contracts.chain import Chain
from moe_core.contracts.discovery import AGENT
from moe_core.contracts.errors import TransportError
from moe_core.contracts.event import Event
from moe_core.contracts.log_context import log_about
from moe_core.contracts.trace_context import read_traceparent
from moe_core.contracts.transports import Emit, Envelope, Handler
from moe_core.contracts.wire import JsonObject, from_wire, to_wire

ROLES = (Role.CAMINA, Role.BELTER, Role.DRUMMER)
_MEASURE_SHARE = 0.25  # of a task's time, for measuring a model that nobody has measured
_UNOPENED = "it is sealed, and system.encryption.sealed is not set here"
_LIBRARIES_MAX = 4  # sets of documents that stay open between tasks
_USUAL_TTL_SECONDS = 86_400.0


class AgentHost:
    """Does tasks by the agents of this process, with its models, tools and documents."""

    def __init__(self, find_environment: Callable[[], RunEnvironment], *, roles: Sequence[Role] = ROLES) -> None:
        """Make it; nothing is opened yet.

        Args:
            find_environment: What runs share here, as it is now.
            roles: The layers whose tasks it does.
        """
        self._find_environment = find_environment
        self._roles = roles
        self._libraries: OrderedDict[str, DocumentLibrary] = OrderedDict()
        self._opening = anyio.Lock()

    def __repr__(self) -> str:
        return f"<AgentHost for {', '.join(self._roles)}>"

    def list_agents(self) -> list[tuple[Role, str]]:
        """Who does tasks here."""
        registry = self._find_environment().registry
        return [(role, name) for role in self._roles for name in registry.agents(role).names()]

    def list_abilities(self) -> dict[str, tuple[str, ...]]:
        """What can be done here, names by kind, for registers."""
        registry = self._find_environment().registry
        agents = [registry.agents(role).get(name).value for role, name in self.list_agents()]
        return {
            AGENT: tuple(name_target(agent.role, agent.name) for agent in agents),
            "role": tuple(map(str, self._roles)),
            "capability": tuple(sorted({word for agent in agents for word in agent.capabilities})),
            "model": tuple(sorted({agent.base for agent in agents})),
        }

    def make_handlers(self) -> Mapping[str, Handler]:
        """What a dispatcher asks, by target."""
        return {name_target(role, name): self.do for role, name in self.list_agents()}

    async def do(self, envelope: Envelope, emit: Emit) -> JsonObject:
        """One task.

        Raises:
            TransportError: It cannot be read, or asks for documents that are not the same here.
            MoeError: It names what is not here.
        """
        try:
            sent = from_wire(RemoteTask, envelope.payload)
            request = RunRequest.model_validate(sent.request)
        except (ValueError, ValidationError) as error:
            told = _UNOPENED if SEALED in envelope.payload else str(error).splitlines()[0]
            raise TransportError(
                f"another moe has sent a task that this one cannot read: {told}", reason="unreadable"
            ) from error
        about = {"run_id": sent.task.run_id, "correlation_id": sent.task.correlation_id}
        span = read_traceparent(envelope.headers.get(TRACEPARENT))
        with log_about(**about, trace_id="" if span is None else span.trace_id):
            return await self._work(envelope, sent, request, emit)

    async def _work(self, envelope: Envelope, sent: RemoteTask, request: RunRequest, emit: Emit) -> JsonObject:
        environment = self._adapt(request, sent)
        seconds = _USUAL_TTL_SECONDS if envelope.ttl_ms is None else envelope.ttl_ms / 1000
        library = await self._find_library(environment, request, sent)
        chain = await self._assemble(environment, request, has_documents=library is not None, seconds=seconds)
        task = replace(sent.task, needs=(), ttl_seconds=seconds, time_share=1.0)
        events = EventStream(
            run_id=task.run_id, correlation_id=task.correlation_id, listeners=[_Relay(emit), log_event]
        )
        steps = RelayedSteps(
            task, partial(_tell_step, emit), past=sent.steps, begins=sent.begins, can_wait=sent.can_wait
        )
        async with environment.open_context(
            chain, request, run_id=task.run_id, events=events, library=library, steps=steps
        ) as context:
            with environment.executor.serve(context):
                result = await environment.executor.run(task, known=sent.known)
            tally = context.models.tally
            remote = RemoteResult(
                result=result,
                models=tally.report,
                used_language_model=tally.used_language_model,
                waiting=tuple(context.waiting),
                to_begin=tuple(steps.to_begin),
            )
            data: JsonObject = to_wire(remote)
            return data

    def _adapt(self, request: RunRequest, sent: RemoteTask) -> RunEnvironment:
        """The environment of one task: its agents are done here, and the run decides whether tools may leave."""
        environment = self._find_environment()
        if request.collection is not None:
            environment = environment.over(request.collection)
        environment = environment.adapt(request)
        system = environment.config.system.model_copy(update={"web": sent.is_web_allowed})
        return replace(
            environment,
            config=environment.config.model_copy(update={"system": system}),
            executor=LocalExecutor(
                own=frozenset(self.list_agents()),
                list_workers=environment.list_workers,
                encryption=environment.executor.encryption,
            ),
        )

    async def _assemble(
        self, environment: RunEnvironment, request: RunRequest, *, has_documents: bool, seconds: float
    ) -> Chain:
        route = environment.route(request, has_documents=has_documents)
        choice = await environment.selector.choose(environment.config)
        chain = environment.assemble(request, route, choice=choice)
        if has_documents:
            chain = await environment.select_mode(
                chain, request, seconds=min(MEASURE_SECONDS, _MEASURE_SHARE * seconds)
            )
        return chain

    async def _find_library(
        self, environment: RunEnvironment, request: RunRequest, sent: RemoteTask
    ) -> DocumentLibrary | None:
        """The run's documents, as they are here.

        Raises:
            TransportError: They are not the same.
            DocumentError: They are not here, or cannot be read.
        """
        fingerprint = sent.fingerprint
        if not fingerprint:
            return None
        async with self._opening:  # tasks of one run come together, and want the same
            library = self._libraries.get(fingerprint)
            if library is None:
                library = (await environment.read_library(request.docs, folder=sent.folder)).library
                if library.index.fingerprint != fingerprint:
                    raise TransportError(
                        "the documents of this run are others here than where it was asked",
                        reason="failed",
                        hint="give both processes the same files and the same config/index.yaml",
                    )
                self._libraries[fingerprint] = library
            self._libraries.move_to_end(fingerprint)
            while len(self._libraries) > _LIBRARIES_MAX:
                self._libraries.popitem(last=False)
            return library


def _tell_step(emit: Emit, step: str, outcome: str) -> None:
    emit(to_wire(RemoteProgress(kind=STEP, data=to_wire(RemoteStep(step=step, outcome=outcome)))))


class _Relay:
    """Sends a run's events back to where it was asked."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit

    def __call__(self, event: Event) -> None:
        """One event."""
        told = RemoteProgress(kind=str(event.kind), data=to_wire(event.data), task_id=event.task_id, agent=event.agent)
        self._emit(to_wire(told))
