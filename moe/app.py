"""The composition root: one App joins configuration, registry, workspace and engine."""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import moe.rooms as rooms
from moe.configuration import Config, load_settings
from moe.contracts.trust import TrustState
from moe.facades.modelfiles import Modelfiles
from moe.project import find_project
from moe.storage.workspace import Workspace, open_workspace
from moe.trust.store import TrustStore
from moe.trust.verdict import judge_folder
from moe_core.loading.config.load import LoadedConfig
from moe_core.loading.locations import Locations, find_locations


@dataclass(frozen=True)
class App:
    """Everything of one project, put together once; parts are imported and made when first used.

    Attributes:
        project: The project's folder.
        trust: Whether what that folder brings counts.
        locations: Where plugins, modelfiles and configuration lie.
        loaded_config: The settings and where each came from.
        modelfiles: Reads modelfiles; of every project alike.
    """

    project: Path
    trust: rooms.TrustVerdict
    locations: Locations
    loaded_config: LoadedConfig[Config]
    modelfiles: ClassVar[Modelfiles] = Modelfiles()

    @classmethod
    def open(
        cls,
        project: Path | None = None,
        *,
        overrides: Mapping[str, object] | None = None,
        environ: Mapping[str, str] | None = None,
        with_project: bool = True,
        plugin_choice: str | None = None,
    ) -> App:
        """The App of a project folder.

        The folder's plugins, modelfiles, settings and workspace count only when the user trusts it; see
        `moe.trust.verdict`.

        Args:
            project: The folder; by default the nearest folder above that holds a workspace, else the current one.
            overrides: Settings by dotted key ("system.provider"), above all others.
            environ: In place of `os.environ`.
            with_project: False leaves everything aside that the folder brings.
            plugin_choice: In place of MOE_PLUGINS: which plugins count.

        Raises:
            ConfigError: A setting or MOE_PROJECT is wrong; which, where and how to mend it.
        """
        environ = os.environ if environ is None else environ
        project = (project or find_project(Path.cwd(), environ)).absolute()
        locations = find_locations(project, environ)
        trust = judge_folder(
            project,
            TrustStore(locations.user),
            environ,
            bundled=locations.bundled,
            is_ignored=not with_project,
        )
        if not trust.counts:
            waits = trust.state in (TrustState.NEW, TrustState.CHANGED)
            locations = replace(locations, project=None, untrusted=project if waits else None)
        if plugin_choice is not None:
            locations = replace(locations, plugin_choice=plugin_choice)
        loaded = load_settings(locations, environ=environ, overrides=overrides or {})
        if loaded.config.plugins.policy == "locked":
            locations = replace(locations, locks=locations.lock_places)
        prompts = [origin for key, origin in loaded.origins.items() if key.startswith("structured_prompts.")]
        if any(origin.layer != "bundled" for origin in prompts):
            rooms.check_templates(loaded)
        return cls(project=project, trust=trust, locations=locations, loaded_config=loaded)

    @property
    def config(self) -> Config:
        """The settings."""
        return self.loaded_config.config

    @cached_property
    def registry(self) -> rooms.Registry:
        """Everything that is registered; over the personas of plugins lie those of the workspace."""
        found = self._found
        if not self.workspace.personas_path.is_dir():
            return found
        return replace(found, personas=self._persona_store.join())

    @cached_property
    def _found(self) -> rooms.Registry:
        """What plugins and servers bring."""
        has_servers = any(settings.mcp is not None for settings in self.config.tools.values())
        more = self.remote_servers.list_entries() if has_servers else ((), ())
        return rooms.build_registry(self.config, self.locations, more=more)

    @property
    def personas(self) -> rooms.PersonaDirectory:
        """Who the experts are, and where each stands."""
        return rooms.PersonaDirectory(
            store=self._persona_store, registry=self._found, thresholds=self.config.thresholds.personas
        )

    @property
    def _persona_store(self) -> rooms.PersonaStore:
        return rooms.PersonaStore(workspace=self.workspace, seeds=self._found.personas)

    @property
    def remote_servers(self) -> rooms.RemoteServers:
        """The MCP servers whose tools are offered."""
        return rooms.RemoteServers.open(self.config.tools, self.locations.user)

    def refresh_plugins(self, *, seconds: float) -> rooms.Registry:
        """The registry, every plugin tried anew.

        Args:
            seconds: How long each may take.
        """
        self.__dict__["_found"] = rooms.build_registry(self.config, self.locations, is_fresh=True, seconds=seconds)
        self.__dict__.pop("registry", None)
        return self.registry

    @property
    def plugin_locks(self) -> rooms.PluginLocks:
        """What is installed, as a lock, and how it differs from the locks that there are."""
        return rooms.PluginLocks(locations=self.locations, switches=self.config.plugins.switches)

    def find_watched(self) -> rooms.Watched | None:
        """The files and folders that decide what is registered; None when that cannot be known."""
        personas = self.workspace.personas_path
        return rooms.find_watched(self.project, self.locations, self.registry.plugins, personas=personas)

    def switch_plugin(self, plugin: str, *, is_enabled: bool) -> Path:
        """Write into the user's own configuration whether a plugin counts, from the next App on; the file.

        Raises:
            ConfigError: The file cannot be changed.
        """
        return rooms.write_plugin_switch(self.locations.user, plugin, is_enabled=is_enabled)

    @cached_property
    def workspace(self) -> Workspace:
        """The project's workspace; made on disk when first written to.

        For a folder that is not trusted it lies among the user's own data.
        """
        if not self.trust.is_writable:
            return open_workspace(self.locations.find_data_folder(self.project))
        is_birth = self.trust.state is TrustState.EMPTY
        return open_workspace(
            self.project / self.config.system.workspace, on_birth=self.trust_project if is_birth else None
        )

    @property
    def trust_store(self) -> TrustStore:
        """The folders that the user trusts."""
        return TrustStore(self.locations.user)

    @property
    def consents(self) -> rooms.ConsentStore:
        """What the user has once said yes to, of tools and servers."""
        return rooms.ConsentStore(self.locations.user)

    def trust_project(self) -> None:
        """Remember the project's folder as trusted, with what it brings now.

        Raises:
            StorageError: The user's folder cannot be written.
        """
        self.trust_store.keep(self.trust.folder, self.trust.contents or {}, at=time.time())

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
    def graphs(self) -> rooms.QuestionGraphs:
        """The graphs that questions make of documents."""
        return rooms.QuestionGraphs(open_library=self.open_library, find_runs=lambda: self.runs)

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
        return rooms.RunEnvironment(
            registry=self.registry,
            config=self.config,
            services=self.model_services,
            selector=self.models.selector,
            index=self.index.store,
            store=self.runs if self.config.system.record else None,
            consents=self.consents,
        )

    def route(self, question: str, *, belter: str | None = None, has_documents: bool = False) -> rooms.Route:
        """Who would work on a question, and why."""
        return self.router.route(question, belter=belter, has_documents=has_documents)

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
        environment = self.environment
        route = environment.route(request, has_documents=environment.has_documents(request.docs))
        return route, environment.assemble(request, route, choice=choice)

    async def run(
        self,
        request: rooms.RunRequest,
        *,
        library: rooms.DocumentLibrary | None = None,
        on_event: rooms.EventListener | None = None,
        on_progress: rooms.ProgressListener | None = None,
    ) -> rooms.RunResult:
        """Answer a request, recording it in the workspace unless `system.record` is off.

        Args:
            request: What is asked.
            library: Documents opened before (`open_library`), in place of those that the request names.
            on_event: Told of everything that happens.
            on_progress: Called after each file that is read.
        """
        run = rooms.Run(self.environment, request, library=library, on_event=on_event, on_progress=on_progress)
        return await run.finish()

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
        return rooms.follow_run(run_id, live=self.environment.live, store=self.environment.store, after=after)

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
            library = (await self.environment.read_library(docs, on_progress=on_progress)).library
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

    def list_extras(self) -> tuple[rooms.Extra, ...]:
        """Optional packages: which are there, and which the configuration needs."""
        return rooms.list_extras(self.config)

    @cached_property
    def runs(self) -> rooms.RunStore:
        """The record of runs: one file and one writing thread for all runs of this App, until `close`."""
        store = rooms.RunStore(self.workspace)
        weakref.finalize(self, store.close)
        return store

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

    def close(self) -> None:
        """Give back what was opened; the App may go on being used."""
        runs: rooms.RunStore | None = self.__dict__.pop("runs", None)
        self.__dict__.pop("environment", None)
        if runs is not None:
            runs.close()
