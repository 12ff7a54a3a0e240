"""Opening the providers that a chain needs: settings from the configuration, one instance a server."""

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace

import anyio

from moe_core.contracts.chain import Served
from moe_core.contracts.model import ModelProvider, ProviderSettings
from moe_core.loading.config.settings import Config, ProviderEntry
from moe_core.loading.registry import Registry

ServerKey = tuple[str, str]  # provider, and the address that a chain gives ("" for the provider's own)


@asynccontextmanager
async def open_providers(
    served: Iterable[Served], config: Config, registry: Registry
) -> AsyncIterator[dict[ServerKey, ModelProvider]]:
    """One instance a provider and server address, closed at the end."""
    providers: dict[ServerKey, ModelProvider] = {}
    try:
        for one in served:
            key = (one.provider, one.base_url)
            if key not in providers:
                entry = registry.model_providers.get(one.provider)
                providers[key] = entry.value(make_provider_settings(config, one, registry))
        yield providers
    finally:
        with anyio.CancelScope(shield=True):
            for provider in providers.values():
                await provider.close()


def make_provider_settings(config: Config, served: Served, registry: Registry) -> ProviderSettings:
    """What the configuration says about a provider, its key taken from the environment.

    A key belongs to the address that it is configured with: an agent that names another one goes there without it.
    """

    def open_provider(name: str) -> ModelProvider:
        other = registry.model_providers.get(name)
        return other.value(make_provider_settings(config, replace(served, provider=other.name), registry))

    entry = config.providers.providers.get(served.provider, ProviderEntry())
    is_elsewhere = bool(served.base_url) and served.base_url.rstrip("/") != entry.base_url.rstrip("/")
    return ProviderSettings(
        base_url=served.base_url or entry.base_url,
        api_key="" if is_elsewhere or not entry.api_key_env else os.environ.get(entry.api_key_env, ""),
        api_key_env=entry.api_key_env,
        timeout_seconds=entry.timeout_seconds,
        options={"evidence_coverage": config.thresholds.evidence_coverage, **entry.options},
        open_provider=open_provider,
    )
