"""Ollama by its own API, which can do more than its OpenAI layer: context sizes, thinking, downloads."""

import os
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from moe_core import Health, ModelError, ModelProvider, ModelRefusedError, ModelRequest, hookimpl
from moe_core.contracts.download import PullProgress
from moe_core.contracts.errors import ModelMissingError
from moe_core.contracts.model import ModelDescription, SchemaSupport
from moe_core.contracts.wire import JsonObject
from moe_kit.serving.answer import Answer
from moe_kit.serving.chat import read_count
from moe_kit.serving.clock import Clock
from moe_kit.serving.dialects import LLAMA_SCHEMA
from moe_kit.serving.failures import map_told_error
from moe_kit.serving.http import Streaming
from moe_kit.serving.ndjson import ObjectReader
from moe_kit.serving.ollama_chat import GatheredChat, write_chat
from moe_kit.serving.ollama_facts import OllamaFacts, OllamaModel, choose_window, greatest_window, read_model
from moe_kit.serving.provider import ASIDE_SECONDS, PROBE_SECONDS, GatheredReply, ServerProvider
from moe_kit.serving.refusals import REFUSALS_MAX, Refused, learn

__all__ = ["OllamaProvider", "PullProgress", "moe_model_providers"]

_PULL_SILENCE_SECONDS = 600.0
"""Checking the digest of a large file takes minutes in which the server says nothing."""


class OllamaProvider(ServerProvider):
    """Asks an Ollama server. Without an address of its own it goes where the variable OLLAMA_HOST says.

    Options:
        num_ctx: Context of every request that does not set its own, and the most that is claimed.
        think: Whether models that can think do so first: true, false, or "low", "medium", "high".
        keep_alive: How long a model stays loaded, such as "10m"; 0 unloads it after each request.
    """

    name = "ollama"
    summary = "Ollama, on this machine or another, by its native API"
    default_url = "http://127.0.0.1:11434"
    start_hint = "start it with: ollama serve"
    can_pull = True

    def find_default_url(self) -> str:
        """What OLLAMA_HOST says, in Ollama's own ways to write it."""
        host = os.environ.get("OLLAMA_HOST", "").strip()
        if not host:
            return self.default_url
        host = f"127.0.0.1{host}" if host.startswith(":") else host
        return host if "://" in host or re.search(r":\d+$", host) else f"{host}:11434"

    async def send(
        self, request: ModelRequest, schema: JsonObject | None, clock: Clock, *, streams: bool
    ) -> tuple[Answer | Streaming, int]:
        """Ask; thinking is left out once a model refuses it, and that is remembered."""
        facts = self.server.memory(OllamaFacts)
        body = await self._write_body(request, schema, clock)
        refused = facts.refused.get(request.model, Refused()).copy()
        url = f"{self.address.root}/api/chat"
        for requests in range(1, REFUSALS_MAX + 1):
            sent = {**refused.apply(body), "stream": streams}
            ask = self.server.open if streams else self.server.post
            got = await ask(url, sent, clock=clock, model=request.model)
            if isinstance(got, Streaming) or got.is_success:
                facts.refused[request.model] = refused
                return got, requests
            optional: dict[str, Any] = {"think": sent["think"]} if "think" in sent else {}
            if requests == REFUSALS_MAX or not learn(refused, optional, got.status, got.body):
                raise await self.failure(got, request.model)
        raise AssertionError("the last request is answered or fails")

    def begin_reply(self) -> GatheredReply:
        """A reply of Ollama's lines."""
        return GatheredChat()

    async def read_pieces(self, opened: Streaming, model: str) -> AsyncGenerator[Mapping[str, Any], None]:
        """The lines, up to the one that is done."""
        async with aclosing(self._lines(opened, model)) as lines:
            async for line in lines:
                yield line
                if line.get("done") is True:
                    await opened.drain()
                    return
        raise self.server.broken_off(model=model)

    def check_whole(self, body: Any, model: str) -> Mapping[str, Any]:
        """A body with a message."""
        if isinstance(body, dict) and isinstance(body.get("message"), dict):
            return body
        if isinstance(body, dict) and body.get("error"):
            raise map_told_error(body, self.server.peer, model=model)
        raise self.server.unfit("has no message", model=model)

    async def list_names(self, clock: Clock) -> list[str]:
        """Names of the models that were pulled."""
        value = self.server.read_json(await self.server.get(f"{self.address.root}/api/tags", clock=clock))
        entries = value.get("models") if isinstance(value, dict) else None
        if not isinstance(entries, list):
            raise self.server.unfit("lists no models: it is no Ollama server")
        return [str(entry["name"]) for entry in entries if isinstance(entry, dict) and entry.get("name")]

    async def embed_batch(self, texts: list[str], *, model: str, clock: Clock) -> Any:
        """Vectors of length 1."""
        body = {"model": model, "input": texts, "truncate": False, **self._keep_alive({})}
        return await self._call("/api/embed", body, clock, model)

    def missing_hint(self, model: str, names: Sequence[str]) -> str:
        """How to get the model, and what there is instead."""
        return f"get it with: moe models pull {model} ({super().missing_hint(model, names)})"

    async def max_context_tokens(self, model: str) -> int:
        """What the model was trained for, as far as the option `num_ctx` or good sense about memory allows."""
        clock = self.server.start_clock(seconds_max=ASIDE_SECONDS)
        try:
            described, in_use = await self.describe(model, clock), await self._loaded_window(model, clock)
        except ModelError:
            described, in_use = OllamaModel(), 0
        return greatest_window(described, configured=read_count(self.settings.options.get("num_ctx")), in_use=in_use)

    async def describe_model(self, model: str) -> ModelDescription:
        """What `/api/show` says of it."""
        try:
            found = await self.describe(model, self.server.start_clock(seconds_max=ASIDE_SECONDS))
        except ModelError:
            return ModelDescription()
        return ModelDescription(parameters=found.parameters, has_chat_template=found.has_chat_template)

    async def schema_support(self, model: str) -> SchemaSupport | None:
        """What llama.cpp's grammars enforce: they are what Ollama uses."""
        return LLAMA_SCHEMA

    async def health(self) -> Health:
        """Whether Ollama runs and has a model."""
        try:
            names = await self.list_names(self.server.start_clock(seconds_max=PROBE_SECONDS))
        except ModelError as error:
            return self.unwell(error)
        if not names:
            detail = f"Ollama at {self.address.root} has no models; get one with: moe models pull llama3.2:3b"
            return Health(ok=False, detail=detail[:200])
        return Health(ok=True, detail=f"Ollama at {self.address.root}")

    async def find_version(self) -> str:
        """What `/api/version` tells."""
        return str(await self.ask_value(f"{self.address.root}/api/version", "version") or "")

    async def describe(self, model: str, clock: Clock | None = None) -> OllamaModel:
        """A model's sizes and capabilities, asked once.

        Raises:
            ModelError: The server cannot be asked, or lacks the model.
        """
        facts = self.server.memory(OllamaFacts)
        if model not in facts.models:
            clock = clock or self.server.start_clock(seconds_max=ASIDE_SECONDS)
            facts.models[model] = read_model(await self._call("/api/show", {"model": model}, clock, model))
        return facts.models[model]

    async def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        """Fetch a model from Ollama's library, telling how far it is; the last step's status is "success".

        Only silence has a limit. Closing the iterator stops the download; what is there is kept.

        Raises:
            ModelMissingError: The library has no such model.
            ModelError: The server fails or cannot be reached.
        """
        clock = self.server.start_clock()
        url = f"{self.address.root}/api/pull"
        opened = await self.server.open(url, {"model": model, "stream": True}, clock=clock, model=model)
        if isinstance(opened, Answer):
            raise _explain_pull(self.server.failure(opened, model=model), model)
        opened.limit_silence(_PULL_SILENCE_SECONDS)
        status = ""
        try:
            async with aclosing(self._lines(opened, model)) as lines:
                async for line in lines:
                    step = read_progress(line)
                    status = step.status
                    yield step
        except ModelError as error:
            raise _explain_pull(error, model) from error
        finally:
            await opened.aclose()
        if status != "success":
            raise self.server.broken_off(model=model)
        self.server.memory(OllamaFacts).models.pop(model, None)

    async def _write_body(self, request: ModelRequest, schema: JsonObject | None, clock: Clock) -> dict[str, Any]:
        try:
            described = await self.describe(request.model, clock)
        except ModelRefusedError:  # others that speak Ollama's protocol do not all describe their models
            described = OllamaModel()
        window = choose_window(
            described,
            request.parameters,
            configured=read_count(self.settings.options.get("num_ctx")),
            used=self.server.memory(OllamaFacts).windows.get(request.model, 0),
            characters=sum(len(message.content) for message in request.messages),
        )
        self.server.memory(OllamaFacts).windows[request.model] = window
        body = write_chat(request, schema, context_tokens=window) | self._keep_alive(request.parameters)
        think = request.parameters.get("think", self.settings.options.get("think"))
        return body if think is None else {**body, "think": think}

    def _keep_alive(self, parameters: JsonObject) -> dict[str, Any]:
        value = parameters.get("keep_alive", self.settings.options.get("keep_alive"))
        return {} if value is None else {"keep_alive": value}

    async def _call(self, path: str, body: JsonObject, clock: Clock, model: str) -> Mapping[str, Any]:
        answer = await self.server.post(f"{self.address.root}{path}", body, clock=clock, model=model)
        if not answer.is_success:
            raise await self.failure(answer, model)
        value = self.server.read_json(answer, model=model)
        if not isinstance(value, dict):
            raise self.server.unfit("is no object", model=model)
        return value

    async def _loaded_window(self, model: str, clock: Clock) -> int:
        """The context that the model is loaded with; 0 when it is not."""
        answer = await self.server.get(f"{self.address.root}/api/ps", clock=clock)
        value = self.server.read_json(answer) if answer.is_success else {}
        entries = value.get("models") if isinstance(value, dict) else None
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and entry.get("name") in (model, f"{model}:latest"):
                return read_count(entry.get("context_length"))
        return 0

    async def _lines(self, opened: Streaming, model: str) -> AsyncGenerator[JsonObject, None]:
        reader, chunk = ObjectReader(), b"-"
        while chunk:
            chunk = await opened.read()
            try:
                lines = list(reader.feed(chunk) if chunk else reader.finish())
            except ValueError as error:
                raise self.server.unfit(f"cannot be read: {error}", model=model) from error
            for line in lines:
                if line.get("error"):
                    raise map_told_error(line, self.server.peer, model=model)
                yield line


def read_progress(line: JsonObject) -> PullProgress:
    """A step of a download from a line of `/api/pull`."""
    return PullProgress(
        status=str(line.get("status") or ""),
        digest=str(line.get("digest") or ""),
        completed=read_count(line.get("completed")),
        total=read_count(line.get("total")),
    )


def _explain_pull(error: ModelError, model: str) -> ModelError:
    """A name that the library does not know comes as a missing file."""
    if "does not exist" not in error.message and not isinstance(error, ModelMissingError):
        return error
    return ModelMissingError(
        f"Ollama's library has no model {model!r}",
        provider=OllamaProvider.name,
        model=model,
        hint="check its spelling and its tag, as in llama3.2:3b",
    )


@hookimpl
def moe_model_providers() -> list[type[ModelProvider]]:
    """Ollama."""
    return [OllamaProvider]
