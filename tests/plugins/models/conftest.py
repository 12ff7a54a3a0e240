"""Model providers from their own files, closed when a test ends."""

import importlib.util
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import ModuleType

import pytest

from moe_core import Message, ModelProvider, ModelRequest, ProviderSettings
from moe_core.testing.values import make_request

FOLDER = Path(__file__).parents[3] / "plugins" / "models"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{name}_under_test", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def plugins() -> Callable[[str], ModuleType]:
    """A provider's plugin by its file's name."""
    loaded = {name: load(name) for name in ("ollama", "openai", "nemotron")}
    return loaded.__getitem__


@pytest.fixture
async def open_provider(plugins: Callable[[str], ModuleType]) -> AsyncIterator[Callable[..., ModelProvider]]:
    """Opens a provider by name: url, api_key=, timeout_seconds=, and its options."""
    opened: list[ModelProvider] = []

    def open_one(
        name: str, url: str = "", *, api_key: str = "", key_variable: str = "", timeout_seconds: float = 20.0, **options
    ) -> ModelProvider:
        settings = ProviderSettings(
            base_url=url,
            api_key=api_key,
            api_key_env=key_variable,
            timeout_seconds=timeout_seconds,
            options=options,
        )
        opened.append(plugins(name).moe_model_providers()[0](settings))
        return opened[-1]

    yield open_one
    for provider in opened:
        await provider.close()


@pytest.fixture
def ask() -> Callable[..., ModelRequest]:
    """A request: text, model=, system=, deadline=, and sampling options."""

    def make(text="Who built the mill?", *, model="tiny", system="", deadline=None, **parameters):
        plain = make_request(text, model=model)
        messages = (Message(role="system", content=system), *plain.messages) if system else plain.messages
        return ModelRequest(
            model=model,
            messages=messages,
            grounding=plain.grounding,
            parameters={"seed": 1, "num_predict": 60, **parameters},
            deadline=deadline,
        )

    return make
