"""Model providers: what speaks to a model server, or is one."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from moe_core.contracts.download import PullProgress
from moe_core.contracts.errors import ModelRefusedError
from moe_core.contracts.messages import Message, ModelReply, ModelRequest, ReplyPart
from moe_core.contracts.wire import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """How a provider reaches its server.

    Attributes:
        base_url: The server's address; "" for the provider's default.
        api_key: From where the configuration says it is; never logged.
        api_key_env: The environment variable that the key comes from, or another reference to it (vault:PATH#KEY), for
            messages; "" when none is configured.
        timeout_seconds: For one call.
        options: The provider's own settings, as configured.
        open_provider: Makes another provider by its name, with its own settings and for the same server address as this
            one's agent names; for a provider that stands before another. Whoever opens one closes it. None where there
            is no registry.
    """

    base_url: str = ""
    api_key: str = field(default="", repr=False)
    api_key_env: str = ""
    timeout_seconds: float = 120.0
    options: JsonObject = field(default_factory=dict)
    open_provider: "Callable[[str], ModelProvider] | None" = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaSupport:
    """Which part of JSON Schema a server holds its replies to.

    A schema is cut down to this before it is sent; replies are always checked against the whole one.

    Attributes:
        keywords: Keywords that are enforced; the others are ignored or refused, so they are not sent. Empty when the
            server enforces no schema at all.
        wants_all_required: Every property must be listed as required and `additionalProperties` be false.
        wants_bounds: Open strings and arrays get a greatest length, so that a weak model comes to an end.
    """

    keywords: frozenset[str] = frozenset()
    wants_all_required: bool = False
    wants_bounds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDescription:
    """What a server says of a model itself.

    Attributes:
        parameters: Its weights; 0 when the server does not say.
        has_chat_template: False for a model that only goes on with a text; it was never taught to answer.
    """

    parameters: int = 0
    has_chat_template: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Whether a provider can answer now.

    Attributes:
        ok: It can.
        detail: What it says of itself, or why it cannot.
    """

    ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a provider's server is.

    Attributes:
        address: For people and as a key, without anything secret.
        is_local: On this machine.
        is_default: The provider's own default: nobody has said to use this server.
        sends_key: A key goes with each request, so that one may cost.
    """

    address: str
    is_local: bool = False
    is_default: bool = False
    sends_key: bool = False


class ModelProvider(ABC):
    """Serves models. Plugins bring subclasses; moe makes one instance a run.

    Attributes:
        name: Short name, unique among providers.
        summary: One line for listings.
        is_language_model: Language models answer. False: it answers by rule from a request's evidence, and can do
            nothing without.
        is_free: It asks no server and costs nothing: no budget counts it, and it answers when one is spent.
        is_deterministic: Equal requests get equal replies, at once: none is kept in the cache, none asked for again.
        serves_any_model: It answers whichever model is named; `models` is no list of all that there are.
        is_last_resort: `provider: auto` takes it when nothing before it in the order will do, and asks nobody after it.
        can_pull: Its server fetches models: `pull` is there.
    """

    name: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    is_language_model: ClassVar[bool] = True
    is_free: ClassVar[bool] = False
    is_deterministic: ClassVar[bool] = False
    serves_any_model: ClassVar[bool] = False
    is_last_resort: ClassVar[bool] = False
    can_pull: ClassVar[bool] = False

    def __init__(self, settings: ProviderSettings | None = None) -> None:
        self.settings = settings or ProviderSettings()

    @abstractmethod
    async def generate(self, request: ModelRequest) -> ModelReply:
        """Answer in prose.

        Raises:
            ModelError: One of its kinds; retryable ones say so.
        """

    async def generate_structured(self, request: ModelRequest, schema: JsonObject) -> ModelReply:
        """Answer with a JSON object that matches the schema; as it is, in prose that the caller looks for one in.

        The caller has cut the schema down to `schema_support`, reads `reply.text` when `reply.data` is None, and checks
        either against the whole schema.

        Raises:
            InvalidOutputError: The server says that its answer does not match.
            ModelError: As for `generate`.
        """
        return await self.generate(request)

    async def stream(self, request: ModelRequest, schema: JsonObject | None = None) -> AsyncIterator[ReplyPart]:
        """Answer piece by piece, in the schema's form when there is one.

        The pieces' texts joined, from the last one that `restarts`, are the text of the reply on the last piece.
        Closing the iterator ends the call.

        Raises:
            ModelError: As for `generate`, also after some pieces.
        """
        reply = await (self.generate(request) if schema is None else self.generate_structured(request, schema))
        yield ReplyPart(text=reply.text, reply=reply)

    async def embed(self, texts: Sequence[str], *, model: str) -> list[list[float]]:
        """Vectors of shape (texts, dimensions).

        Raises:
            ModelRefusedError: This provider has no embeddings.
        """
        raise ModelRefusedError(f"provider {self.name} makes no embeddings", provider=self.name, model=model)

    async def max_context_tokens(self, model: str) -> int:
        """How many tokens a request to this model may hold, answer included."""
        return 4096

    async def count_tokens(self, messages: Sequence[Message], *, model: str) -> int | None:
        """Tokens of a request with these messages by the server's own count; None when it has none."""
        return None

    async def schema_support(self, model: str) -> SchemaSupport | None:
        """What of a schema the server enforces for this model; None when it takes any schema as it is."""
        return None

    async def describe_model(self, model: str) -> ModelDescription:
        """What its server says of a model itself; as it is, nothing."""
        return ModelDescription()

    @abstractmethod
    async def health(self) -> Health:
        """Whether a call could succeed now; quick, never raises for a dead server."""

    @abstractmethod
    async def models(self) -> list[str]:
        """Names of the models that are there."""

    def endpoint(self) -> Endpoint | None:
        """Where its server is; None when it has none. Asks nobody."""
        return None

    async def find_version(self) -> str:
        """The server's version in its own words; "" when it does not tell.

        Raises:
            ModelError: It cannot be asked.
        """
        return ""

    def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        """Have the server fetch a model, telling how far it is; closing the generator stops it.

        Raises:
            ModelMissingError: There is no such model.
            ModelError: The server fails or cannot be reached.
            ModelRefusedError: This provider fetches no models.
        """
        raise ModelRefusedError(f"provider {self.name} fetches no models", provider=self.name, model=model)

    async def close(self) -> None:
        """Give back connections."""
