"""What the runs of one process share, and what each of them is assembled from."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Protocol

import anyio.to_thread
from msgspec.structs import replace as replace_fields

from moe.asking.exchange_record import ExchangeRecord
from moe.asking.servers.embeddings import find_embeddings
from moe.asking.servers.selection import ProviderSelector
from moe.asking.services import ModelServices
from moe.asking.spending.past import NOTHING_SPENT, PastSpending
from moe.contracts.depth import get_plan
from moe.contracts.documents import ProgressListener
from moe.contracts.request import RunRequest
from moe.contracts.search import SearchNames
from moe.contracts.steps import NO_STEPS, StepLog
from moe.contracts.workers import WorkerSummary
from moe.experts.cycle import ExpertCycle
from moe.experts.ledger import PersonaLedger
from moe.experts.words_leaning import WordsLeaning
from moe.knowledge.collections.store import CollectionStore
from moe.knowledge.fresh_index import open_fresh
from moe.knowledge.index.store import IndexStore
from moe.knowledge.library import DocumentLibrary, LoadedLibrary, load_library
from moe.knowledge.loading.setup import ReadingSetup, make_reading_setup
from moe.knowledge.search import SearchSetup
from moe.knowledge.search_setup import build_search_setup
from moe.running.basis import Basis
from moe.running.context import RunContext, open_context
from moe.running.executors.local import LocalExecutor
from moe.running.live import LiveRuns
from moe.running.modes import ModeSelector
from moe.running.names import check_names
from moe.running.route_memory import RouteMemory
from moe.running.settings import RunConfig
from moe.running.task_types import narrow_chain, route_task
from moe.storage.runs import RunStore
from moe.trust.consents import ConsentStore
from moe_core.contracts.agent import Role
from moe_core.contracts.chain import Chain
from moe_core.contracts.choice import ProviderChoice
from moe_core.contracts.errors import DocumentError, NameUnknownError, RequestError
from moe_core.contracts.event import EventListener, EventSink
from moe_core.contracts.model import Endpoint
from moe_core.contracts.route import Route
from moe_core.loading.registry import Registry
from moe_core.routing.chain import assemble_chain
from moe_core.routing.router import SmartRouter


class RunTracer(Protocol):
    """Makes spans of runs; see `moe.running.tracing`, which needs packages of its own."""

    def follow(self, run_id: str, traceparent: str | None, *, began: float | None = None) -> EventListener:
        """Who makes spans of a run's events."""
        ...

    def flush(self) -> None:
        """Send what is left."""
        ...


@dataclass(frozen=True, kw_only=True)
class RunEnvironment:
    """What runs share; one a process and project, and one of its own for a request that changes the configuration.

    Attributes:
        registry: What chains are assembled from.
        config: How runs go.
        services: What runs share about models.
        selector: Decides what the provider `auto` means.
        index: The project's index, answered from when a request brings no documents.
        store: Keeps the record of runs; None keeps none.
        executor: Does the tasks of all runs.
        consents: What the user has once said yes to; None for nothing.
        ledger: What is known of how experts did; None learns nothing.
        memory: How Belters did, which routing heeds; None remembers nothing.
        live: The runs that go on, for whoever follows them.
        collections: The documents that are kept under names; None for none.
        tracing: Makes spans of runs; None makes none.
    """

    registry: Registry
    config: RunConfig
    services: ModelServices
    selector: ProviderSelector
    index: IndexStore | None = None
    store: RunStore | None = None
    executor: LocalExecutor = field(default_factory=LocalExecutor)
    consents: ConsentStore | None = None
    ledger: PersonaLedger | None = None
    memory: RouteMemory | None = None
    live: LiveRuns = field(default_factory=LiveRuns)
    collections: CollectionStore | None = None
    tracing: RunTracer | None = None
    # By all that a chain depends on beside the fields above, which never change; few: names that are registered.
    _chains: dict[tuple[object, ...], tuple[ProviderChoice | None, Chain]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def build(
        cls, registry: Registry, config: RunConfig, *, index: IndexStore | None = None, store: RunStore | None = None
    ) -> "RunEnvironment":
        """An environment with model services of its own."""
        services = ModelServices.open(config, workspace=index.workspace if index else None)
        return cls(
            registry=registry,
            config=config,
            services=services,
            selector=ProviderSelector(registry),
            index=index,
            store=store,
        )

    @property
    def list_workers(self) -> Callable[[], Sequence[WorkerSummary]] | None:
        """Reads the record of workers; None where no record is kept."""
        return None if self.store is None else self.store.leases.list_workers

    @cached_property
    def reading(self) -> ReadingSetup:
        """How documents are read."""
        return make_reading_setup(self.registry, self.config.system.documents)

    @cached_property
    def router(self) -> SmartRouter:
        """Decides who works on a request."""
        return SmartRouter(self.registry, self.config)

    @cached_property
    def basis(self) -> Basis:
        """Tells what runs rest on."""
        return Basis(self.registry, self.config)

    def adapt(self, request: RunRequest) -> "RunEnvironment":
        """This environment with what the request says of providers, models and depth in the configuration's place."""
        changes: dict[str, object] = {}
        system = self.config.system
        if request.provider:
            changes["provider"] = request.provider
        if request.model:
            changes["roles"] = system.roles.model_copy(update=dict.fromkeys(map(str, Role), request.model))
        if request.depth is not None:
            plan = get_plan(request.depth)
            changes["max_evidence"], changes["max_plan_tasks"] = plan.max_evidence, plan.max_plan_tasks
            changes["budgets"] = system.budgets | plan.budgets
        if not changes:
            return self
        return replace(self, config=self.config.model_copy(update={"system": system.model_copy(update=changes)}))

    def over(self, collection: str) -> "RunEnvironment":
        """This environment with a collection in the place of the project's index.

        Raises:
            NameUnknownError: There is none of that name.
            StorageError: It cannot be read.
        """
        if self.collections is None:
            raise NameUnknownError("collection", collection, hint="no collections are kept here")
        return replace(self, index=self.collections.open_index(collection))

    def has_documents(self, docs: Sequence[str]) -> bool:
        """Whether there is anything to answer from: documents that are given, else those indexed before."""
        return bool(docs) or (self.index is not None and self.index.exists())

    def check_names(self, request: RunRequest) -> None:
        """Refuse a request that names an agent, a provider, a persona or a collection that is not there.

        Raises:
            NameUnknownError: Which, with the nearest names.
            NameTakenError: Several plugins bring that name.
            RequestError: It names documents and a collection.
            StorageError: The collection cannot be read.
        """
        check_names(self.registry, request)
        if request.collection is not None:
            self.over(request.collection)
            if request.docs:
                raise RequestError("documents and a collection are both named", hint="name one of them")

    async def check(self, request: RunRequest) -> None:
        """Find all that a request names before anybody begins with it, each document of its folders too.

        Folders are looked through in a thread.

        Raises:
            NameUnknownError: Something of that name is not there.
            DocumentError: A path leads to no document.
        """
        await anyio.to_thread.run_sync(self._check, request)

    def _check(self, request: RunRequest) -> None:
        self.check_names(request)
        if request.docs:
            self.reading.find_sources(request.docs)

    @asynccontextmanager
    async def open_context(
        self,
        chain: Chain,
        request: RunRequest,
        *,
        run_id: str,
        events: EventSink,
        library: DocumentLibrary | None,
        steps: StepLog = NO_STEPS,
        spent: PastSpending = NOTHING_SPENT,
    ) -> AsyncIterator[RunContext]:
        """A run's context; what another process makes of the same arguments serves as well."""
        opened = open_context(
            chain,
            request,
            registry=self.registry,
            config=self.config,
            services=self.services,
            events=events,
            run_id=run_id,
            library=library,
            executor=self.executor,
            consents=self.consents,
            steps=steps,
            spent=spent,
            exchanges=self._open_exchanges(run_id),
        )
        async with opened as context:
            try:
                yield context
            finally:
                await self.executor.let_go()

    def _open_exchanges(self, run_id: str) -> ExchangeRecord | None:
        if self.store is None or not self.config.system.record_prompts:
            return None
        return ExchangeRecord(partial(self.store.keep_value, run_id))

    def route(self, request: RunRequest, *, has_documents: bool) -> Route:
        """Who would work on a request, and why.

        Raises:
            NameUnknownError: The Belter that it names, or its type needs, is not registered.
        """
        if request.task_type is not None:
            return route_task(request.task_type, request.question, router=self.router, registry=self.registry)
        past = {} if self.memory is None else self.memory.read()
        return self.router.route(request.question, belter=request.belter, has_documents=has_documents, performance=past)

    def assemble(self, request: RunRequest, route: Route, *, choice: ProviderChoice | None = None) -> Chain:
        """The chain of a request that has been routed; made once for all requests like it.

        Args:
            request: What is asked.
            route: The Belters.
            choice: What `auto` means; without it no server has been asked.

        Raises:
            NameUnknownError: Something the chain needs is not registered.
        """
        for name in request.personas:
            self.registry.personas.get(name)
        key = (route.belters, request.top, request.drummer)
        chosen, chain = self._chains.get(key, (None, None))
        if chain is None or chosen != choice:
            chain = assemble_chain(
                route, self.registry, self.config, top=request.top, drummer=request.drummer, choice=choice
            )
            self._chains[key] = choice, chain
        return narrow_chain(chain, request, self.registry)

    async def select_mode(self, chain: Chain, request: RunRequest, *, seconds: float) -> Chain:
        """The chain in the request's mode, else the configured one, else what its models were measured to be fit for.

        Args:
            chain: As assembled.
            request: What is asked.
            seconds: What measuring may take.
        """
        modes = ModeSelector(registry=self.registry, store=self.services.capabilities)
        return await modes.select(chain, self.config, asked=request.mode, seconds=seconds)

    def build_search(self, names: SearchNames | None = None) -> SearchSetup:
        """Who searches documents: those that are named, else those that the configuration says.

        Raises:
            NameUnknownError: A name is not registered.
        """
        embeddings = find_embeddings(self.registry, self.config)
        config = self.config
        cycle = ExpertCycle(
            personas=self.registry.personas,
            scorers=self.registry.scorers,
            settings=config.experts,
            load=dict if self.ledger is None else self.ledger.load,
            load_leaning=WordsLeaning if self.ledger is None else self.ledger.load_leaning,
            seed=config.system.seed,
        )
        return build_search_setup(self.registry, self.config, names, embeddings=embeddings, guide=cycle)

    def open_library(
        self,
        docs: Sequence[str] = (),
        *,
        search: SearchNames | None = None,
        until: float | None = None,
        folder: str = "",
        on_progress: ProgressListener | None = None,
    ) -> LoadedLibrary:
        """Documents to search, and what was left out of them: those given, else the project's index.

        Args:
            docs: Files, folders and globs.
            search: Who searches; by default whom the configuration names.
            until: When whoever asks must be done, Unix time: no file takes more than half of the time left.
            folder: Where relative paths are looked for; "" for the process's own folder.
            on_progress: Called after each file that is read.

        Raises:
            DocumentError: A document cannot be read, or there are none.
            StorageError: The index is damaged.
        """
        setup = self.build_search(search)
        cache_folder = self.index.cache_folder if self.index is not None else None
        if docs:
            kept = cache_folder if self.config.system.record else None
            reading = replace_fields(self.reading.end_by(until), folder=folder)
            return load_library(docs, setup=setup, reading=reading, cache_folder=kept, on_progress=on_progress)
        config = self.config
        reading = self.reading.end_by(until, is_waived=False)
        opened = open_fresh(self.index, config.index, reading) if self.index is not None else None
        if opened is None:
            raise DocumentError(
                "there are no documents", path="", hint="give some with --docs PATH, or index them: moe index add PATH"
            )
        library = DocumentLibrary(opened.index, setup=setup, cache_folder=cache_folder, on_progress=on_progress)
        return LoadedLibrary(library=library, notes=opened.notes, changes=opened.changes, watch=opened.watch)

    def find_vector_server(self) -> Endpoint | None:
        """Where passages and questions are sent for vectors; None when that is nowhere."""
        embeddings = find_embeddings(self.registry, self.config)
        return None if embeddings is None else embeddings.endpoint()

    async def read_library(
        self,
        docs: Sequence[str] = (),
        *,
        until: float | None = None,
        folder: str = "",
        on_progress: ProgressListener | None = None,
    ) -> LoadedLibrary:
        """Open a library in a thread, which is left to itself when the task is cancelled."""
        return await anyio.to_thread.run_sync(
            lambda: self.open_library(docs, until=until, folder=folder, on_progress=on_progress), abandon_on_cancel=True
        )
