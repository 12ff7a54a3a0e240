"""What an OpenAI-compatible server told about itself and its models: asked once, remembered for its address."""

from collections.abc import Mapping, Sequence
from typing import Any

import anyio
import msgspec

from moe_core.contracts.errors import ModelError, ModelTimeoutError
from moe_core.contracts.messages import Message
from moe_core.contracts.model import ModelDescription
from moe_kit.serving.addresses import ServerAddress
from moe_kit.serving.chat import read_count, write_messages
from moe_kit.serving.clock import Clock
from moe_kit.serving.dialects import (
    GENERIC,
    LLAMA_CPP,
    LM_STUDIO,
    OLLAMA,
    Dialect,
    dialect_of_host,
    find_context_tokens,
    recognise,
)
from moe_kit.serving.http import ModelServer
from moe_kit.serving.refusals import Refused

_DETECT_SECONDS = 5.0
UNKNOWN_CONTEXT_TOKENS = 4096  # chosen: nearly all models read as much


class ModelMemory(msgspec.Struct):
    """What was learnt about one model.

    Attributes:
        refused: Parameters it does not take.
        style: How schemas are asked for; "" as long as nothing but the first way was needed.
        context_tokens: How many tokens it reads; 0 when that is not known.
    """

    refused: Refused = msgspec.field(default_factory=Refused)
    style: str = ""
    context_tokens: int = 0


class ServerMemory(msgspec.Struct):
    """What was learnt about one server.

    Attributes:
        dialect: None before it was asked.
        has_tokenizer: False once its endpoint for counting tokens turned out not to be there.
        models: By name.
    """

    dialect: Dialect | None = None
    has_tokenizer: bool = True
    models: dict[str, ModelMemory] = msgspec.field(default_factory=dict)
    lock: anyio.Lock = msgspec.field(default_factory=anyio.Lock)

    def of(self, model: str) -> ModelMemory:
        """The model's facts, empty ones at first."""
        return self.models.setdefault(model, ModelMemory())


class OpenAIInquirer:
    """Asks a server what it is and what its models can."""

    def __init__(self, server: ModelServer, address: ServerAddress) -> None:
        self._server = server
        self._address = address

    async def facts(self, clock: Clock) -> tuple[ServerMemory, Dialect]:
        """The facts, with the dialect found out.

        Raises:
            ModelError: Nothing answers at the address, or it refuses the key.
        """
        facts = self._server.memory(ServerMemory)
        if facts.dialect is None:
            with self._server.guarding(clock, ""), anyio.fail_after(clock.seconds_left):
                await facts.lock.acquire()
            try:
                if facts.dialect is None:
                    facts.dialect = dialect_of_host(self._address.host) or await self._detect(clock)
            finally:
                facts.lock.release()
        return facts, facts.dialect

    async def list_models(self, clock: Clock) -> list[Mapping[str, Any]]:
        """The server's own entries.

        Raises:
            ModelError: It does not answer, or not with a listing.
        """
        answer = await self._server.get(f"{self._address.api}/models", clock=clock)
        entries = _entries(self._server.read_json(answer))
        if entries is None:
            raise self._server.unfit("lists no models")
        facts = self._server.memory(ServerMemory)
        facts.dialect = facts.dialect or dialect_of_host(self._address.host) or recognise(entries) or GENERIC
        return entries

    async def context_tokens(self, model: str, clock: Clock) -> int:
        """How many tokens a model reads, answer included; a cautious guess when the server does not say."""
        try:
            facts, dialect = await self.facts(clock)
            known = facts.of(model)
            if not known.context_tokens:
                known.context_tokens = await self._find_context(model, dialect, clock) or dialect.context_tokens
        except ModelError:
            return UNKNOWN_CONTEXT_TOKENS
        return known.context_tokens or UNKNOWN_CONTEXT_TOKENS

    async def describe(self, model: str, clock: Clock) -> ModelDescription:
        """What the server says of a model itself; llama.cpp alone says something."""
        try:
            _, dialect = await self.facts(clock)
            if dialect is not LLAMA_CPP:
                return ModelDescription()
            entries = await self.list_models(clock)
            props = await self._ask_root("/props", clock)
        except ModelError:
            return ModelDescription()
        named = [entry for entry in entries if name_of(entry) == model] or entries[:1]
        meta = named[0].get("meta") if named else None
        parameters = read_count(meta.get("n_params")) if isinstance(meta, dict) else 0
        return ModelDescription(parameters=parameters, has_chat_template=props.get("chat_template") != "")

    async def count_tokens(self, messages: Sequence[Message], model: str, clock: Clock) -> int | None:
        """Tokens of a whole request, by the server's own tokenizer; None when it offers none."""
        try:
            facts, dialect = await self.facts(clock)
            if not dialect.tokenizer or not facts.has_tokenizer:
                return None
            counted = await (
                self._count_by_template(messages, model, clock)
                if dialect.tokenizer == "llama.cpp"
                else self._count_by_messages(messages, model, clock)
            )
        except ModelError:
            return None
        facts.has_tokenizer = counted is not None
        return counted

    async def _detect(self, clock: Clock) -> Dialect:
        probe = self._server.start_clock(seconds_max=min(_DETECT_SECONDS, clock.seconds_left))
        try:
            answer = await self._server.get(f"{self._address.api}/models", clock=probe)
        except ModelTimeoutError:
            return GENERIC
        if answer.is_success:
            try:
                entries = _entries(self._server.read_json(answer))
            except ModelError:
                return GENERIC
            return recognise(entries or []) or GENERIC
        if answer.status in (401, 403, 429) or (answer.status >= 500 and answer.status != 501):
            raise self._server.failure(answer)
        return GENERIC

    async def _find_context(self, model: str, dialect: Dialect, clock: Clock) -> int:
        if dialect is LLAMA_CPP:
            props = await self._ask_root("/props", clock)
            settings = props.get("default_generation_settings")
            if isinstance(settings, dict) and (size := read_count(settings.get("n_ctx"))):
                return size
        if dialect in (LM_STUDIO, OLLAMA):
            listing = await self._ask_root("/api/v0/models" if dialect is LM_STUDIO else "/api/ps", clock)
            return _size_of(model, _entries(listing.get("data") or listing.get("models")) or [])
        return _size_of(model, await self.list_models(clock))

    async def _ask_root(self, path: str, clock: Clock) -> Mapping[str, Any]:
        answer = await self._server.get(f"{self._address.root}{path}", clock=clock)
        if not answer.is_success:
            return {}
        value = self._server.read_json(answer)
        return value if isinstance(value, dict) else {}

    async def _count_by_template(self, messages: Sequence[Message], model: str, clock: Clock) -> int | None:
        """llama.cpp: write the prompt as the server would, then count it."""
        body: dict[str, Any] = {"model": model, "messages": write_messages(messages)}
        written = await self._server.post(f"{self._address.root}/apply-template", body, clock=clock)
        if not written.is_success:
            return None
        prompt = _field(self._server.read_json(written), "prompt")
        if not isinstance(prompt, str):
            return None
        body = {"model": model, "content": prompt, "add_special": True, "parse_special": True}
        answer = await self._server.post(f"{self._address.root}/tokenize", body, clock=clock)
        if not answer.is_success:
            return None
        tokens = _field(self._server.read_json(answer), "tokens")
        return len(tokens) if isinstance(tokens, list) else None

    async def _count_by_messages(self, messages: Sequence[Message], model: str, clock: Clock) -> int | None:
        """vLLM: it writes the prompt itself, and says how long it is."""
        body = {"model": model, "messages": write_messages(messages), "add_generation_prompt": True}
        answer = await self._server.post(f"{self._address.root}/tokenize", body, clock=clock)
        if not answer.is_success:
            return None
        return read_count(_field(self._server.read_json(answer), "count")) or None


def name_of(entry: Mapping[str, Any]) -> str:
    """A model's name in a listing; Gemini writes it as a path."""
    return str(entry.get("id") or entry.get("name") or entry.get("model") or "").removeprefix("models/")


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _entries(value: Any) -> list[Mapping[str, Any]] | None:
    data = value.get("data") if isinstance(value, dict) else value
    if data is None and isinstance(value, dict) and value.get("object") == "list":
        return []
    if not isinstance(data, list):
        return None
    return [entry for entry in data if isinstance(entry, dict) and name_of(entry)]


def _size_of(model: str, entries: Sequence[Mapping[str, Any]]) -> int:
    named = [entry for entry in entries if model in (name_of(entry), name_of(entry).removesuffix(":latest"))]
    for entry in named or (entries if len(entries) == 1 else []):
        if (size := find_context_tokens(entry)) is not None:
            return size
    return 0
