"""What every model provider must hold to."""

import json
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any

import jsonschema

from moe_core.contracts.errors import InvalidOutputError, ModelError, ModelRefusedError
from moe_core.contracts.messages import ModelReply, ModelRequest, ReplyPart
from moe_core.contracts.model import Endpoint, Health, ModelProvider, SchemaSupport
from moe_core.contracts.wire import JsonObject
from moe_core.testing.conformance.verdict import ConformanceError, refusing, require, require_introduction, require_line
from moe_core.testing.values import make_evidence, make_request

_EVIDENCE = (
    make_evidence("The Quillon lighthouse was built in 1887 by Ada Merrow.", evidence_id="e1"),
    make_evidence("Ada Merrow also designed the harbour wall of Port Sable.", evidence_id="e2", start=60),
)
_SCHEMA: JsonObject = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}


async def check_provider(
    provider: ModelProvider, *, request: ModelRequest | None = None, schema: JsonObject | None = None
) -> None:
    """Check a provider: its answers when its server is there, its errors when not.

    Args:
        provider: An instance, ready for use; it stays open.
        request: What to ask; by default a question that its evidence answers.
        schema: What a structured answer must match; by default an object with an `answer`.

    Raises:
        ConformanceError: It breaks the contract.
    """
    require(isinstance(provider, ModelProvider), f"{provider!r} is no ModelProvider")
    name = require_introduction(type(provider))
    _check_facts(provider)
    with refusing(f"health() of {name} raised; a dead server is Health(ok=False)"):
        health = await provider.health()
    require(isinstance(health, Health), f"health() of {name} returned {type(health).__name__}, no Health")
    if not health.ok:
        require_line(health.detail, f"the detail of an unhealthy {name}")
        await _check_dead(provider, request or make_request(evidence=_EVIDENCE))
        return
    with refusing(f"models() of {name} raised though its health is ok"):
        models = await provider.models()
    require(isinstance(models, list), f"models() of {name} returned {type(models).__name__}, no list")
    require(all(isinstance(model, str) for model in models), f"models() of {name} holds more than names")
    model = models[0] if models else "none"
    request = request or make_request("Who built the Quillon lighthouse?", evidence=_EVIDENCE, model=model)
    size = await provider.max_context_tokens(model)
    require(isinstance(size, int) and size > 0, f"max_context_tokens() of {name} is {size!r}")
    with refusing(f"find_version() of {name} raised though its health is ok"):
        version = await provider.find_version()
    require(isinstance(version, str), f"find_version() of {name} is {version!r}")
    with refusing(f"count_tokens() of {name} raised though its health is ok"):
        count = await provider.count_tokens(request.messages, model=model)
    require(count is None or (isinstance(count, int) and count > 0), f"count_tokens() of {name} is {count!r}")
    await _check_text(provider, request)
    await _check_structured(provider, request, schema or _SCHEMA)
    await _check_embeddings(provider, model)


def _check_facts(provider: ModelProvider) -> None:
    """What it says of itself without asking anybody."""
    name = provider.name
    facts = ("is_language_model", "is_free", "is_deterministic", "serves_any_model", "is_last_resort", "can_pull")
    for fact in facts:
        value = getattr(provider, fact)
        require(isinstance(value, bool), f"{fact} of {name} is {value!r}, no bool")
    pulls = type(provider).pull is not ModelProvider.pull
    require(pulls == provider.can_pull, f"can_pull of {name} is {provider.can_pull}, and it has pull(): {pulls}")
    with refusing(f"endpoint() of {name} raised"):
        endpoint = provider.endpoint()
    require(endpoint is None or isinstance(endpoint, Endpoint), f"endpoint() of {name} is {endpoint!r}")


async def _check_text(provider: ModelProvider, request: ModelRequest) -> None:
    name = provider.name
    with refusing(f"generate() of {name} raised though its health is ok"):
        reply = await provider.generate(request)
    _check_reply(reply, f"generate() of {name}")
    require(reply.text.strip(), f"generate() of {name} answered with nothing")
    is_told = not reply.is_language_model or provider.is_language_model
    require(is_told, f"generate() of {name} answered by a language model, and the provider says that it has none")
    if provider.is_deterministic:
        again = await provider.generate(request)
        require(again.text == reply.text, f"generate() of {name} is_deterministic, and answered differently")
    await _check_stream(provider, request, None)
    await _check_leaving(provider, request)


async def _check_stream(provider: ModelProvider, request: ModelRequest, schema: JsonObject | None) -> ModelReply:
    """The parts add up to the reply on the last one, and there alone is a reply."""
    what = f"stream() of {provider.name}"
    with refusing(f"{what} raised though its health is ok", but=(InvalidOutputError,)):
        parts = [part async for part in provider.stream(request, schema)]
    require(all(isinstance(part, ReplyPart) for part in parts), f"{what} yields more than ReplyPart")
    final = parts[-1].reply if parts else None
    require(final is not None, f"the last part of {what} carries no reply")
    assert final is not None
    require(all(part.reply is None for part in parts[:-1]), f"{what} carries a reply before its last part")
    begins = max((place for place, part in enumerate(parts) if part.restarts), default=0)
    joined = "".join(part.text for part in parts[begins:])
    require(joined == final.text, f"the parts of {what} joined are not the text of its reply")
    _check_reply(final, what)
    return final


async def _check_leaving(provider: ModelProvider, request: ModelRequest) -> None:
    """Who leaves in the middle of a stream leaves nothing behind that hinders the next call."""
    name = provider.name
    parts = provider.stream(request)
    with refusing(f"stream() of {name} raised when it was closed after its first part"):
        await anext(aiter(parts))
        require(isinstance(parts, AsyncGenerator), f"stream() of {name} cannot be closed; make it an async generator")
        assert isinstance(parts, AsyncGenerator)
        await parts.aclose()
    with refusing(f"generate() of {name} raised after a stream was closed in its middle"):
        await provider.generate(request)


async def _check_structured(provider: ModelProvider, request: ModelRequest, schema: JsonObject) -> None:
    name = provider.name
    with refusing(f"schema_support() of {name} raised though its health is ok"):
        support = await provider.schema_support(request.model)
    require(support is None or isinstance(support, SchemaSupport), f"schema_support() of {name} is {support!r}")
    is_enforced = support is None or bool(support.keywords)
    sentence = f"generate_structured() of {name} raised something that is no InvalidOutputError"
    try:
        with refusing(sentence, but=(InvalidOutputError,)):
            reply = await provider.generate_structured(request, schema)
        _check_reply(reply, f"generate_structured() of {name}")
        _check_schema(reply, schema, f"generate_structured() of {name}", is_enforced=is_enforced)
        streamed = await _check_stream(provider, request, schema)
        _check_schema(streamed, schema, f"stream() of {name} with a schema", is_enforced=is_enforced)
    except InvalidOutputError:
        return


def _check_schema(reply: ModelReply, schema: JsonObject, what: str, *, is_enforced: bool) -> None:
    """An object that matches, in data or in the text; a reply that was cut off, or not held to a schema, may differ."""
    if reply.finish_reason == "length" or (reply.data is None and not is_enforced):
        return
    data = reply.data if reply.data is not None else _parse(reply.text)
    require(isinstance(data, dict), f"{what} answered without an object in data or text")
    errors = [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(data)]
    require(not errors, f"{what} does not match the schema: {'; '.join(errors)}")


def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _check_reply(reply: object, what: str) -> None:
    require(isinstance(reply, ModelReply), f"{what} returned {type(reply).__name__}, no ModelReply")
    assert isinstance(reply, ModelReply)
    require(isinstance(reply.text, str), f"{what} has {reply.text!r} for its text")
    reasons = ("stop", "length", "cancelled")
    require(reply.finish_reason in reasons, f"{what} has the unknown finish_reason {reply.finish_reason!r}")
    usage = reply.usage
    counts = (usage.prompt_tokens, usage.completion_tokens, usage.requests, usage.seconds)
    require(all(count >= 0 for count in counts), f"{what} has a negative usage")
    require(usage.requests > 0, f"{what} counts no request in its usage")
    if reply.is_language_model and reply.text:
        require(usage.completion_tokens > 0, f"{what} counts no completion tokens in its usage")
        require(usage.prompt_tokens > 0, f"{what} counts no prompt tokens in its usage")


async def _check_embeddings(provider: ModelProvider, model: str) -> None:
    name = provider.name
    texts = ["a lighthouse", "a harbour wall"]
    try:
        vectors = await provider.embed(texts, model=model)
    except ModelRefusedError:
        return
    except Exception as error:
        raise ConformanceError(f"embed() of {name} raised {type(error).__name__}, no ModelRefusedError") from error
    require(len(vectors) == len(texts), f"embed() of {name} made {len(vectors)} vectors of {len(texts)} texts")
    require(len({len(vector) for vector in vectors}) == 1, f"embed() of {name} made vectors of different lengths")


async def _check_dead(provider: ModelProvider, request: ModelRequest) -> None:
    """With its server away, every call must fail as a ModelError."""

    async def stream() -> object:
        return [part async for part in provider.stream(request)]

    calls: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {
        "generate()": lambda: provider.generate(request),
        "generate_structured()": lambda: provider.generate_structured(request, _SCHEMA),
        "stream()": stream,
    }
    for what, call in calls.items():
        try:
            await call()
        except ModelError as error:
            require_line(error.message, f"the message of {what} of an unhealthy {provider.name}")
            continue
        except Exception as error:
            sentence = f"{what} of an unhealthy {provider.name} raised {type(error).__name__}, no ModelError"
            raise ConformanceError(sentence) from error
        raise ConformanceError(f"{what} of {provider.name} answered though its health is not ok")
