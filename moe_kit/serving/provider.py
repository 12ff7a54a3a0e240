"""The base of providers that ask a model server: one call, whole or streamed, from request to reply."""

import difflib
import os
import time
from abc import abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, ClassVar, Protocol

from moe_core.contracts.errors import ModelError, ModelMissingError
from moe_core.contracts.messages import ModelReply, ModelRequest, ReplyPart, Usage
from moe_core.contracts.model import Endpoint, Health, ModelProvider, ProviderSettings
from moe_core.contracts.wire import JsonObject
from moe_kit.serving.addresses import parse_address
from moe_kit.serving.answer import Answer
from moe_kit.serving.chat import FinishReason, read_object
from moe_kit.serving.clock import Clock
from moe_kit.serving.dialects import key_variable_of
from moe_kit.serving.embeddings import BATCH, read_vectors
from moe_kit.serving.http import ModelServer, Streaming
from moe_kit.serving.peer import Peer, check_variable, clean_key
from moe_kit.serving.reasoning import ReasoningSplitter, split_reasoning

PROBE_SECONDS = 5.0
"""For questions about the server's health."""
ASIDE_SECONDS = 10.0
"""For questions about its models."""
_NAMES_SECONDS = 2.0
_LONGEST_DETAIL = 200


class GatheredReply(Protocol):
    """A reply as it adds up from bodies of a server's own shape."""

    def add(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """Take a body or a piece; gives what it brought of content and of reasoning."""

    def reason(self) -> FinishReason:
        """Why the reply ends."""

    def usage(self, seconds: float, *, requests: int) -> Usage:
        """What the reply cost."""


class ServerProvider(ModelProvider):
    """Asks one server.

    Attributes:
        default_url: Where the server is when the settings do not say.
        start_hint: How to start such a server on this machine.
        address: Where it is.
        server: What speaks to it.
    """

    default_url: ClassVar[str] = ""
    start_hint: ClassVar[str] = ""

    def __init__(self, settings: ProviderSettings | None = None) -> None:
        super().__init__(settings)
        self.address = parse_address(self.settings.base_url or self.find_default_url(), provider=self.name)
        key, variable = self._find_key()
        peer = Peer(
            provider=self.name,
            url=self.address.root,
            start_hint=self.start_hint if self.address.is_loopback else "",
            api_key=clean_key(key, provider=self.name, key_variable=variable),
            key_variable=variable,
        )
        self.server = ModelServer(peer, timeout_seconds=self.settings.timeout_seconds)
        default = parse_address(self.default_url, provider=self.name) if self.default_url else None
        self._endpoint = Endpoint(
            address=self.address.root,
            is_local=self.address.is_loopback,
            is_default=self.address == default,
            sends_key=bool(peer.api_key),
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.address.root}>"

    def endpoint(self) -> Endpoint:
        """Where the server is, as the settings or the provider's default say."""
        return self._endpoint

    def find_default_url(self) -> str:
        """Where the server is when the settings do not say."""
        return self.default_url

    @abstractmethod
    async def send(
        self, request: ModelRequest, schema: JsonObject | None, clock: Clock, *, streams: bool
    ) -> tuple[Answer | Streaming, int]:
        """Ask, in other words when the server refuses some by name; gives a success and how many requests it took.

        Raises:
            ModelError: There is none.
        """

    @abstractmethod
    def begin_reply(self) -> GatheredReply:
        """A new, empty reply."""

    @abstractmethod
    def read_pieces(self, opened: Streaming, model: str) -> AsyncGenerator[Mapping[str, Any], None]:
        """The pieces of a streamed answer, until it says that it is finished.

        Raises:
            ModelError: It breaks off, tells an error, or is none.
        """

    @abstractmethod
    def check_whole(self, body: Any, model: str) -> Mapping[str, Any]:
        """The body of a whole answer.

        Raises:
            ModelError: It tells an error, or is none.
        """

    @abstractmethod
    async def list_names(self, clock: Clock) -> list[str]:
        """Names of the models that are there.

        Raises:
            ModelError: The server does not list them.
        """

    @abstractmethod
    async def embed_batch(self, texts: list[str], *, model: str, clock: Clock) -> Any:
        """The server's answer for some texts, as JSON.

        Raises:
            ModelError: There is none.
        """

    def missing_hint(self, model: str, names: Sequence[str]) -> str:
        """What to do about a model that is not there."""
        near = difflib.get_close_matches(model, names, n=3, cutoff=0.4) or list(names[:3])
        return f"it has {', '.join(near)}" if near else "it lists no models"

    async def generate(self, request: ModelRequest) -> ModelReply:
        """Answer in prose."""
        return await self._ask(request, None)

    async def generate_structured(self, request: ModelRequest, schema: JsonObject) -> ModelReply:
        """Answer in the schema's form; `data` is set when the text is one JSON object and was not cut off."""
        return await self._ask(request, schema)

    async def stream(self, request: ModelRequest, schema: JsonObject | None = None) -> AsyncIterator[ReplyPart]:
        """Answer piece by piece; reasoning comes apart from the text."""
        clock, started = self.server.start_clock(request.deadline), time.monotonic()
        opened, requests = await self.send(request, schema, clock, streams=True)
        assert isinstance(opened, Streaming)
        gathered, splitter = self.begin_reply(), ReasoningSplitter()
        answer, reasoning = "", ""
        try:
            async with aclosing(self.read_pieces(opened, request.model)) as pieces:
                async for piece in pieces:
                    content, thought = gathered.add(piece)
                    split = splitter.feed(content)
                    if split.restarts:
                        answer, reasoning = "", reasoning + answer
                    answer, reasoning = answer + split.answer, reasoning + thought + split.reasoning
                    if split.restarts or split.answer or split.reasoning or thought:
                        yield ReplyPart(text=split.answer, reasoning=thought + split.reasoning, restarts=split.restarts)
        finally:
            await opened.aclose()
        last = splitter.finish()
        usage = gathered.usage(time.monotonic() - started, requests=requests)
        whole = answer + last.answer, reasoning + last.reasoning
        reply = self._reply(gathered, *whole, request, schema, usage)
        yield ReplyPart(text=last.answer, reasoning=last.reasoning, reply=reply)

    async def embed(self, texts: Sequence[str], *, model: str) -> list[list[float]]:
        """Vectors of shape (texts, dimensions), asked for in batches.

        Raises:
            ModelRefusedError: The server makes none.
            ModelError: As for `generate`.
        """
        vectors: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            batch = list(texts[start : start + BATCH])
            value = await self.embed_batch(batch, model=model, clock=self.server.start_clock())
            try:
                vectors += read_vectors(value, count=len(batch))
            except ValueError as error:
                raise self.server.unfit(str(error), model=model) from error
        return vectors

    async def models(self) -> list[str]:
        """Names as the server lists them.

        Raises:
            ModelError: It does not.
        """
        return await self.list_names(self.server.start_clock(seconds_max=ASIDE_SECONDS))

    async def ask_value(self, url: str, name: str) -> Any:
        """One value of the object that the server answers with at a URL; None when there is none.

        Raises:
            ModelError: No answer came.
        """
        answer = await self.server.get(url, clock=self.server.start_clock(seconds_max=PROBE_SECONDS))
        value = self.server.read_json(answer) if answer.is_success else None
        return value.get(name) if isinstance(value, dict) else None

    async def close(self) -> None:
        """Give back connections."""
        await self.server.close()

    def _find_key(self) -> tuple[str, str]:
        """The key and the variable it comes from; a customary variable's key goes to the service it is for alone."""
        if self.settings.api_key or self.settings.api_key_env:
            check_variable(self.settings.api_key_env, provider=self.name)
            return self.settings.api_key, self.settings.api_key_env
        variable = key_variable_of(self.address)
        return os.environ.get(variable, ""), variable

    def unwell(self, error: ModelError) -> Health:
        """A failure as the state of the server, with the remedy when there is room for it."""
        detail = f"{error.message}; {error.hint}" if error.hint else error.message
        return Health(ok=False, detail=detail if len(detail) <= _LONGEST_DETAIL else error.message[:_LONGEST_DETAIL])

    async def failure(self, answer: Answer, model: str) -> ModelError:
        """The error that an answer stands for; when the model is missing it names the nearest."""
        error = self.server.failure(answer, model=model)
        if isinstance(error, ModelMissingError):
            try:
                names = await self.list_names(self.server.start_clock(seconds_max=_NAMES_SECONDS))
            except ModelError:
                names = []
            error.hint = self.missing_hint(model, names)
        return error

    async def _ask(self, request: ModelRequest, schema: JsonObject | None) -> ModelReply:
        clock, started = self.server.start_clock(request.deadline), time.monotonic()
        answer, requests = await self.send(request, schema, clock, streams=False)
        assert isinstance(answer, Answer)
        gathered = self.begin_reply()
        body = self.check_whole(self.server.read_json(answer, model=request.model), request.model)
        content, thought = gathered.add(body)
        text, inner = split_reasoning(content)
        usage = gathered.usage(time.monotonic() - started, requests=requests)
        return self._reply(gathered, text, thought or inner, request, schema, usage)

    def _reply(
        self,
        gathered: GatheredReply,
        text: str,
        reasoning: str,
        request: ModelRequest,
        schema: JsonObject | None,
        usage: Usage,
    ) -> ModelReply:
        reason = gathered.reason()
        return ModelReply(
            text=text,
            data=read_object(text) if schema is not None and reason != "length" else None,
            usage=usage,
            model=request.model,
            finish_reason=reason,
            reasoning=reasoning.strip(),
        )
