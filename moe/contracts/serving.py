"""Who serves the agents, and whether they could."""

from collections.abc import Mapping

import msgspec

from moe.contracts.providers import ProviderStatus, ServerFacts
from moe_core.contracts.agent import AgentSpec
from moe_core.contracts.chain import Served
from moe_core.contracts.choice import ProviderChoice


class AgentServing(msgspec.Struct, frozen=True, kw_only=True):
    """Who serves one agent.

    Attributes:
        agent: The agent.
        source: "bundled", or the plugin it comes from.
        served: The provider and model that answer for it; None when nobody does.
        fallbacks: Who else may, in order.
        warnings: Fallbacks that are not registered.
        error: Why nobody serves it, or "".
        hint: What to do about that, or "".
    """

    agent: AgentSpec
    source: str
    served: Served | None = None
    fallbacks: tuple[Served, ...] = ()
    warnings: tuple[str, ...] = ()
    error: str = ""
    hint: str = ""


class ServerCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The server that an agent needs, as it is now.

    Attributes:
        status: How it is.
        is_language_model: Whether there is a language model behind it.
        has_model: The agent's model is there, or the server does not tell which are.
        can_pull: `moe models pull` has it fetch models.
    """

    status: ProviderStatus
    is_language_model: bool
    has_model: bool
    can_pull: bool


class ServingReport(msgspec.Struct, frozen=True, kw_only=True):
    """All that asking the servers told.

    Attributes:
        choice: What `auto` means now; None when a provider is configured.
        statuses: The providers that a run may ask: those of the order, the configured ones, the agents' own.
        facts: Of the well servers, by provider.
        agents: All that are registered, each with its server; None for an agent that nobody serves.
        configured: Names of the providers that somebody counts on.
    """

    choice: ProviderChoice | None
    statuses: tuple[ProviderStatus, ...]
    facts: Mapping[str, ServerFacts]
    agents: tuple[tuple[AgentServing, ServerCheck | None], ...]
    configured: frozenset[str]
