"""Fetching a model through a provider that can."""

from contextlib import aclosing
from difflib import get_close_matches

import anyio

from moe.asking.servers.health import open_provider
from moe.asking.settings import AskingConfig
from moe.contracts.providers import PullListener
from moe_core.contracts.errors import ModelError, ModelMissingError, RequestError
from moe_core.contracts.model import ModelProvider
from moe_core.loading.registry import Registry
from moe_core.routing.model_resolution import list_needs


async def pull_model(
    model: str, registry: Registry, config: AskingConfig, *, provider: str, on_progress: PullListener | None = None
) -> None:
    """Have a provider's server fetch a model.

    Args:
        model: Its name at the server's library.
        registry: What is there.
        config: Where the server is.
        provider: The provider's name.
        on_progress: Told of every step.

    Raises:
        NameUnknownError: No provider has that name.
        RequestError: The provider fetches no models.
        ModelMissingError: The library has no such model; the nearest known names are in the hint.
        ModelError: The server fails or cannot be reached.
    """
    entry = registry.model_providers.get(provider)
    opened = open_provider(entry, registry, config)
    try:
        if not opened.can_pull:
            able = [other.name for other in registry.model_providers if other.value.can_pull]
            hint = f"those that do: {', '.join(able)}" if able else "load the model into its server"
            raise RequestError(f"provider {entry.name} fetches no models", hint=hint)
        try:
            async with aclosing(opened.pull(model)) as steps:
                async for step in steps:
                    if on_progress is not None:
                        on_progress(step)
        except ModelMissingError as error:
            near = await _find_near(model, opened, registry, config)
            error.hint = f"did you mean {' or '.join(near)}?" if near else error.hint
            raise
    finally:
        with anyio.CancelScope(shield=True):
            await opened.close()


async def _find_near(model: str, provider: ModelProvider, registry: Registry, config: AskingConfig) -> list[str]:
    """Known names like this one: what agents want, and what is there already."""
    wanted = [need.model for need in list_needs(config, registry)]
    try:
        there = await provider.models()
    except ModelError:
        there = []
    return get_close_matches(model, list(dict.fromkeys([*wanted, *there])), n=3, cutoff=0.6)
