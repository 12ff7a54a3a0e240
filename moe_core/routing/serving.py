"""Who serves an agent: from its base, the configuration and the registered providers to provider and model."""

from dataclasses import dataclass

from moe_core.contracts.agent import AgentSpec
from moe_core.contracts.errors import ConfigError, NameUnknownError
from moe_core.loading.config import Config, ModelSettings
from moe_core.loading.registry import Registry

MAX_ALIASES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A provider, a model's name on its server, and the server's address ("" for the provider's own)."""

    provider: str
    model: str
    base_url: str = ""


def resolve_model(agent: AgentSpec, config: Config, registry: Registry) -> Served:
    """The provider and model that answer for an agent.

    The base is the configuration's for the agent's role, else the modelfile's; an entry of config/models.yaml without
    `type` may stand for it.

    Raises:
        NameUnknownError: A provider that is asked for by name is not registered.
        ConfigError: Model aliases go round in a circle, or no provider is registered at all.
    """
    override: str | None = getattr(config.system.roles, agent.role)
    model, entry = _follow_aliases(override or agent.base, config)
    provider = str(agent.meta.get("provider") or "") if override is None else ""
    base_url = str(agent.meta.get("base_url") or "") if override is None else ""
    if entry is not None:
        provider = entry.provider or provider
        base_url = entry.base_url or (f"http://127.0.0.1:{entry.port}" if entry.port else base_url)
    return Served(provider=choose_provider(provider, config, registry), model=model, base_url=base_url)


def choose_provider(wanted: str, config: Config, registry: Registry) -> str:
    """The provider of that name; without one, the configured; with "auto", the first of the order that is there.

    Raises:
        NameUnknownError: It is not registered.
        ConfigError: "auto" finds none.
    """
    name = wanted if wanted and wanted != "auto" else config.system.provider
    if name != "auto":
        return registry.model_providers.get(name).name
    for candidate in config.providers.order:
        if registry.model_providers.find(candidate) is not None:
            return candidate
    raise ConfigError(
        f"none of the providers in providers.order is registered: {', '.join(config.providers.order) or 'it is empty'}",
        key="providers.order",
        hint=f"there are: {', '.join(registry.model_providers.names()) or 'none'}",
    )


def resolve_fallbacks(
    agent: AgentSpec, served: Served, config: Config, registry: Registry
) -> tuple[tuple[Served, ...], list[str]]:
    """Who else serves the agent, in order and each once; and a warning for each that is not registered."""
    found: dict[Served, None] = {}
    warnings = []
    for fallback in agent.fallbacks:
        try:
            provider = choose_provider(fallback.provider or served.provider, config, registry)
        except NameUnknownError as error:
            near = f" ({error.hint})" if error.near else ""
            warnings.append(
                f"{agent.role} {agent.name}: fallback provider {fallback.provider!r} is not registered{near}"
            )
            continue
        found[Served(provider=provider, model=fallback.model or served.model)] = None
    found.pop(served, None)
    return tuple(found), warnings


def _follow_aliases(base: str, config: Config) -> tuple[str, ModelSettings | None]:
    last: ModelSettings | None = None
    for _ in range(MAX_ALIASES):
        entry = config.models.get(base)
        if entry is None or entry.type is not None or not entry.enabled or entry.base in (None, base):
            return base, entry if entry is not None and entry.type is None else last
        base, last = str(entry.base), entry
    raise ConfigError(
        f"models.{base}: model names stand for each other in a circle",
        key=f"models.{base}",
        hint="break it in models.yaml",
    )
