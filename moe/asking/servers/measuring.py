"""Measuring the models of several servers side by side, each once."""

from collections.abc import Iterable, Mapping

import anyio

from moe.asking.servers.capability import MEASURE_SECONDS, choose_mode, find_mismatch, measure_model
from moe.asking.servers.capability_store import CapabilityStore
from moe.asking.servers.providers import open_providers
from moe.asking.settings import AskingConfig
from moe.contracts.capability import Capability, MeasuredModel
from moe_core.contracts.chain import Served
from moe_core.contracts.model import ModelProvider
from moe_core.loading.registry import Registry


def judge_models(found: Mapping[Served, Capability]) -> list[MeasuredModel]:
    """What measurements make of a run."""
    return [
        MeasuredModel(
            served=served,
            found=capability,
            choice=choose_mode(served.model, capability),
            mismatch=find_mismatch(served.model, capability) or "",
        )
        for served, capability in found.items()
    ]


async def measure_models(
    served: Iterable[Served],
    registry: Registry,
    config: AskingConfig,
    store: CapabilityStore,
    *,
    is_fresh: bool = False,
    seconds: float = MEASURE_SECONDS,
) -> dict[Served, Capability]:
    """What models on servers can do; those of providers without a server are taken at their word, and left out.

    Args:
        served: The models.
        registry: The providers.
        config: Where their servers are.
        store: What was measured before, and is now.
        is_fresh: Measure also what was measured before.
        seconds: What each may take.
    """
    wanted = dict.fromkeys(served)
    found: dict[Served, Capability] = {}

    async def measure(one: Served, provider: ModelProvider) -> None:
        endpoint = provider.endpoint()
        if endpoint is None:
            return
        key = {"provider": one.provider, "address": endpoint.address, "model": one.model}
        known = None if is_fresh else store.find(**key)
        if known is None:
            known = await measure_model(provider, one.model, seconds=seconds)
            store.keep(known, **key)
        found[one] = known

    async with open_providers(wanted, config, registry) as providers, anyio.create_task_group() as group:
        for one in wanted:
            group.start_soon(measure, one, providers[one.provider, one.base_url])
    return {one: found[one] for one in wanted if one in found}
