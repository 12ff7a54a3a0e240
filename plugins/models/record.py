"""Records what is said to another provider, and what it answers, for `replay` to repeat."""

import os
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import anyio
import msgspec

from moe_core import (
    Health,
    Message,
    ModelProvider,
    ModelRefusedError,
    ModelReply,
    ModelRequest,
    MoeError,
    ProviderSettings,
    hookimpl,
)
from moe_core.contracts.messages import ReplyPart
from moe_core.contracts.model import Endpoint, ModelDescription, SchemaSupport
from moe_core.contracts.wire import JsonObject, to_wire
from moe_kit.serving.recording import (
    Exchange,
    ExchangeRecorder,
    Piece,
    RecordedError,
    describe_chat,
    describe_count,
    describe_error,
)

__all__ = ["RecordProvider", "moe_model_providers"]

T = TypeVar("T")

_LEFT = RecordedError(code="model_timeout", message="whoever asked left before the answer was complete")
_HINT = "set them in config/providers.yaml: record: {options: {of: ollama, path: recording.jsonl}}"


class RecordProvider(ModelProvider):
    """Hands everything to another provider, and writes down each exchange. Keys never get into the file.

    Options:
        of: The provider that answers, by its name; it has its own settings.
        path: The file that is added to, a line of JSON an exchange; from the current folder.
    """

    name = "record"
    summary = "Stands before another provider and writes each exchange to a file, for replay"

    def __init__(self, settings: ProviderSettings | None = None) -> None:
        super().__init__(settings)
        self._inner: ModelProvider | None = None
        self._recorder: ExchangeRecorder | None = None
        self._facts: dict[str, object] = {}

    def __repr__(self) -> str:
        return f"<RecordProvider of {self.settings.options.get('of')} to {self.settings.options.get('path')}>"

    async def generate(self, request: ModelRequest) -> ModelReply:
        """What the other provider answers."""
        return await self._ask(request, None, self._other().generate(request))

    async def generate_structured(self, request: ModelRequest, schema: JsonObject) -> ModelReply:
        """What the other provider answers."""
        return await self._ask(request, schema, self._other().generate_structured(request, schema))

    async def stream(self, request: ModelRequest, schema: JsonObject | None = None) -> AsyncIterator[ReplyPart]:
        """What the other provider answers, piece by piece."""
        parts = self._other().stream(request, schema)
        exchange, pieces = self._begin(request, schema), list[Piece]()
        is_written = False
        try:
            async for part in parts:
                pieces.append(Piece.of(part))
                if part.reply is not None:
                    is_written = True
                    self._write(msgspec.structs.replace(exchange, pieces=tuple(pieces), reply=part.reply))
                yield part
        except Exception as error:
            if not is_written:
                is_written = True
                self._write(msgspec.structs.replace(exchange, pieces=tuple(pieces), error=describe_error(error)))
            raise
        finally:
            if not is_written:
                self._write(msgspec.structs.replace(exchange, pieces=tuple(pieces), error=_LEFT))
            close = getattr(parts, "aclose", None)
            if close is not None:
                await close()

    async def embed(self, texts: Sequence[str], *, model: str) -> list[list[float]]:
        """What the other provider answers."""
        exchange = Exchange(kind="embed", provider=self._other().name, request={"model": model, "texts": list(texts)})
        vectors = await self._told(exchange, self._other().embed(texts, model=model))
        self._write(msgspec.structs.replace(exchange, value=vectors))
        return vectors

    async def max_context_tokens(self, model: str) -> int:
        """What the other provider says."""
        tokens = await self._other().max_context_tokens(model)
        self._note(Exchange(kind="max_context_tokens", request={"model": model}, value=tokens))
        return tokens

    async def count_tokens(self, messages: Sequence[Message], *, model: str) -> int | None:
        """What the other provider says."""
        tokens = await self._other().count_tokens(messages, model=model)
        if tokens is not None:
            self._note(Exchange(kind="count_tokens", request=describe_count(messages, model), value=tokens))
        return tokens

    async def describe_model(self, model: str) -> ModelDescription:
        """What the other provider says."""
        return await self._other().describe_model(model)

    async def schema_support(self, model: str) -> SchemaSupport | None:
        """What the other provider says."""
        support = await self._other().schema_support(model)
        value = None if support is None else {**to_wire(support), "keywords": sorted(support.keywords)}
        self._note(Exchange(kind="schema_support", request={"model": model}, value=value))
        return support

    async def health(self) -> Health:
        """How the other provider is."""
        try:
            health = await self._other().health()
        except MoeError as error:
            return Health(ok=False, detail=f"{error.message}; {error.hint}" if error.hint else error.message)
        return replace(health, detail=f"records to {self.settings.options['path']}: {health.detail}")

    async def models(self) -> list[str]:
        """Those of the other provider."""
        return await self._other().models()

    def endpoint(self) -> Endpoint | None:
        """Where the other provider's server is."""
        try:
            return self._other().endpoint()
        except MoeError:  # its options are wrong, which health tells
            return None

    async def close(self) -> None:
        """Close the other provider."""
        if self._inner is not None:
            await self._inner.close()

    def _other(self) -> ModelProvider:
        if self._inner is None:
            name, path = (self.settings.options.get(key) for key in ("of", "path"))
            if not (isinstance(name, str) and name and isinstance(path, str) and path):
                missing = "path" if name else "of"
                raise ModelRefusedError(f"provider record lacks its option {missing}", provider=self.name, hint=_HINT)
            if name.rpartition(":")[2] == self.name or self.settings.open_provider is None:
                raise ModelRefusedError(f"provider record cannot record {name!r}", provider=self.name, hint=_HINT)
            self._inner = self.settings.open_provider(name)
            # Whoever holds calls to a time does so by this one's settings: `endpoint` is asked before them.
            self.settings = replace(self.settings, timeout_seconds=self._inner.settings.timeout_seconds)
            secrets = (self._inner.settings.api_key, self.settings.api_key)
            self._recorder = ExchangeRecorder(Path(os.path.expanduser(path)), secrets)
        return self._inner

    def _begin(self, request: ModelRequest, schema: JsonObject | None) -> Exchange:
        return Exchange(
            kind="chat",
            provider=self._other().name,
            purpose=str(request.grounding.purpose),
            request=describe_chat(request, schema),
        )

    async def _ask(self, request: ModelRequest, schema: JsonObject | None, call: Awaitable[ModelReply]) -> ModelReply:
        exchange = self._begin(request, schema)
        reply = await self._told(exchange, call)
        self._write(msgspec.structs.replace(exchange, reply=reply))
        return reply

    async def _told(self, exchange: Exchange, call: Awaitable[T]) -> T:
        """The call's result; a failure is written down."""
        try:
            return await call
        except anyio.get_cancelled_exc_class():
            self._write(msgspec.structs.replace(exchange, error=_LEFT))
            raise
        except Exception as error:
            self._write(msgspec.structs.replace(exchange, error=describe_error(error)))
            raise

    def _note(self, exchange: Exchange) -> None:
        """Write down a fact, once as long as it stays the same."""
        if self._facts.get(exchange.key, self) != exchange.value:
            self._facts[exchange.key] = exchange.value
            self._write(msgspec.structs.replace(exchange, provider=self._other().name))

    def _write(self, exchange: Exchange) -> None:
        assert self._recorder is not None, "it is made with the other provider"
        self._recorder.write(exchange)


@hookimpl
def moe_model_providers() -> list[type[ModelProvider]]:
    """Recording."""
    return [RecordProvider]
