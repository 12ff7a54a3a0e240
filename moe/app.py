"""The composition root: one App joins configuration, registry, workspace and engine."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from moe.knowledge.library import ProgressListener
from moe.running.engine import Engine
from moe.running.request import RunRequest
from moe.running.result import RunResult
from moe.storage.runs import RunStore
from moe.storage.workspace import Workspace, open_workspace
from moe_core.contracts.event import EventListener
from moe_core.loading.building import build_registry
from moe_core.loading.config import Config
from moe_core.loading.config_loading import LoadedConfig, load_config
from moe_core.loading.locations import Locations, find_locations
from moe_core.loading.registry import Registry
from moe_core.routing.chain import Chain, assemble_chain
from moe_core.routing.route import Route
from moe_core.routing.router import SmartRouter


@dataclass(frozen=True)
class App:
    """Everything of one project, put together once; parts are made when first used.

    Attributes:
        locations: Where plugins, modelfiles and configuration lie.
        loaded_config: The settings and where each came from.
    """

    locations: Locations
    loaded_config: LoadedConfig

    @classmethod
    def open(
        cls,
        project: Path | None = None,
        *,
        overrides: Mapping[str, object] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> "App":
        """The App of a project folder.

        Args:
            project: The folder; by default the nearest folder above that holds a workspace, else the current one.
            overrides: Settings by dotted key ("system.provider"), above all others.
            environ: In place of `os.environ`.

        Raises:
            ConfigError: A setting is wrong; which, where and how to mend it.
        """
        environ = os.environ if environ is None else environ
        locations = find_locations(project or find_project(Path.cwd(), environ), environ)
        loaded = load_config(
            bundled=locations.bundled,
            user=locations.user,
            project=locations.project,
            environ=environ,
            overrides=overrides or {},
        )
        return cls(locations=locations, loaded_config=loaded)

    @property
    def config(self) -> Config:
        """The settings."""
        return self.loaded_config.config

    @cached_property
    def registry(self) -> Registry:
        """Everything that is registered."""
        return build_registry(self.config, self.locations)

    @cached_property
    def workspace(self) -> Workspace:
        """The project's workspace; made on disk when first written to."""
        return open_workspace(self.locations.project / self.config.system.workspace)

    def route(self, question: str, *, belter: str | None = None, has_documents: bool = False) -> Route:
        """Who would work on a question, and why."""
        return SmartRouter(self.registry, self.config).route(question, belter=belter, has_documents=has_documents)

    def assemble(self, request: RunRequest) -> tuple[Route, Chain]:
        """The route and the chain of a request, without running it.

        Raises:
            NameUnknownError: Something the chain needs is not registered.
        """
        route = self.route(request.question, belter=request.belter, has_documents=bool(request.docs))
        return route, assemble_chain(route, self.registry, self.config, top=request.top, drummer=request.drummer)

    async def run(
        self, request: RunRequest, *, on_event: EventListener | None = None, on_progress: ProgressListener | None = None
    ) -> RunResult:
        """Answer a request, recording it in the workspace unless `system.record` is off."""
        if not self.config.system.record:
            return await Engine(registry=self.registry, config=self.config).run(
                request, on_event=on_event, on_progress=on_progress
            )
        with self.open_runs() as store:
            engine = Engine(registry=self.registry, config=self.config, store=store)
            return await engine.run(request, on_event=on_event, on_progress=on_progress)

    def open_runs(self) -> RunStore:
        """The record of runs; close it after use, or use it as a context manager."""
        return RunStore(self.workspace)


def find_project(start: Path, environ: Mapping[str, str]) -> Path:
    """The project's folder: MOE_PROJECT, else the nearest one upwards that holds a workspace, else `start`."""
    if environ.get("MOE_PROJECT"):
        return Path(environ["MOE_PROJECT"]).expanduser().resolve()
    home = Path.home()
    for folder in (start, *start.parents):
        if (folder / ".moe").is_dir():
            return folder
        if folder == home:
            break
    return start
