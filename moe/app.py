"""The composition root: one App joins an opened project with whatever works in it."""

from __future__ import annotations

import sys
import time
import weakref
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import moe.rooms as rooms
from moe.opened import OpenedProject
from moe.version import VERSION


@dataclass(frozen=True)
class App(OpenedProject):
    """Everything of one project, put together once."""

    def refresh_plugins(self, *, seconds: float) -> rooms.Registry:
        """The registry, every plugin tried anew; runs that go on keep the one that they began with.

        Args:
            seconds: How long each may take.
        """
        parts = self.__dict__
        parts["_found"] = self._find(is_fresh=True, seconds=seconds)
        for made_of_it in ("registry", "reading", "models", "router"):
            parts.pop(made_of_it, None)
        environment: rooms.RunEnvironment | None = parts.get("environment")
        if environment is not None:
            selector = self.models.selector
            parts["environment"] = replace(environment, registry=self.registry, selector=selector)
        return self.registry

    def renew_personas(self) -> None:
        """Have runs from now on see personas that were made, changed or moved; looks only when anything was."""
        parts, stamp = self.__dict__, self._persona_stamp
        if parts.get("_persona_stamp_seen") == stamp:
            return
        parts["_persona_stamp_seen"] = stamp
        parts.pop("registry", None)
        environment: rooms.RunEnvironment | None = parts.get("environment")
        if environment is not None:
            parts["environment"] = replace(environment, registry=self.registry)

    @cached_property
    def reading(self) -> rooms.ReadingSetup:
        """How documents are read."""
        return rooms.make_reading_setup(self.registry, self.config.system.documents)

    @property  # kept, it would hold the App in a circle
    def index(self) -> rooms.ProjectIndex:
        """The project's index: how it is, and its updates."""
        return rooms.ProjectIndex(
            store=rooms.IndexStore(workspace=self.workspace, project=self.project),
            find_retriever=lambda: self.registry.retrievers.get(self.config.system.retriever).value(),
            find_embeddings=lambda: rooms.find_embeddings(self.registry, self.config),
            settings=self.config.index,
            find_reading=lambda: self.reading,
        )

    @property  # kept, it would hold the App in a circle
    def collections(self) -> rooms.CollectionDirectory:
        """The documents that are kept under names."""
        store = rooms.CollectionStore(self.workspace)
        return rooms.CollectionDirectory(store=store, find_reading=lambda: self.reading)

    @property  # kept, it would hold the App in a circle
    def graphs(self) -> rooms.QuestionGraphs:
        """The graphs that questions make of documents."""
        return rooms.QuestionGraphs(open_library=self.open_library, find_runs=lambda: self.runs)

    def open_atlas(self, collection: str | None = None) -> rooms.IndexAtlas:
        """The graph of the project's index, or of a collection's.

        Raises:
            NameUnknownError: There is no such collection.
            DocumentError: Nothing is indexed.
            StorageError: The index is damaged.
        """
        return rooms.open_atlas(self.collections.store.open_index(collection) if collection else self.index.store)

    @property  # kept, it would hold the record open
    def cited(self) -> rooms.CitedDocuments:
        """The documents that recorded runs cite."""
        return rooms.CitedDocuments(
            runs=self.runs, collections=self.collections.store, index=self.index.store, reading=self.reading
        )

    @cached_property
    def models(self) -> rooms.ModelDirectory:
        """The models that agents want, and the servers that have them."""
        return rooms.ModelDirectory(
            registry=self.registry,
            config=self.config,
            selector=rooms.ProviderSelector(self.registry, permit=rooms.ServerPermit(self.consents)),
            consents=self.consents,
            workspace=self.workspace,
        )

    @cached_property
    def model_services(self) -> rooms.ModelServices:
        """What all runs share about models: breakers, limits, what servers said, the cache."""
        return rooms.ModelServices.open(self.config, workspace=self.workspace)

    @cached_property
    def router(self) -> rooms.SmartRouter:
        """Chooses Belters for questions; what it learned serves all runs."""
        return rooms.SmartRouter(self.registry, self.config)

    @cached_property
    def environment(self) -> rooms.RunEnvironment:
        """What the runs of this App share."""
        telemetry = self.config.system.telemetry
        is_traced = bool(telemetry.traces) or "opentelemetry.sdk.trace" in sys.modules  # by the program around moe
        return rooms.RunEnvironment(
            registry=self.registry,
            config=self.config,
            services=self.model_services,
            selector=self.models.selector,
            index=self.index.store,
            store=self.runs if self.config.system.record else None,
            consents=self.consents,
            ledger=self.persona_ledger if self.config.system.record else None,
            memory=self.route_memory if self.config.system.record else None,
            collections=self.collections.store,
            tracing=rooms.find_tracer(telemetry) if is_traced else None,
            executor=rooms.LocalExecutor(
                list_workers=self.runs.leases.list_workers if self.config.system.record else None,
                encryption=self.encryption,
            ),
        )

    @property
    def encryption(self) -> rooms.EncryptionPlace:
        """How this process encrypts what it says to others."""
        return rooms.EncryptionPlace.of(self.config.system.encryption, self.workspace.folder)

    @property
    def certificates(self) -> rooms.CertificateDirectory:
        """Certificates and keys for encryption between agents."""
        place = self.encryption
        is_inside = place.folder.is_relative_to(self.workspace.folder)
        return rooms.CertificateDirectory(place, self.workspace.create if is_inside else None)

    @cached_property
    def executor(self) -> rooms.Executor:
        """Brings queued runs to workers."""
        place = rooms.ExecutorPlace(
            folder=self.workspace.folder, database=self.database, version=VERSION.rpartition(".")[0]
        )
        return rooms.open_executor(self.registry, self.config.system.executor, place)

    def route(self, question: str, *, belter: str | None = None, has_documents: bool = False) -> rooms.Route:
        """Who would work on a question, and why."""
        past = self.route_memory.read()
        return self.router.route(question, belter=belter, has_documents=has_documents, performance=past)

    @property
    def route_memory(self) -> rooms.RouteMemory:
        """What is remembered of how Belters did."""
        return rooms.RouteMemory(workspace=self.workspace)

    def dump_route_rules(self) -> dict[str, Any]:
        """What routes are picked by, as plain data for `moe.kept_routes.route_by`."""
        rules: dict[str, Any] = rooms.to_wire(self.router.rules)
        return rules

    def assemble(
        self, request: rooms.RunRequest, choice: rooms.ProviderChoice | None = None
    ) -> tuple[rooms.Route, rooms.Chain]:
        """The route and the chain of a request, without running it.

        Args:
            request: What is asked.
            choice: What `models.choose` said; without it no server is asked.

        Raises:
            NameUnknownError: Something the chain needs is not registered.
        """
        environment = self.environment.over(request.collection) if request.collection else self.environment
        route = environment.route(request, has_documents=environment.has_documents(request.docs))
        return route, environment.assemble(request, route, choice=choice)

    def check_names(self, request: rooms.RunRequest) -> None:
        """Refuse a request that names what is not there, before its run begins; paths aside.

        Raises:
            NameUnknownError: No agent, provider, persona or collection has that name; the nearest are in the hint.
            NameTakenError: Several plugins bring that name.
            RequestError: It names documents and a collection.
        """
        self.environment.check_names(request)

    def check(self, request: rooms.RunRequest) -> None:
        """Refuse a request that names what is not there, documents too, before its run begins.

        Folders are not looked through: what is wrong within one fails the run.

        Raises:
            NameUnknownError: No agent, provider, persona or collection has that name; the nearest are in the hint.
            NameTakenError: Several plugins bring that name.
            RequestError: It names documents and a collection.
            DocumentError: A path leads nowhere.
        """
        self.check_names(request)
        if request.docs:
            self.reading.check_there(request.docs)

    async def run(
        self,
        request: rooms.RunRequest,
        *,
        run_id: str = "",
        library: rooms.DocumentLibrary | rooms.LoadedLibrary | None = None,
        on_event: rooms.EventListener | None = None,
        on_progress: rooms.ProgressListener | None = None,
    ) -> rooms.RunResult:
        """Answer a request, recording it in the workspace unless `system.record` is off.

        Args:
            request: What is asked.
            run_id: One that `make_run_id` made before, for whoever must know it before the run begins.
            library: Documents opened before (`open_library`, `read_library`), in place of those that the request names.
            on_event: Told of everything that happens.
            on_progress: Called after each file that is read.

        Raises:
            NameUnknownError: It names what is not there; nothing is recorded, here and below.
            NameTakenError: Several plugins bring a name of it.
            RequestError: It names documents and a collection.
            DocumentError: A path of it leads nowhere.
        """
        (self.check if library is None else self.check_names)(request)
        origin = rooms.RunOrigin.anew(request, run_id=run_id)
        run = rooms.Run(
            self.environment, request, library=library, on_event=on_event, on_progress=on_progress, origin=origin
        )
        return await run.finish()

    async def submit(self, request: rooms.RunRequest, *, run_id: str | None = None) -> str:
        """Queue a request for a worker, and do not wait; `events` follows it.

        Args:
            request: What is asked; its documents are found from this process's folder.
            run_id: The caller's own id: asked for twice, it is one run. By default one is made.

        Returns:
            The run's id.

        Raises:
            RequestError: `system.executor` needs packages that are not there.
            NameUnknownError: It names something that is not there.
            DocumentError: One of its paths leads to no document.
            StorageError: It cannot be recorded or queued.
        """
        await self.environment.check(request)
        needs = rooms.find_needs(self.environment, request)
        return await rooms.submit_run(request, store=self.runs, executor=self.executor, run_id=run_id, needs=needs)

    def make_worker(
        self,
        *,
        concurrency: int,
        roles: Sequence[str] = (),
        models: Sequence[str] = (),
        on_event: rooms.EventListener | None = None,
    ) -> rooms.RunWorker:
        """A worker of this process, which does queued runs once it serves.

        Args:
            concurrency: Runs at once.
            roles: It takes only runs that these layers can do, each whole; by default all.
            models: It takes only runs that name none other of all models than these; by default any.
            on_event: Told of everything that happens in its runs.
        """
        limits = {"role": tuple(roles), "model": tuple(models)}
        offers = {kind: names for kind, names in limits.items() if names}
        spec = rooms.WorkerSpec(worker_id=rooms.make_worker_id(), concurrency=concurrency, offers=offers)
        return rooms.RunWorker(
            lambda: rooms.QueuedRuns(self.environment, self.runs, self.executor, spec.worker_id, on_event),
            self.runs,
            self.executor,
            spec,
            lease_seconds=self.config.system.lease_seconds,
            version=VERSION,
            on_peers=lambda everywhere, here: self.model_services.resilience.share(everywhere, here),
        )

    def make_listener(
        self,
        urls: Sequence[str],
        *,
        concurrency: int,
        roles: Sequence[str] = (),
        advertised: Sequence[str] = (),
        registers: Sequence[str] = (),
    ) -> rooms.AgentListener:
        """What does tasks of runs that are asked elsewhere, once it serves.

        Args:
            urls: Where it listens.
            concurrency: Tasks at once.
            roles: The layers whose tasks it does; by default all.
            advertised: Where others reach it, in place of where it listens.
            registers: Where it says that it is there, beside the record of this project.

        Raises:
            RequestError: One is no address that may be listened at, or no register.
        """
        layers = {"roles": tuple(map(rooms.Role, roles))} if roles else {}
        system = self.config.system
        return rooms.AgentListener(
            rooms.AgentHost(lambda: self.environment, **layers),
            self.registry,
            urls,
            concurrency=concurrency,
            advertised=advertised,
            registers=registers,
            leases=self.workers if system.record else None,
            lease_seconds=system.lease_seconds,
            version=VERSION,
            encryption=self.encryption,
            on_peers=lambda everywhere, here: self.model_services.resilience.share(everywhere, here),
        )

    def make_intake(self, url: str, *, on_dead: Callable[[str], None] = lambda _: None) -> rooms.IntakeDoor:
        """What queues the messages of a broker's queue as runs, once it serves.

        Args:
            url: The queue.
            on_dead: Told in one line of each message that nobody can read.

        Raises:
            RequestError: No transport takes such an address.
        """
        intake = rooms.RunIntake(lambda request, run_id: self.submit(request, run_id=run_id), on_dead=on_dead)
        return rooms.IntakeDoor(rooms.open_transport(self.registry, url, self.encryption), intake)

    @property  # kept, it would hold the App in a circle
    def schedules(self) -> rooms.ScheduleDirectory:
        """The questions that workers ask by themselves, when they are due."""
        return rooms.ScheduleDirectory(
            executor=self.executor, find_environment=lambda: self.environment, workspace=self.workspace
        )

    @cached_property
    def audit(self) -> rooms.AuditTrail:
        """The log of who did what on the server."""
        return rooms.AuditTrail(self.workspace.folder, self.workspace.create)

    def find_stuck(self) -> list[rooms.WaitingRun]:
        """The queued runs that no live worker takes, while there are some.

        Raises:
            StorageError: The record cannot be read.
        """
        return rooms.find_stuck(self.runs.list_waiting(), self.workers.list_workers())

    @property
    def workers(self) -> rooms.WorkerLeases:
        """Who does queued runs."""
        return self.runs.leases

    async def retry(self, run_id: str) -> str:
        """Put a run that was broken off, cancelled or failed into the queue; its whole id.

        Args:
            run_id: Its id, a beginning that no other run shares, or "last".

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It is done, or goes on.
            StorageError: It cannot be recorded or queued.
        """
        return await rooms.retry_run(run_id, store=self.runs, executor=self.executor)

    def decide(
        self, run_id: str, decision: rooms.Decision, *, task: str = "", note: str = "", by: str = ""
    ) -> rooms.DecidedRun:
        """Keep what a person decides on calls for which a run waits; see `moe.running.decisions.decide`.

        Whoever calls this has the run go on when none is `left`: by `resume`, or by `retry` when it was a `worker`'s.
        """
        return rooms.decide(self.runs, run_id, decision, task=task, note=note, by=by)

    @staticmethod
    def make_run_id() -> str:
        """The id of a run that is yet to begin."""
        return rooms.make_run_id()

    def find_past(
        self,
        run_id: str,
        *,
        deadline_seconds: float | None = None,
        accepts_changes: bool = False,
        repeats_tools: bool = False,
    ) -> rooms.PastRun:
        """A run as far as it got; see `moe.running.resuming.read_past`."""
        return rooms.read_past(
            self.runs,
            run_id,
            deadline_seconds=deadline_seconds,
            accepts_changes=accepts_changes,
            repeats_tools=repeats_tools,
        )

    async def resume(
        self,
        past: rooms.PastRun,
        *,
        on_event: rooms.EventListener | None = None,
        on_progress: rooms.ProgressListener | None = None,
    ) -> rooms.RunResult:
        """Go on with a run that was broken off; what it had done is not done again.

        Args:
            past: What `find_past` says of it.
            on_event: Told of everything that happens from now on.
            on_progress: Called after each file that is read.

        Raises:
            RequestError: It goes on elsewhere, is done, or no time is left of what it may take.
            StorageError: The record cannot be written.
        """
        past.check_time(self.config.system.deadline_seconds)
        past = rooms.take_up(self.runs, past)
        run = rooms.Run(self.environment, past.request, on_event=on_event, on_progress=on_progress, origin=past)
        return await run.finish()

    async def fork(
        self,
        run_id: str,
        task: str,
        *,
        accepts_changes: bool = False,
        new_id: str = "",
        on_event: rooms.EventListener | None = None,
        on_progress: rooms.ProgressListener | None = None,
    ) -> rooms.RunResult:
        """Ask a run's question again, with the answers that it had before one of its tasks began.

        Args:
            run_id: Its id, a beginning that no other run shares, or "last".
            task: The first task that is done anew, as "1/2".
            accepts_changes: Go on although the documents have changed.
            new_id: Of the run that this makes; by default one is made.
            on_event: Told of everything that happens.
            on_progress: Called after each file that is read.

        Raises:
            NameUnknownError: No run has that id, or no task of it.
            RequestError: It kept no answers, or does not tell what was asked.
            StorageError: The record cannot be read.
        """
        request, origin = rooms.open_fork(self.runs, run_id, task, accepts_changes=accepts_changes, new_id=new_id)
        run = rooms.Run(self.environment, request, on_event=on_event, on_progress=on_progress, origin=origin)
        return await run.finish()

    def check_fork(self, run_id: str, task: str) -> None:
        """Refuse a fork that cannot be, before it begins; arguments and errors are those of `fork`."""
        rooms.open_fork(self.runs, run_id, task)

    async def replay(self, run_id: str, *, on_progress: rooms.ProgressListener | None = None) -> rooms.ReplayReport:
        """Do a run that is done again with the replies that it had, asking and recording nothing, and compare.

        Args:
            run_id: Its id, a beginning that no other run shares, or "last".
            on_progress: Called after each file that is read.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It is not done, or its record does not tell what was asked.
            StorageError: The record cannot be read.
        """
        record, origin = rooms.open_replay(self.runs, run_id)
        events: list[rooms.Event] = []
        environment = replace(self.environment, store=None)
        request = rooms.read_request(record)
        run = rooms.Run(environment, request, on_event=events.append, on_progress=on_progress, origin=origin)
        return rooms.compare_replay(record, await run.finish(), events)

    def abandon(self, run_id: str, *, is_cancelled: bool) -> None:
        """Record the end of a run of this process that will not end by itself: cancelled, else failed at its deadline.

        For a process that is about to end; whatever the run still does is not recorded.
        """
        self.environment.live.abandon(run_id, rooms.Status.CANCELLED if is_cancelled else rooms.Status.FAILED)

    def events(self, run_id: str, *, after: int = 0) -> AsyncIterator[rooms.Event]:
        """All that has happened in a run and that happens until it ends, whichever process it runs in.

        Pieces of the answer come too while this process writes it; they have the number of the event before them.

        Args:
            run_id: Its whole id.
            after: Only events with a greater number.

        Raises:
            NameUnknownError: No run has that id.
            StorageError: The record cannot be read.
        """
        environment: rooms.RunEnvironment | None = self.__dict__.get("environment")
        live = rooms.LiveRuns() if environment is None else environment.live  # who only reads makes none ready
        return rooms.follow_run(run_id, live=live, store=self.runs if self.config.system.record else None, after=after)

    async def run_tool(
        self,
        name: str,
        params: Mapping[str, Any],
        *,
        docs: Sequence[str] = (),
        deadline_seconds: float | None = None,
        on_progress: rooms.ProgressListener | None = None,
        on_report: Callable[[str], None] | None = None,
    ) -> rooms.JsonObject:
        """Run one tool by itself, over documents if it is given some.

        Args:
            name: Short name or full id.
            params: What it is called with.
            docs: Files, folders and globs.
            deadline_seconds: Longest it may take; by default `system.deadline_seconds`.
            on_progress: Called after each file that is read.
            on_report: Told of what the tool itself says of its progress.

        Raises:
            NameUnknownError: No tool has that name.
            DocumentError: A document cannot be read.
            ToolError: The parameters do not fit, or the tool failed.
        """
        entry = self.registry.tools.get(name)
        deadline = time.time() + (deadline_seconds or self.config.system.deadline_seconds)
        library = None
        if self.environment.has_documents(docs):
            library = (await self.environment.read_library(docs, until=deadline, on_progress=on_progress)).library
        return await rooms.run_tool(entry, params, library=library, deadline=deadline, on_progress=on_report)

    def open_library(
        self,
        docs: Sequence[str] = (),
        *,
        search: rooms.SearchNames | None = None,
        on_progress: rooms.ProgressListener | None = None,
    ) -> rooms.DocumentLibrary:
        """Documents to search: those given, else the project's index.

        Args:
            docs: Files, folders and globs.
            search: Who searches; by default whom the configuration names.
            on_progress: Called after each file that is read.

        Raises:
            DocumentError: A document cannot be read, or there are none.
            StorageError: The index is damaged.
        """
        return self.environment.open_library(docs, search=search, on_progress=on_progress).library

    async def read_library(
        self,
        docs: Sequence[str] = (),
        *,
        collection: str | None = None,
        on_progress: rooms.ProgressListener | None = None,
    ) -> rooms.LoadedLibrary | None:
        """Documents for several runs, with what is known of their files; None when there are none at all.

        Args:
            docs: Files, folders and globs; without any, the project's index.
            collection: A collection in the index's place.
            on_progress: Called after each file that is read.

        Raises:
            DocumentError: A document cannot be read.
            NameUnknownError: There is no such collection.
            StorageError: The index is damaged.
        """
        environment = self.environment.over(collection) if collection else self.environment
        return (
            await environment.read_library(docs, on_progress=on_progress) if environment.has_documents(docs) else None
        )

    @cached_property
    def database(self) -> str:
        """Where runs and their queue are kept, with its password; "" for the workspace."""
        said = self.config.system.database
        return rooms.find_database(said) if said else ""

    def find_setting(self, said: str, *, setting: str) -> str:
        """What a setting says, or what it refers to (`env:NAME`, `file:PATH`, `keyring:…`, `vault:…`).

        Args:
            said: Its text.
            setting: Its name, for the message.

        Raises:
            SecretError: There is nothing where it refers to.
        """
        return rooms.resolve_setting(said, setting=setting)

    @cached_property
    def runs(self) -> rooms.RunStore:
        """The record of runs: one file, or database, and one writing thread for all runs of this App, until `close`."""
        store = rooms.RunStore(self.workspace, database=self.database)
        weakref.finalize(self, store.close)
        return store

    @property  # kept, it would outlive the record
    def conversations(self) -> rooms.ConversationDirectory:
        """The runs that follow one another."""
        return rooms.ConversationDirectory(runs=self.runs)

    @property  # kept, it would outlive the record
    def persona_reports(self) -> rooms.PersonaReports:
        """How the experts did."""
        return rooms.PersonaReports(directory=self.personas, runs=self.runs)

    def measure_runs(self, run_id: str = "", *, since: float = 0.0) -> rooms.RunMetrics:
        """What the calls of models in recorded runs come to.

        Args:
            run_id: Of that run only; "" for all.
            since: Of runs that began then or later, Unix time in seconds.

        Raises:
            NameUnknownError: No run has that id.
            StorageError: The record cannot be read.
        """
        return rooms.measure_runs(self.runs, run_id=run_id, since=since)

    def measure_series(self, *, since: float, until: float, buckets: int) -> rooms.MetricsSeries:
        """What the runs come to that began in a time, in so many spans of it.

        Args:
            since: Unix time in seconds.
            until: Behind it.
            buckets: Spans, at least 1.

        Raises:
            StorageError: The record cannot be read.
        """
        return rooms.measure_series(self.runs, since=since, until=until, buckets=buckets)

    def oversee(self, *, since: float = 0.0) -> rooms.Oversight:
        """What stands out in recorded runs, looked at together.

        Args:
            since: Of runs that began then or later, Unix time in seconds.

        Raises:
            StorageError: The record cannot be read.
        """
        return rooms.oversee(self.runs, candidates=len(self.registry.belters), since=since)

    def find_exchange(self, run_id: str, digest: str) -> rooms.KeptExchange | None:
        """What a run sent to a language model, or what that replied; None where it kept nothing of that digest.

        Args:
            run_id: Its whole id.
            digest: As the event of the call has it, as `prompt` or `reply`.

        Raises:
            StorageError: The record cannot be read.
        """
        return rooms.read_exchange(lambda one: self.runs.find_value(run_id, one), digest)

    def close(self) -> None:
        """Give back what was opened; the App may go on being used."""
        runs: rooms.RunStore | None = self.__dict__.pop("runs", None)
        environment: rooms.RunEnvironment | None = self.__dict__.pop("environment", None)
        if environment is not None and environment.tracing is not None:
            environment.tracing.flush()
        if runs is not None:
            runs.close()
