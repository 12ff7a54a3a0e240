"""Asking the model servers what they have, beside what the agents want."""

from collections.abc import Iterable, Sequence

import anyio

from moe.asking.servers.health import ask_facts, check_providers, check_servers
from moe.asking.settings import AskingConfig
from moe.contracts.providers import MEASURED_MODELS, ProviderStatus, ServerFacts
from moe.contracts.serving import AgentServing, ServerCheck, ServingReport
from moe_core.contracts.chain import Served
from moe_core.contracts.choice import AUTO, ProviderChoice
from moe_core.loading.registry import Registry
from moe_core.routing.stand_ins import has_model


async def examine_servers(
    agents: Sequence[AgentServing], choice: ProviderChoice | None, registry: Registry, config: AskingConfig
) -> ServingReport:
    """Ask every server that a run may ask: how it is, what it has, and what its models read.

    Args:
        agents: Who serves them.
        choice: What `auto` means now.
        registry: The providers.
        config: Where their servers are.
    """
    served = [one.served for one in agents if one.served is not None]
    by_agents = {one.provider for one in served if not one.base_url}
    system = config.system.provider
    by_auto = {AUTO} if choice is None else {AUTO, choice.provider}
    configured = {*config.providers.providers, *(({system} | by_agents) - by_auto)}
    used = configured | by_agents | (set(config.providers.order) if system == AUTO else set())
    statuses = await check_providers(registry, config, used)
    facts = await _ask_all_facts(statuses, registry, config)
    own = await check_servers(served, registry, config)
    by_name = {status.name: status for status in statuses}

    def check(one: Served) -> ServerCheck:
        provider = registry.model_providers.get(one.provider).value
        status = own[one.provider, one.base_url] if one.base_url else by_name[one.provider]
        is_told = bool(status.models) and not provider.serves_any_model
        return ServerCheck(
            status=status,
            is_language_model=provider.is_language_model,
            has_model=not is_told or has_model(one.model, status.models),
            can_pull=provider.can_pull and not one.base_url,
        )

    return ServingReport(
        choice=choice,
        statuses=tuple(statuses),
        facts=facts,
        agents=tuple((one, None if one.served is None else check(one.served)) for one in agents),
        configured=frozenset(configured),
    )


async def _ask_all_facts(
    statuses: Iterable[ProviderStatus], registry: Registry, config: AskingConfig
) -> dict[str, ServerFacts]:
    found: dict[str, ServerFacts] = {}

    async def ask(status: ProviderStatus) -> None:
        entry = registry.model_providers.get(status.name)
        found[status.name] = await ask_facts(entry, status.models[:MEASURED_MODELS], registry, config)

    async with anyio.create_task_group() as group:
        for status in statuses:
            if status.health.ok and status.address:
                group.start_soon(ask, status)
    return found
