"""Opening the providers that a chain needs: settings from the configuration, one instance a server."""

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import anyio
import anyio.to_thread

from moe.asking.settings import AskingConfig, ProviderEntry
from moe_core.contracts.chain import Served
from moe_core.contracts.errors import ConfigError
from moe_core.contracts.model import ModelProvider, ProviderSettings
from moe_core.loading.registry import Registry
from moe_core.text.secrets import remember_secret
from moe_kit.secrets.resolver import is_slow, resolve_secret
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
                providers[key] = entry.value(await find_provider_settings(config, one, registry))
        yield providers
    finally:
        with anyio.CancelScope(shield=True):
            for provider in providers.values():
                await provider.close()


async def find_provider_settings(config: AskingConfig, served: Served, registry: Registry) -> ProviderSettings:
    """`make_provider_settings`, in a thread where somebody else is asked for the key."""
    make = partial(make_provider_settings, config, served, registry)
    is_waited_for = any(is_slow(entry.api_key) for entry in config.providers.providers.values())
    return await anyio.to_thread.run_sync(make) if is_waited_for else make()


def make_provider_settings(config: AskingConfig, served: Served, registry: Registry) -> ProviderSettings:
    """What the configuration says about a provider, its key taken from where that says it is.

    A key belongs to the server whose address stands beside it: an agent that names another one goes there without it.

    Raises:
        ConfigError: The entry names a key, and no server that it is for; or the key is not there.
    """

    def open_provider(name: str) -> ModelProvider:
        other = registry.model_providers.get(name)
        return other.value(make_provider_settings(config, replace(served, provider=other.name), registry))

    entry = config.providers.providers.get(served.provider, ProviderEntry())
    is_meant = _is_meant(entry, served)
    variable = entry.api_key_env if is_meant else ""
    key = os.environ.get(variable, "") if variable else ""
    remember_secret(key)
    if is_meant and entry.api_key:
        variable, key = entry.api_key, resolve_secret(entry.api_key, setting=_name_setting(entry, served))
    return ProviderSettings(
        base_url=served.base_url or entry.base_url,
        api_key=key,
        api_key_env=variable,
        timeout_seconds=entry.timeout_seconds,
        options={"evidence_coverage": config.thresholds.evidence_coverage, **entry.options},
        open_provider=open_provider,
    )


def _is_meant(entry: ProviderEntry, served: Served) -> bool:
    """Whether the entry's key is for the server that is asked: the same scheme, host and port."""
    if not entry.key_setting:
        return False
    if not entry.base_url:
        where = _name_setting(entry, served)
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


def _name_setting(entry: ProviderEntry, served: Served) -> str:
    return f"providers.{served.provider}.{entry.key_setting}"
