"""Who serves an agent: from its base, the configuration and the registered providers to provider and model."""

from collections.abc import Iterator

import msgspec

from moe_core.contracts.agent import AgentSpec, Role, name_agent
from moe_core.contracts.chain import Served
from moe_core.contracts.choice import AUTO, ProviderChoice
from moe_core.contracts.errors import ConfigError, NameUnknownError
from moe_core.loading.registry import Registry
from moe_core.loading.settings import KernelConfig, ModelEntry

MAX_ALIASES = 8


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """A model that some agent wants from whichever provider `auto` takes.

    Attributes:
        is_replaceable: A modelfile names it, and no configuration: another one may stand in for it.
    """

    model: str
    is_replaceable: bool


def resolve_model(
    agent: AgentSpec, config: KernelConfig, registry: Registry, choice: ProviderChoice | None = None
) -> Served:
    """The provider and model that answer for an agent.

    The base is the configuration's for the agent's role, else the modelfile's; an entry of config/models.yaml without
    `type` may stand for it.

    Args:
        agent: The agent.
        config: Providers, roles and aliases.
        registry: What is there.
        choice: What `auto` means; without one nobody has asked the servers, and the first provider of the order
            that needs none is taken.

    Raises:
        NameUnknownError: A provider that is asked for by name is not registered.
        ConfigError: Model aliases go round in a circle, or no provider is registered at all.
    """
    wish = _wish(agent, config)
    provider = choose_provider(wish.provider, config, registry, choice)
    stand_in = choice.stand_ins.get(wish.model) if choice is not None and _is_replaceable(wish, config) else None
    return Served(
        provider=provider,
        model=stand_in or wish.model,
        base_url=wish.base_url,
        instead_of=wish.model if stand_in else "",
    )


def list_needs(config: KernelConfig, registry: Registry) -> tuple[Need, ...]:
    """The models that agents without a provider or server of their own want, each once; the named ones first.

    Agents whose aliases go round in a circle are left to `resolve_model` to tell of.
    """
    needs = set(_iterate_needs(config, registry))
    return tuple(sorted(needs, key=lambda need: (need.is_replaceable, need.model)))


def choose_provider(wanted: str, config: KernelConfig, registry: Registry, choice: ProviderChoice | None = None) -> str:
    """The provider of that name; without one, the configured; with "auto", the one that was chosen.

    Without a choice "auto" is the first of the order that needs no server, else the first that is there.

    Raises:
        NameUnknownError: It is not registered.
        ConfigError: "auto" finds none.
    """
    name = wanted if wanted and wanted != AUTO else config.system.provider
    if name != AUTO:
        return registry.model_providers.get(name).name
    if choice is not None:
        return choice.provider
    entries = [registry.model_providers.find(candidate) for candidate in config.providers.order]
    there = [entry for entry in entries if entry is not None]
    for entry in [*(entry for entry in there if entry.value.is_last_resort), *there]:
        return entry.name
    raise ConfigError(
        f"none of the providers in providers.order is registered: {', '.join(config.providers.order) or 'it is empty'}",
        key="providers.order",
        hint=f"there are: {', '.join(registry.model_providers.names()) or 'none'}",
    )


def resolve_fallbacks(
    agent: AgentSpec, served: Served, config: KernelConfig, registry: Registry, choice: ProviderChoice | None = None
) -> tuple[tuple[Served, ...], list[str]]:
    """Who else serves the agent, in order and each once; and a warning for each that is not registered."""
    found: dict[Served, None] = {}
    warnings = []
    for fallback in agent.fallbacks:
        try:
            provider = choose_provider(fallback.provider or served.provider, config, registry, choice)
        except NameUnknownError as error:
            near = f" ({error.hint})" if error.near else ""
            warnings.append(
                f"{name_agent(agent.role, agent.name)}: fallback provider {fallback.provider!r} is not registered{near}"
            )
            continue
        found[Served(provider=provider, model=fallback.model or served.model)] = None
    found.pop(served, None)
    return tuple(found), warnings


class _Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent asks for, before anyone looks what is there."""

    model: str
    provider: str
    base_url: str
    is_configured: bool


def _wish(agent: AgentSpec, config: KernelConfig) -> _Wish:
    override: str | None = getattr(config.system.roles, agent.role)
    model, entry = _follow_aliases(override or agent.base, config)
    provider = str(agent.meta.get("provider") or "") if override is None else ""
    base_url = str(agent.meta.get("base_url") or "") if override is None else ""
    if entry is not None:
        provider = entry.provider or provider
        base_url = entry.base_url or (f"http://127.0.0.1:{entry.port}" if entry.port else base_url)
    is_configured = override is not None or entry is not None
    return _Wish(model=model, provider=provider, base_url=base_url, is_configured=is_configured)


def _is_by_auto(wish: _Wish, config: KernelConfig) -> bool:
    """Whether the provider that `auto` takes serves the agent, at its own address."""
    return wish.provider in ("", AUTO) and config.system.provider == AUTO and not wish.base_url


def _is_replaceable(wish: _Wish, config: KernelConfig) -> bool:
    return _is_by_auto(wish, config) and not wish.is_configured


def _iterate_needs(config: KernelConfig, registry: Registry) -> Iterator[Need]:
    for role in Role:
        for entry in registry.agents(role):
            try:
                wish = _wish(entry.value, config)
            except ConfigError:
                continue
            if _is_by_auto(wish, config):
                yield Need(model=wish.model, is_replaceable=_is_replaceable(wish, config))


def _follow_aliases(base: str, config: KernelConfig) -> tuple[str, ModelEntry | None]:
    last: ModelEntry | None = None
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
