"""What a process learns of the models it asks: how much they read, what their servers enforce, how they count."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from moe.asking.fitting.counting import RatioLearner, TokenCounter
from moe.asking.provider_boundary import contain_provider
from moe_core.contracts.model import ModelProvider, SchemaSupport

T = TypeVar("T")

_Key = tuple[str, str, str]


class ModelFacts(msgspec.Struct, frozen=True):
    """What a server says of a model.

    Attributes:
        context_tokens: What it reads, answer included.
        support: Which part of JSON Schema is enforced; None for all of it.
    """

    context_tokens: int
    support: SchemaSupport | None


class ModelKnowledge:
    """Remembers facts and token ratios by provider, address and model; one a process, for all runs."""

    def __init__(self) -> None:
        self._facts: dict[_Key, ModelFacts] = {}
        self._learners: dict[_Key, RatioLearner] = {}

    def __repr__(self) -> str:
        return f"<ModelKnowledge of {len(self._facts)} models>"

    async def find_facts(
        self,
        provider: ModelProvider,
        model: str,
        hold: Callable[[Callable[[], Awaitable[ModelFacts]]], Awaitable[ModelFacts]],
    ) -> ModelFacts:
        """What the server says of a model, asked once.

        Args:
            provider: Who asks.
            model: Its name on the server.
            hold: Makes the call, with its time limit and retries.

        Raises:
            ModelError: The server cannot be asked.
        """
        key = _make_key(provider, model)
        if key not in self._facts:

            async def ask() -> ModelFacts:
                with contain_provider(provider, model):
                    return ModelFacts(await provider.max_context_tokens(model), await provider.schema_support(model))

            self._facts[key] = await hold(ask)
        return self._facts[key]

    def forget(self, provider: ModelProvider, model: str) -> None:
        """Let the next run ask for a model's facts again: its server failed, and may have told none of them."""
        self._facts.pop(_make_key(provider, model), None)

    def open_counter(self, provider: ModelProvider, model: str) -> TokenCounter:
        """A counter that goes on with what was learnt before."""
        learner = self._learners.setdefault(_make_key(provider, model), RatioLearner())
        return TokenCounter(provider, model=model, learner=learner)


def _make_key(provider: ModelProvider, model: str) -> _Key:
    return provider.name, provider.settings.base_url, model
