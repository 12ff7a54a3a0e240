"""Answers from a recording that the provider `record` made, exactly and without any server."""

import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from moe_core import (
    Health,
    Message,
    ModelError,
    ModelProvider,
    ModelRefusedError,
    ModelReply,
    ModelRequest,
    ProviderSettings,
    hookimpl,
)
from moe_core.contracts.messages import ReplyPart
from moe_core.contracts.model import SchemaSupport
from moe_core.contracts.wire import JsonObject, from_wire
from moe_kit.serving.recording import Exchange, ExchangeKind, Piece, describe_chat, describe_count
from moe_kit.serving.replaying import GUIDE, Replay, load_replay, make_error

__all__ = ["ReplayProvider", "moe_model_providers"]


class ReplayProvider(ModelProvider):
    """Gives each request the reply, the pieces or the error that it was recorded with, in whatever order it is asked.

    A request that was recorded several times gets its replies in order, then the last one again.

    Options:
        path: The recording; from the current folder.
    """

    name = "replay"
    summary = "Answers from a file that the provider record made, without any server"
    serves_any_model = True

    def __init__(self, settings: ProviderSettings | None = None) -> None:
        super().__init__(settings)
        self._replay: Replay | None = None

    def __repr__(self) -> str:
        return f"<ReplayProvider of {self.settings.options.get('path')}>"

    async def generate(self, request: ModelRequest) -> ModelReply:
        """The recorded reply.

        Raises:
            ModelRefusedError: The recording has none; says what differs from the nearest request that it has.
            ModelError: As it was recorded.
        """
        return self._read_reply(self._find_chat(request, None), request)

    async def generate_structured(self, request: ModelRequest, schema: JsonObject) -> ModelReply:
        """The recorded reply; raises as `generate` does."""
        return self._read_reply(self._find_chat(request, schema), request)

    async def stream(self, request: ModelRequest, schema: JsonObject | None = None) -> AsyncIterator[ReplyPart]:
        """The recorded pieces; the whole reply in one when it was not streamed. Raises as `generate` does."""
        exchange = self._find_chat(request, schema)
        if exchange.error is not None:
            for piece in exchange.pieces:
                yield piece.as_part()
        reply = self._read_reply(exchange, request)
        for piece in exchange.pieces[:-1]:
            yield piece.as_part()
        last = exchange.pieces[-1] if exchange.pieces else Piece(text=reply.text, reasoning=reply.reasoning)
        yield last.as_part(reply)

    async def embed(self, texts: Sequence[str], *, model: str) -> list[list[float]]:
        """The recorded vectors; raises as `generate` does."""
        request = {"model": model, "texts": list(texts)}
        exchange = self._find("embed", request)
        if exchange is None:
            raise self._open().explain("embed", request)
        self._raise_error(exchange, model)
        return from_wire(list[list[float]], exchange.value)

    async def max_context_tokens(self, model: str) -> int:
        """What was recorded."""
        exchange = self._find("max_context_tokens", {"model": model})
        return await super().max_context_tokens(model) if exchange is None else from_wire(int, exchange.value)

    async def count_tokens(self, messages: Sequence[Message], *, model: str) -> int | None:
        """What was recorded; None for messages that were not counted."""
        exchange = self._find("count_tokens", describe_count(messages, model))
        return None if exchange is None else from_wire(int, exchange.value)

    async def schema_support(self, model: str) -> SchemaSupport | None:
        """What was recorded."""
        exchange = self._find("schema_support", {"model": model})
        return None if exchange is None or exchange.value is None else from_wire(SchemaSupport, exchange.value)

    async def health(self) -> Health:
        """Whether the recording can be read."""
        try:
            replay = self._open()
        except ModelError as error:
            return Health(ok=False, detail=f"{error.message}; {error.hint}" if error.hint else error.message)
        return Health(ok=True, detail=f"replays {len(replay.exchanges)} exchanges from {replay.path}")

    async def models(self) -> list[str]:
        """Those that were recorded."""
        return self._open().models()

    def _open(self) -> Replay:
        if self._replay is None:
            path = self.settings.options.get("path")
            if not isinstance(path, str) or not path:
                raise ModelRefusedError(
                    "provider replay lacks its option path",
                    provider=self.name,
                    hint=f"set it in config/providers.yaml: replay: {{options: {{path: recording.jsonl}}}} ({GUIDE})",
                )
            self._replay = load_replay(Path(os.path.expanduser(path)))
        return self._replay

    def _find(self, kind: ExchangeKind, request: JsonObject) -> Exchange | None:
        return self._open().find(kind, request)

    def _find_chat(self, request: ModelRequest, schema: JsonObject | None) -> Exchange:
        described = describe_chat(request, schema)
        exchange = self._find("chat", described)
        if exchange is None:
            raise self._open().explain("chat", described, purpose=str(request.grounding.purpose))
        return exchange

    def _read_reply(self, exchange: Exchange, request: ModelRequest) -> ModelReply:
        self._raise_error(exchange, request.model)
        if exchange.reply is None:
            raise ModelRefusedError(
                f"the recording {self._open().path} has a request without a reply",
                provider=self.name,
                model=request.model,
                hint="remove the line, or record anew",
            )
        return exchange.reply

    def _raise_error(self, exchange: Exchange, model: str) -> None:
        if exchange.error is not None:
            raise make_error(exchange.error, provider=exchange.provider, model=model)


@hookimpl
def moe_model_providers() -> list[type[ModelProvider]]:
    """Replaying."""
    return [ReplayProvider]
