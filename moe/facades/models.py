"""The models that agents want, and the servers that have them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import moe.rooms as rooms
from moe.asking.settings import AskingConfig
from moe.contracts.capability import MeasuredModel
from moe.contracts.providers import ProviderStatus, PullListener
from moe.contracts.serving import AgentServing, ServingReport
from moe.storage.workspace import Workspace
from moe_core.contracts.agent import Role
from moe_core.contracts.choice import ProviderChoice
from moe_core.contracts.errors import MoeError
from moe_core.contracts.plugin import Entry
from moe_core.loading.registry import Registry
from moe_core.routing.model_resolution import resolve_fallbacks, resolve_model


@dataclass(frozen=True, kw_only=True)
class ModelDirectory:
    """Which models the agents want, who serves them, and how the servers are.

    Attributes:
        registry: Agents and providers.
        config: Who serves whom.
        selector: Decides what `auto` means; remembers for some seconds what the servers said.
        consents: What the user has said of servers that were found by themselves.
        workspace: Where measurements of models are kept.
    """

    registry: Registry
    config: AskingConfig
    selector: "rooms.ProviderSelector"
    consents: "rooms.ConsentStore"
    workspace: Workspace

    async def choose(self) -> ProviderChoice | None:
        """Which provider `auto` means now; None when the configuration names one."""
        return await self.selector.choose(self.config)

    def allow(self, url: str, *, is_allowed: bool = True) -> str:
        """Remember whether a server that was found by itself may be sent documents and questions.

        For its scheme, host and port, which are returned, and whoever's program listens there now.

        Raises:
            RequestError: The address is none.
            StorageError: The user's folder cannot be written.
        """
        return rooms.keep_word(self.consents, url, is_allowed=is_allowed)

    def revoke(self, url: str) -> bool:
        """Forget what was said of a server; whether anything was.

        Raises:
            RequestError: The address is none.
            StorageError: The user's folder cannot be written.
        """
        return self.consents.forget_server(rooms.write_origin(rooms.read_address(url)))

    async def check(self, names: Collection[str] | None = None) -> list[ProviderStatus]:
        """Whether each provider, or each of these, could answer now, in the registry's order."""
        return await rooms.check_providers(self.registry, self.config, names)

    async def examine(self) -> ServingReport:
        """Ask the servers that a run may ask, and compare what they have with what the agents want."""
        choice = await self.choose()
        return await rooms.examine_servers(self.list_agents(choice), choice, self.registry, self.config)

    async def measure(self, report: ServingReport) -> list[MeasuredModel]:
        """Measure anew what the models of well servers can do that agents are served by, each once."""
        served = [
            one.served
            for one, server in report.agents
            if one.served and server and server.is_language_model and server.status.health.ok and server.has_model
        ]
        store = rooms.CapabilityStore(self.workspace)
        return rooms.judge_models(await rooms.measure_models(served, self.registry, self.config, store, is_fresh=True))

    async def pull(self, model: str, *, provider: str = "ollama", on_progress: PullListener | None = None) -> None:
        """Have a provider's server fetch a model.

        Raises:
            NameUnknownError: No provider has that name.
            RequestError: The provider fetches no models.
            ModelError: There is no such model, or the server fails.
        """
        await rooms.pull_model(model, self.registry, self.config, provider=provider, on_progress=on_progress)

    def list_agents(self, choice: ProviderChoice | None = None) -> tuple[AgentServing, ...]:
        """Every agent with who serves it, by layer.

        Args:
            choice: What `choose` said; without it no server has been asked.
        """
        return tuple(self._serve(entry, choice) for role in Role for entry in self.registry.agents(role))

    def list_modelless(self) -> frozenset[str]:
        """The names of providers that have no language model inside."""
        return frozenset(entry.name for entry in self.registry.model_providers if not entry.value.is_language_model)

    def _serve(self, entry: Entry[Any], choice: ProviderChoice | None) -> AgentServing:
        agent = entry.value
        source = "bundled" if entry.source.origin == "bundled" else entry.source.plugin
        try:
            served = resolve_model(agent, self.config, self.registry, choice)
            fallbacks, warnings = resolve_fallbacks(agent, served, self.config, self.registry, choice)
        except MoeError as error:
            return AgentServing(agent=agent, source=source, error=error.message, hint=error.hint or "")
        return AgentServing(agent=agent, source=source, served=served, fallbacks=fallbacks, warnings=tuple(warnings))
