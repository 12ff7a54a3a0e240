"""Opening the providers that a chain needs: settings from the configuration, one instance a server."""

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace

import anyio

from moe.asking.settings import AskingConfig, ProviderEntry
from moe_core.contracts.chain import Served
from moe_core.contracts.errors import ConfigError
from moe_core.contracts.model import ModelProvider, ProviderSettings
from moe_core.loading.registry import Registry
from moe_kit.serving.addresses import parse_address

ServerKey = tuple[str, str]  # provider, and the address that a chain gives ("" for the provider's own)


@asynccontextmanager
async def open_providers(
    served: Iterable[Served], config: AskingConfig, registry: Registry
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


def make_provider_settings(config: AskingConfig, served: Served, registry: Registry) -> ProviderSettings:
    """What the configuration says about a provider, its key taken from the environment.

    A key belongs to the server whose address stands beside it: an agent that names another one goes there without it.

    Raises:
        ConfigError: The entry names a key, and no server that it is for.
    """

    def open_provider(name: str) -> ModelProvider:
        other = registry.model_providers.get(name)
        return other.value(make_provider_settings(config, replace(served, provider=other.name), registry))

    entry = config.providers.providers.get(served.provider, ProviderEntry())
    variable = entry.api_key_env if _is_meant(entry, served) else ""
    return ProviderSettings(
        base_url=served.base_url or entry.base_url,
        api_key=os.environ.get(variable, "") if variable else "",
        api_key_env=variable,
        timeout_seconds=entry.timeout_seconds,
        options={"evidence_coverage": config.thresholds.evidence_coverage, **entry.options},
        open_provider=open_provider,
    )


def _is_meant(entry: ProviderEntry, served: Served) -> bool:
    """Whether the entry's key is for the server that is asked: the same scheme, host and port."""
    if not entry.api_key_env:
        return False
    if not entry.base_url:
        where = f"providers.{served.provider}.api_key_env"
        raise ConfigError(
            f"{where} names a key, but its entry names no server that the key is for",
            source="config/providers.yaml",
            key=where,
            hint="write base_url beside it, in the same file",
        )
    if not served.base_url:
        return True
    theirs, ours = (parse_address(url, provider=served.provider) for url in (entry.base_url, served.base_url))
    return theirs.origin == ours.origin
