"""Model providers: what speaks to a model server, or is one."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from moe_core.contracts.errors import ModelRefusedError
from moe_core.contracts.messages import ModelReply, ModelRequest
from moe_core.contracts.wire import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """How a provider reaches its server.

    Attributes:
        base_url: The server's address; "" for the provider's default.
        api_key: From the environment; never logged.
        timeout_seconds: For one call.
        options: The provider's own settings, as configured.
    """

    base_url: str = ""
    api_key: str = field(default="", repr=False)
    timeout_seconds: float = 120.0
    options: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Whether a provider can answer now, and why not."""

    ok: bool
    detail: str = ""


class ModelProvider(ABC):
    """Serves models. Plugins bring subclasses; moe makes one instance a run.

    Attributes:
        name: Short name, unique among providers.
        summary: One line for listings.
        needs_evidence: It cannot answer without evidence (no language model inside).
    """

    name: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    needs_evidence: ClassVar[bool] = False

    def __init__(self, settings: ProviderSettings | None = None) -> None:
        self.settings = settings or ProviderSettings()

    @abstractmethod
    async def generate(self, request: ModelRequest) -> ModelReply:
        """Answer in prose.

        Raises:
            ModelError: One of its kinds; retryable ones say so.
        """

    @abstractmethod
    async def generate_structured(self, request: ModelRequest, schema: JsonObject) -> ModelReply:
        """Answer with a JSON object that matches the schema, in `reply.data`.

        Raises:
            InvalidOutputError: The server's answer does not match.
            ModelError: As for `generate`.
        """

    async def stream(self, request: ModelRequest) -> AsyncIterator[str]:
        """Answer piece by piece; the pieces joined are the answer of `generate`."""
        yield (await self.generate(request)).text

    async def embed(self, texts: Sequence[str], *, model: str) -> list[list[float]]:
        """Vectors of shape (texts, dimensions).

        Raises:
            ModelRefusedError: This provider has no embeddings.
        """
        raise ModelRefusedError(f"provider {self.name} makes no embeddings", provider=self.name, model=model)

    async def max_context_tokens(self, model: str) -> int:
        """How many tokens a request to this model may hold, answer included."""
        return 4096

    @abstractmethod
    async def health(self) -> Health:
        """Whether a call could succeed now; quick, never raises for a dead server."""

    @abstractmethod
    async def models(self) -> list[str]:
        """Names of the models that are there."""

    async def close(self) -> None:
        """Give back connections."""
