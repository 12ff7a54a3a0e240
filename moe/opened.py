"""A project, opened: its settings, whether it is trusted, what is registered, where its workspace lies."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

from msgspec.structs import replace

import moe.rooms as rooms
from moe.configuration import Config, load_readable_settings, load_settings
from moe.contracts.trust import TrustState
from moe.facades.modelfiles import Modelfiles
from moe.project import find_project
from moe.storage.workspace import Workspace, open_workspace
from moe.trust.store import TrustStore
from moe.trust.verdict import judge_folder
from moe_core.contracts.errors import ConfigError
from moe_core.loading.config.load import LoadedConfig
from moe_core.loading.locations import Locations, find_locations


@dataclass(frozen=True)
class OpenedProject:
    """What a project consists of before anything runs; parts are imported and made when first used.

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
        on_broken: Callable[[ConfigError], None] | None = None,
    ) -> Self:
        """A project's folder, opened.

        The folder's plugins, modelfiles, settings and workspace count only when the user trusts it; see
        `moe.trust.verdict`.

        Args:
            project: The folder; by default the nearest folder above that holds a workspace, else the current one.
            overrides: Settings by dotted key ("system.provider"), above all others.
            environ: In place of `os.environ`.
            with_project: False leaves everything aside that the folder brings.
            plugin_choice: In place of MOE_PLUGINS: which plugins count.
            on_broken: Told of each configuration file in which something is wrong, in place of the first being raised:
                it is left out.

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
        if on_broken is None:
            loaded = load_settings(locations, environ=environ, overrides=overrides or {})
        else:
            loaded, broken = load_readable_settings(locations, environ=environ, overrides=overrides or {})
            for error in broken:
                on_broken(error)
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
        return self._find()

    def _find(self, **how: Any) -> rooms.Registry:
        """The same, asked for anew; `how` is that of `build_registry`."""
        has_servers = any(settings.mcp is not None for settings in self.config.tools.values())
        more = self.remote_servers.list_entries() if has_servers else ((), ())
        return rooms.build_registry(self.config, self.locations, more=more, **how)

    @property
    def personas(self) -> rooms.PersonaDirectory:
        """Who the experts are, and where each stands."""
        return rooms.PersonaDirectory(
            store=self._persona_store,
            registry=self._found,
            thresholds=self.config.thresholds.personas,
            ledger=self.persona_ledger,
        )

    @property
    def _persona_stamp(self) -> tuple[int, int]:
        """Tells whether personas were made, changed or moved."""
        return self._persona_store.read_stamp()

    @property
    def persona_ledger(self) -> rooms.PersonaLedger:
        """How the experts did, and what that moves."""
        return rooms.PersonaLedger(store=self._persona_store, thresholds=self.config.thresholds.personas)

    @property
    def _persona_store(self) -> rooms.PersonaStore:
        return rooms.PersonaStore(workspace=self.workspace, seeds=self._found.personas)

    @property
    def remote_servers(self) -> rooms.RemoteServers:
        """The MCP servers whose tools are offered."""
        return rooms.RemoteServers.open(self.config.tools, self.locations.user)

    @property
    def plugin_locks(self) -> rooms.PluginLocks:
        """What is installed, as a lock, and how it differs from the locks that there are."""
        return rooms.PluginLocks(locations=self.locations, switches=self.config.plugins.switches)

    def find_watched(self) -> rooms.Watched | None:
        """The files and folders that decide what is registered; None when that cannot be known."""
        personas = self.workspace.personas_path
        return rooms.find_watched(self.project, self.locations, self.registry.plugins, personas=personas)

    def find_watched_settings(self) -> rooms.Watched | None:
        """The files and folders that decide which settings hold; None when that cannot be known."""
        return rooms.find_watched_settings(self.project, self.locations)

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
            ConfigError: With its settings no command would work any more: something is wrong with them.
            StorageError: The user's folder cannot be written.
        """
        if self.trust.state in (TrustState.NEW, TrustState.CHANGED):
            locations = replace(self.locations, project=self.project, untrusted=None)
            load_settings(locations, environ=os.environ, overrides={})
        self.trust_store.keep(self.trust.folder, self.trust.contents or {}, at=time.time())

    def list_extras(self) -> tuple[rooms.Extra, ...]:
        """Optional packages: which are there, and which the configuration needs."""
        return rooms.list_extras(self.config)
