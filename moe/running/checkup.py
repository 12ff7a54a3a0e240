"""Asking the model providers whether they could answer now."""

from dataclasses import dataclass

import anyio

from moe.running.engine import make_provider_settings
from moe_core.contracts.errors import MoeError
from moe_core.contracts.model import Health, ModelProvider
from moe_core.loading.config import Config
from moe_core.loading.registry import Entry, Registry
from moe_core.routing.serving import Served

CHECK_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderStatus:
    """How one provider is.

    Attributes:
        models: The models that are there; empty when it is not well.
    """

    name: str
    health: Health
    models: tuple[str, ...] = ()


async def check_providers(registry: Registry, config: Config) -> list[ProviderStatus]:
    """Ask every registered provider at once; one that is silent for five seconds counts as unwell."""
    entries = list(registry.model_providers)
    found: dict[str, ProviderStatus] = {}

    async def check(entry: Entry[type[ModelProvider]]) -> None:
        found[entry.full_id] = await _check(entry, config)

    async with anyio.create_task_group() as group:
        for entry in entries:
            group.start_soon(check, entry)
    return [found[entry.full_id] for entry in entries]


async def _check(entry: Entry[type[ModelProvider]], config: Config) -> ProviderStatus:
    try:
        with anyio.fail_after(CHECK_SECONDS):
            provider = entry.value(make_provider_settings(config, Served(provider=entry.name, model="")))
            try:
                health = await provider.health()
                models = await provider.models() if health.ok else []
            finally:
                await provider.close()
        return ProviderStatus(name=entry.name, health=health, models=tuple(models))
    except TimeoutError:
        return _unwell(entry, f"did not answer within {CHECK_SECONDS:.0f} s")
    except MoeError as error:
        return _unwell(entry, error.message)
    except Exception as error:  # noqa: BLE001 - the plugin boundary: a provider's own fault
        return _unwell(entry, " ".join(f"{type(error).__name__}: {error}".split()).strip(": "))


def _unwell(entry: Entry[type[ModelProvider]], detail: str) -> ProviderStatus:
    return ProviderStatus(name=entry.name, health=Health(ok=False, detail=detail))
