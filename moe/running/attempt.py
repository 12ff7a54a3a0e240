"""One request on its way through routing, documents, agents and conclusion."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import anyio
import anyio.to_thread

from moe.asking.caller import ModelCaller
from moe.asking.servers.providers import ServerKey, open_providers
from moe.asking.servers.selection import ProviderChooser
from moe.asking.services import ModelServices
from moe.asking.spending.budget import Budgets, build_budgets
from moe.knowledge.index.store import IndexStore
from moe.knowledge.library import DocumentLibrary, LoadedLibrary, ProgressListener, load_library
from moe.knowledge.search import SearchSetup
from moe.knowledge.search_setup import build_search_setup
from moe.running.belter import run_belter
from moe.running.camina import run_camina
from moe.running.citing.answer import write_answer
from moe.running.context import RunContext, Work, describe_error
from moe.running.drummer import run_drummer
from moe.running.events import EventStream
from moe.running.observer import Observer
from moe.running.request import RunRequest
from moe.running.result import ObserverReport, RunResult
from moe_core.contracts.agent import Role
from moe_core.contracts.errors import DeadlineError, MoeError, RequestError
from moe_core.contracts.event import EventKind
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.task import Status, Task, TaskResult
from moe_core.contracts.wire import to_wire
from moe_core.loading.config.settings import Config
from moe_core.loading.registry import Registry
from moe_core.routing.chain import Chain, assemble_chain
from moe_core.routing.route import Route
from moe_core.routing.router import SmartRouter

WORK_OF_LAYER: Mapping[Role, Work] = {Role.CAMINA: run_camina, Role.BELTER: run_belter, Role.DRUMMER: run_drummer}
NOTHING_TO_ANSWER_FROM = "no language model is configured and there are no documents to answer from"
HOW_TO_MEND = "give documents with --docs PATH, or name a model server in config/providers.yaml"


@dataclass(slots=True)
class Timings:
    """Seconds by step, measured as the run goes."""

    started: float = field(default_factory=time.perf_counter)
    seconds: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.perf_counter)

    def mark(self, step: str) -> None:
        """The step that began at the last mark ends now."""
        now = time.perf_counter()
        self.seconds[step] = round(now - self._last, 4)
        self._last = now

    def total(self) -> dict[str, float]:
        """All steps and their sum."""
        return {**self.seconds, "total": round(time.perf_counter() - self.started, 4)}


class Attempt:
    """One request on its way; keeps what is known so far, so that any end can be told completely."""

    def __init__(
        self,
        registry: Registry,
        config: Config,
        request: RunRequest,
        index: IndexStore | None,
        events: EventStream,
        observer: Observer,
        result: RunResult,
        library: DocumentLibrary | None,
        services: ModelServices,
        chooser: ProviderChooser,
    ) -> None:
        self._registry = registry
        self._config = config
        self._request = request
        self._index = index
        self._events = events
        self._observer = observer
        self._result = result
        self._timings = Timings()
        self._models: ModelCaller | None = None
        self._library: LoadedLibrary | None = None
        self._opened = library
        self._services = services
        self._chooser = chooser
        self._deadline = time.time() + (request.deadline_seconds or config.system.deadline_seconds)

    async def run(self, router: SmartRouter, on_progress: ProgressListener | None) -> RunResult:
        """Route, assemble, read, work, conclude."""
        route, chain = await self._assemble(router)
        is_tool_needed = not self._has_documents and _needs_evidence(self._registry, chain)
        if is_tool_needed and not _has_tools_at_hand(chain):
            raise RequestError(NOTHING_TO_ANSWER_FROM, hint=HOW_TO_MEND)
        await self._read_documents(on_progress)
        served = dict.fromkeys(served for member in chain.members() for served in member.served_by())
        async with open_providers(served, self._config, self._registry) as providers:
            outcome = await self._work(route, chain, providers)
        if is_tool_needed and not outcome.statements and outcome.status is not Status.FAILED:
            reason = f" ({outcome.notes[-1]})" if outcome.status is Status.DEGRADED else ""
            raise RequestError(f"{NOTHING_TO_ANSWER_FROM}, and no tool brought an answer{reason}", hint=HOW_TO_MEND)
        return self._finish(outcome)

    def conclude(self, status: Status, *, error: MoeError | None = None) -> RunResult:
        """The result as far as it got."""
        return replace(
            self._result,
            status=status,
            timings=self._timings.total(),
            error=None if error is None else describe_error(error),
            usage=self._models.tally.usage if self._models else self._result.usage,
            models=self._models.tally.report if self._models else self._result.models,
        )

    async def _assemble(self, router: SmartRouter) -> tuple[Route, Chain]:
        request = self._request
        route = router.route(request.question, belter=request.belter, has_documents=self._has_documents)
        self._events.emit(EventKind.ROUTE_CHOSEN, **to_wire(route))
        self._result = replace(self._result, route=route)
        self._timings.mark("route")
        choice = await self._chooser.choose(self._config)
        chain = assemble_chain(
            route, self._registry, self._config, top=request.top, drummer=request.drummer, choice=choice
        )
        self._events.emit(EventKind.CHAIN_ASSEMBLED, **to_wire(chain))
        self._result = replace(self._result, chain=chain)
        self._timings.mark("chain")
        return route, chain

    async def _read_documents(self, on_progress: ProgressListener | None) -> None:
        if not self._has_documents:
            return
        setup = build_search_setup(self._registry, self._config)
        seconds = max(0.0, self._deadline - time.time())
        try:
            with anyio.fail_after(seconds):
                self._library = await anyio.to_thread.run_sync(
                    lambda: self._open_library(setup, on_progress),
                    abandon_on_cancel=True,
                )
        except TimeoutError as error:
            raise DeadlineError(
                "reading the documents took all the time", hint="allow more: --deadline SECONDS"
            ) from error
        loaded = self._library
        notes = [to_wire(note) for note in loaded.notes]
        self._events.emit(
            EventKind.DOCUMENTS_LOADED,
            documents=len(loaded.library.documents()),
            passages=len(loaded.library.passages),
            notes=notes,
        )
        self._timings.mark("documents")

    @property
    def _has_documents(self) -> bool:
        """Whether there is anything to answer from: documents that were given, else those indexed before."""
        has_index = self._index is not None and self._index.exists()
        return self._opened is not None or bool(self._request.docs) or has_index

    def _open_library(self, setup: SearchSetup, on_progress: ProgressListener | None) -> LoadedLibrary:
        if self._opened is not None:
            return LoadedLibrary(library=self._opened)
        opened = self._index.open() if self._index is not None and not self._request.docs else None
        cache_folder = self._index.cache_folder if self._index is not None else None
        if opened is None:
            kept = cache_folder if self._config.system.record else None
            return load_library(self._request.docs, setup=setup, cache_folder=kept, on_progress=on_progress)
        library = DocumentLibrary(opened, setup=setup, cache_folder=cache_folder, on_progress=on_progress)
        return LoadedLibrary(library=library)

    async def _work(self, route: Route, chain: Chain, providers: Mapping[ServerKey, ModelProvider]) -> TaskResult:
        models = self._models = ModelCaller(
            providers=providers,
            templates=self._config.structured_prompts,
            events=self._events,
            seed=self._config.system.seed,
            services=self._services,
            budgets=build_budgets(self._config.system.budgets) | (self._request.budget or Budgets()),
            is_streamed=self._request.stream,
        )
        context = RunContext(
            question=self._request.question,
            registry=self._registry,
            chain=chain,
            agents={
                (member.role, member.name): self._registry.agents(member.role).get(member.full_id).value
                for member in chain.members()
            },
            models=models,
            events=self._events,
            library=self._library.library if self._library else None,
            max_evidence=self._config.system.max_evidence,
            is_explained=self._request.explain,
            slots=anyio.Semaphore(self._config.system.max_parallel, fast_acquire=True),
        )
        top = chain.top()
        task = Task(
            task_id=f"{self._result.run_id}/1",
            run_id=self._result.run_id,
            correlation_id=self._result.correlation_id,
            parent_id=None,
            agent=top.name,
            role=top.role,
            capability=route.route,
            instruction=self._request.question,
            deadline=self._deadline,
        )
        return await WORK_OF_LAYER[top.role](context, top, task)

    def _finish(self, outcome: TaskResult) -> RunResult:
        models = self._models
        assert models is not None, "a run that worked has asked its models"
        used_model = models.tally.used_language_model
        notes = self._observer.conclude(
            outcome.statements, used_language_model=used_model, has_library=self._library is not None
        )
        for note in notes:
            self._events.emit(EventKind.NOTE, severity=note.severity, text=note.text)
        told = [{"severity": "info", "text": text} for text in outcome.notes]
        self._timings.mark("work")
        failed = outcome.status is Status.FAILED
        answer, citations = ("", ()) if failed else write_answer(outcome, used_language_model=used_model)
        return replace(
            self.conclude(Status.FAILED if failed else Status.DONE),
            degraded=outcome.status is Status.DEGRADED or models.tally.fell_back,
            answer=answer,
            citations=citations,
            data=outcome.data,
            observer=ObserverReport(notes=(*(note.as_wire() for note in notes), *told)),
            error=outcome.error,
        )


def _needs_evidence(registry: Registry, chain: Chain) -> bool:
    """Whether nothing in the chain could answer without documents."""
    return all(registry.model_providers.get(served.provider).value.needs_evidence for served in chain.top().served_by())


def _has_tools_at_hand(chain: Chain) -> bool:
    """Whether the agent that answers uses tools itself, which may need neither documents nor a model."""
    return chain.top().role is Role.DRUMMER and bool(chain.top().tools)
