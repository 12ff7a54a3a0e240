"""The base of providers that speak the OpenAI chat protocol, whatever server is behind it."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, ClassVar

from moe_core.contracts.errors import ContextOverflowError, ModelError, ModelRefusedError
from moe_core.contracts.messages import Message, ModelRequest
from moe_core.contracts.model import Health, ModelDescription, ProviderSettings, SchemaSupport
from moe_core.contracts.wire import JsonObject
from moe_kit.serving.answer import Answer
from moe_kit.serving.chat import Gathered, write_body, write_schema
from moe_kit.serving.clock import Clock
from moe_kit.serving.dialects import LLAMA_CPP, NO_SCHEMA, VLLM, Dialect, dialect_of_host
from moe_kit.serving.failures import map_told_error
from moe_kit.serving.http import Streaming
from moe_kit.serving.negotiation import Offer
from moe_kit.serving.openai_facts import OpenAIInquirer, name_of
from moe_kit.serving.provider import ASIDE_SECONDS, PROBE_SECONDS, GatheredReply, ServerProvider
from moe_kit.serving.sse import EventReader, ServerEvent


class OpenAIProtocolProvider(ServerProvider):
    """Speaks to one server; subclasses say where it is by default and what is special about it.

    Options:
        think: Whether models that can think do so first: true, false, or an effort such as "low".
        context_tokens: How many tokens the models read, when the server does not say or says it wrongly.

    Attributes:
        styles: The ways to ask for a schema, tried in this order: "json_schema", "nvext", "json_object", "none".
    """

    default_url = "http://127.0.0.1:8080/v1"
    styles: ClassVar[tuple[str, ...]] = ("json_schema", "json_object", "none")

    def __init__(self, settings: ProviderSettings | None = None) -> None:
        super().__init__(settings)
        self._inquirer = OpenAIInquirer(self.server, self.address)

    def write_body(self, request: ModelRequest, dialect: Dialect) -> dict[str, Any]:
        """The request's body without its schema; subclasses add what is special."""
        think = request.parameters.get("think", self.settings.options.get("think"))
        return write_body(request, dialect, think=think)

    def write_style(self, style: str, schema: JsonObject, dialect: Dialect) -> dict[str, Any]:
        """What asks for the schema in one of the `styles`."""
        match style:
            case "json_schema":
                return {"response_format": write_schema(schema, dialect)}
            case "nvext":
                return {"nvext": {"guided_json": schema}}
            case "json_object":
                return {"response_format": {"type": "json_object"}}
        return {}

    async def send(
        self, request: ModelRequest, schema: JsonObject | None, clock: Clock, *, streams: bool
    ) -> tuple[Answer | Streaming, int]:
        """Ask; parameters and ways to ask for a schema that the server refuses by name are left out, and remembered."""
        self.check_key()
        facts, dialect = await self._inquirer.facts(clock)
        body = self.write_body(request, dialect)
        if streams:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        styles = {} if schema is None else {name: self.write_style(name, schema, dialect) for name in self.styles}
        offer = Offer(body, styles, facts.of(request.model))
        url = f"{self.address.api}/chat/completions"
        while True:
            ask = self.server.open if streams else self.server.post
            got = await ask(url, offer.write(), clock=clock, model=request.model)
            if isinstance(got, Streaming) or got.is_success:
                offer.remember()
                return got, offer.requests
            if not offer.amend(got.status, got.body):
                error = await self.failure(got, request.model)
                if isinstance(error, ContextOverflowError) and error.context_tokens:
                    facts.of(request.model).context_tokens = error.context_tokens
                raise error

    def begin_reply(self) -> GatheredReply:
        """A reply of choices."""
        return Gathered()

    async def read_pieces(self, opened: Streaming, model: str) -> AsyncGenerator[Mapping[str, Any], None]:
        """The data of the server's events, up to [DONE]."""
        if opened.media_type == "application/json":  # a server that does not stream
            yield self.check_whole(self._decode(await opened.read_all(), model), model)
            return
        reader, is_finished, chunk = EventReader(), False, b"-"
        while chunk:
            chunk = await opened.read()
            try:
                events = list(reader.feed(chunk) if chunk else reader.finish())
            except ValueError as error:
                raise self.server.unfit(f"cannot be read: {error}", model=model) from error
            for event in events:
                if event.data.strip() == "[DONE]":
                    await opened.drain()
                    return
                body = self._check_event(event, model)
                is_finished = is_finished or _finishes(body)
                yield body
        if not is_finished:
            raise self.server.broken_off(model=model)

    def check_whole(self, body: Any, model: str) -> Mapping[str, Any]:
        """A body with choices."""
        if isinstance(body, dict) and isinstance(body.get("choices"), list) and body["choices"]:
            return body
        if isinstance(body, dict) and body.get("error"):
            raise map_told_error(body, self.server.peer, model=model)
        raise self.server.unfit("has no choices", model=model)

    async def list_names(self, clock: Clock) -> list[str]:
        """Names in the server's listing."""
        self.check_key()
        return [name_of(entry) for entry in await self._inquirer.list_models(clock)]

    async def embed_batch(self, texts: list[str], *, model: str, clock: Clock) -> Any:
        """The answer of the server's embeddings endpoint."""
        self.check_key()
        body = {"model": model, "input": texts}
        answer = await self.server.post(f"{self.address.api}/embeddings", body, clock=clock, model=model)
        if not answer.is_success:
            raise await self.failure(answer, model)
        return self.server.read_json(answer, model=model)

    async def max_context_tokens(self, model: str) -> int:
        """What the option `context_tokens` says, else what the server says, else a cautious guess."""
        configured = self.settings.options.get("context_tokens")
        if isinstance(configured, int) and configured > 0:
            return configured
        return await self._inquirer.context_tokens(model, self.server.start_clock(seconds_max=ASIDE_SECONDS))

    async def count_tokens(self, messages: Sequence[Message], *, model: str) -> int | None:
        """By llama.cpp's or vLLM's own tokenizer; None with other servers, or when it fails."""
        clock = self.server.start_clock(seconds_max=ASIDE_SECONDS)
        return await self._inquirer.count_tokens(messages, model, clock)

    async def describe_model(self, model: str) -> ModelDescription:
        """What llama.cpp says of a model; other servers say nothing."""
        return await self._inquirer.describe(model, self.server.start_clock(seconds_max=ASIDE_SECONDS))

    async def schema_support(self, model: str) -> SchemaSupport | None:
        """What the server's kind enforces; nothing, once it has refused schemas for this model."""
        try:
            facts, dialect = await self._inquirer.facts(self.server.start_clock(seconds_max=ASIDE_SECONDS))
        except ModelError:
            return NO_SCHEMA
        return NO_SCHEMA if facts.of(model).style in ("json_object", "none") else dialect.schema

    async def health(self) -> Health:
        """Whether the server lists a model."""
        clock = self.server.start_clock(seconds_max=PROBE_SECONDS)
        try:
            names = await self.list_names(clock)
            _, dialect = await self._inquirer.facts(clock)
        except ModelError as error:
            return self.unwell(error)
        if not names:
            return Health(ok=False, detail=f"{dialect.name} at {self.address.root} has no models")
        return Health(ok=True, detail=f"{dialect.name} at {self.address.root}")

    async def find_version(self) -> str:
        """What llama.cpp and vLLM tell in places of their own."""
        _, dialect = await self._inquirer.facts(self.server.start_clock(seconds_max=PROBE_SECONDS))
        places = {LLAMA_CPP.name: ("props", "build_info"), VLLM.name: ("version", "version")}
        if dialect.name not in places:
            return ""
        path, name = places[dialect.name]
        return str(await self.ask_value(f"{self.address.root}/{path}", name) or "")

    def check_key(self) -> None:
        """Insist on a key where nothing works without.

        Raises:
            ModelRefusedError: A hosted service, and no key.
        """
        peer = self.server.peer
        if dialect_of_host(self.address.host) is not None and not peer.api_key:
            raise ModelRefusedError(f"{peer.label} wants a key", provider=self.name, hint=peer.key_hint)

    def _check_event(self, event: ServerEvent, model: str) -> Mapping[str, Any]:
        body = self._decode(event.data, model)
        if event.kind == "error" or not isinstance(body, dict) or body.get("error"):
            raise map_told_error(body, self.server.peer, model=model)
        return body

    def _decode(self, text: str | bytes, model: str) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self.server.unfit("is no JSON", model=model) from error


def _finishes(body: Mapping[str, Any]) -> bool:
    choices = body.get("choices")
    return isinstance(choices, list) and any(
        isinstance(choice, dict) and choice.get("finish_reason") for choice in choices
    )
