"""Asking the model providers whether they could answer now."""

import time
from collections.abc import Collection, Iterable, Sequence

import anyio
from msgspec.structs import replace

from moe.asking.servers.providers import ServerKey, find_provider_settings, make_provider_settings
from moe.asking.settings import AskingConfig
from moe.contracts.providers import NOT_NAMED, ProviderStatus, ServerFacts
from moe_core.contracts.chain import Served
from moe_core.contracts.errors import MoeError
from moe_core.contracts.model import Endpoint, Health, ModelProvider
from moe_core.contracts.plugin import Entry
from moe_core.loading.registry import Registry

CHECK_SECONDS = 5.0  # a server that loads a model may take seconds; nobody waits longer for `doctor`


async def check_providers(
    registry: Registry, config: AskingConfig, names: Collection[str] | None = None
) -> list[ProviderStatus]:
    """Ask every registered provider at once, or those of these names; one silent for five seconds counts as unwell."""
    entries = [entry for entry in registry.model_providers if names is None or entry.name in names]
    found: dict[str, ProviderStatus] = {}

    async def check(entry: Entry[type[ModelProvider]]) -> None:
        found[entry.full_id] = await ask_provider(entry, registry, config, seconds=CHECK_SECONDS)

    async with anyio.create_task_group() as group:
        for entry in entries:
            group.start_soon(check, entry)
    return [found[entry.full_id] for entry in entries]


async def check_servers(
    served: Iterable[Served], registry: Registry, config: AskingConfig
) -> dict[ServerKey, ProviderStatus]:
    """Ask the servers at addresses that agents name for themselves."""
    found: dict[ServerKey, ProviderStatus] = {}

    async def check(name: str, base_url: str) -> None:
        entry = registry.model_providers.get(name)
        status = await ask_provider(entry, registry, config, seconds=CHECK_SECONDS, base_url=base_url)
        found[name, base_url] = status

    async with anyio.create_task_group() as group:
        for key in {(one.provider, one.base_url) for one in served if one.base_url}:
            group.start_soon(check, *key)
    return found


async def ask_provider(
    entry: Entry[type[ModelProvider]],
    registry: Registry,
    config: AskingConfig,
    *,
    seconds: float,
    base_url: str = "",
    keeps_to_what_is_named: bool = False,
) -> ProviderStatus:
    """How a provider is; one that breaks or is silent for so long is unwell.

    Args:
        entry: The provider.
        registry: For providers that stand before others.
        config: Its settings.
        seconds: How long it may take.
        base_url: In place of its own address.
        keeps_to_what_is_named: Do not ask a server elsewhere that nobody has said to use: a key in the
            environment does not say so.
    """
    blank, endpoint = ProviderStatus(name=entry.name, health=Health(ok=False)), None
    started = time.monotonic()
    try:
        with anyio.fail_after(seconds):
            provider = await reach_provider(entry, registry, config, base_url=base_url)
            endpoint = provider.endpoint()
            if endpoint is not None:
                is_free = endpoint.is_local or not endpoint.sends_key
                blank = replace(blank, address=endpoint.address, has_free_choice=is_free)
            if keeps_to_what_is_named and not _is_named(provider.name, endpoint, config):
                return _unwell(blank, f"not asked: {NOT_NAMED}")
            try:
                health = await provider.health()
                models = await provider.models() if health.ok else []
            finally:
                with anyio.CancelScope(shield=True):
                    await provider.close()
        return replace(blank, health=health, models=tuple(models), seconds=time.monotonic() - started)
    except TimeoutError:
        where = f" at {blank.address}" if blank.address else ""
        return _unwell(
            replace(blank, seconds=seconds),
            f"{blank.name}{where} did not answer within {seconds:.3g} s{_ask_for_http(endpoint, blank)}",
        )
    except MoeError as error:
        return _unwell(blank, f"{error.message}; {error.hint}" if error.hint else error.message)
    except Exception as error:  # noqa: BLE001 - the plugin boundary: a provider's own fault
        return _unwell(blank, " ".join(f"{type(error).__name__}: {error}".split()).strip(": "))


async def ask_facts(
    entry: Entry[type[ModelProvider]], models: Sequence[str], registry: Registry, config: AskingConfig
) -> ServerFacts:
    """A well server's version and what these of its models read, as far as it tells within five seconds."""
    facts = ServerFacts()
    version = ""
    with anyio.move_on_after(CHECK_SECONDS):
        provider = await reach_provider(entry, registry, config)
        try:
            version = await provider.find_version()
            for model in models:
                facts.context_tokens[model] = await provider.max_context_tokens(model)
        except Exception:  # noqa: BLE001 - the plugin boundary: what it does not tell is left out
            return replace(facts, version=version)
        finally:
            with anyio.CancelScope(shield=True):
                await provider.close()
    return replace(facts, version=version)


async def reach_provider(
    entry: Entry[type[ModelProvider]], registry: Registry, config: AskingConfig, *, base_url: str = ""
) -> ModelProvider:
    """`open_provider`, where others must not wait while somebody is asked for the key."""
    served = Served(provider=entry.name, model="", base_url=base_url)
    return entry.value(await find_provider_settings(config, served, registry))


def open_provider(
    entry: Entry[type[ModelProvider]], registry: Registry, config: AskingConfig, *, base_url: str = ""
) -> ModelProvider:
    """A provider as the configuration sets it up; whoever opens it closes it."""
    served = Served(provider=entry.name, model="", base_url=base_url)
    return entry.value(make_provider_settings(config, served, registry))


def _is_named(name: str, endpoint: Endpoint | None, config: AskingConfig) -> bool:
    """Whether its server is on this machine, or somebody has said where it is or how to use it."""
    if endpoint is None or endpoint.is_local or not endpoint.is_default:
        return True
    return name in config.providers.providers


def _ask_for_http(endpoint: Endpoint | None, blank: ProviderStatus) -> str:
    """What is likely when a server on this machine does not even greet: it waits for plain words."""
    if endpoint is None or not endpoint.is_local or not endpoint.address.startswith("https:"):
        return ""
    return f"; if it speaks plain http, write http:// into providers.{blank.name}.base_url"


def _unwell(blank: ProviderStatus, detail: str) -> ProviderStatus:
    return replace(blank, health=Health(ok=False, detail=detail))
