"""What a well model server says, as OpenAI's API and as Ollama's."""

import json
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from loopback import Request
from smallest_value import smallest_value

Shape = Literal["openai", "ollama"]
Kind = Literal["chat", "text", "embed"]
PLACES: dict[str, tuple[Shape, Kind]] = {
    "/v1/chat/completions": ("openai", "chat"),
    "/v1/completions": ("openai", "text"),
    "/v1/embeddings": ("openai", "embed"),
    "/api/chat": ("ollama", "chat"),
    "/api/generate": ("ollama", "text"),
    "/api/embed": ("ollama", "embed"),
}
CREATED = 1_760_000_000
CREATED_AT = "2025-10-09T08:53:20Z"
SENTENCE = "The mill was sold to the town."
VECTOR_SIZE = 16


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to a model, in either shape."""

    shape: Shape
    kind: Kind
    model: str
    is_streamed: bool
    schema: dict | bool | None
    tool: dict | None
    wants_usage: bool
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Said:
    """What the model says.

    Attributes:
        reasoning_key: Where reasoning stands in OpenAI's shape; "" writes it into the text between <think> tags.
    """

    text: str = ""
    reasoning: str = ""
    reasoning_key: str = "reasoning_content"
    tool_calls: list[dict] = field(default_factory=list)
    finish_reason: str = "stop"
    prompt_tokens: int = 12
    completion_tokens: int = 8


def read_asked(request: Request) -> Asked | None:
    """What a request asks a model for; None for everything else."""
    if request.method != "POST" or request.path not in PLACES:
        return None
    shape, kind = PLACES[request.path]
    body = request.json if isinstance(request.json, dict) else {}
    texts = body.get("input") or body.get("prompt") or [str(turn.get("content")) for turn in body.get("messages") or []]
    return Asked(
        shape=shape,
        kind=kind,
        model=str(body.get("model", "")),
        is_streamed=kind != "embed" and bool(body.get("stream", shape == "ollama")),
        schema=_schema(body),
        tool=_tool(body, shape),
        wants_usage=shape == "ollama" or bool((body.get("stream_options") or {}).get("include_usage")),
        texts=[texts] if isinstance(texts, str) else texts,
    )


def _schema(body: dict) -> dict | bool | None:
    """The schema asked for, in any spelling; True for any object."""
    wanted = body.get("response_format") or {}
    if wanted.get("type") == "json_schema":
        return wanted["json_schema"].get("schema", True)
    if wanted.get("type") == "json_object" or body.get("format") == "json":
        return True
    for place in (body, body.get("nvext") or {}):
        if schema := place.get("guided_json") or (place.get("structured_outputs") or {}).get("json"):
            return schema
    return body.get("format") or None


def _tool(body: dict, shape: Shape) -> dict | None:
    """The first tool offered: OpenAI's shape calls it when it must, Ollama's, which has no such switch, always."""
    tools = body.get("tools") or []
    if not tools or (shape == "openai" and body.get("tool_choice") in (None, "auto", "none")):
        return None
    return tools[0]["function"]


def say(asked: Asked) -> Said:
    """A sentence, the smallest object of the schema, or a call of the tool."""
    if asked.tool is not None:
        arguments = smallest_value(asked.tool.get("parameters") or {"type": "object"})
        return Said(tool_calls=[{"name": asked.tool["name"], "arguments": arguments}], finish_reason="tool_calls")
    if asked.schema is True:
        return Said(text='{"answer": "yes"}')
    if asked.schema is not None:
        return Said(text=json.dumps(smallest_value(asked.schema)))
    return Said(text=SENTENCE)


def whole(asked: Asked, said: Said) -> dict:
    """The answer in one piece."""
    if asked.kind == "embed":
        return _embeddings(asked)
    if asked.shape == "ollama":
        return {**_ollama_piece(asked, said.text, said.reasoning, said.tool_calls), **_ollama_end(said)}
    if asked.kind == "text":
        choice: dict[str, Any] = {"index": 0, "text": said.text, "finish_reason": said.finish_reason}
    else:
        message = {"role": "assistant", **_openai_words(said, said.text, said.reasoning), **_openai_calls(said)}
        choice = {"index": 0, "message": message, "finish_reason": said.finish_reason}
    head = _openai_head(asked, "chat.completion" if asked.kind == "chat" else "text_completion")
    return {**head, "choices": [choice], "usage": _usage(said)}


def lines(asked: Asked, said: Said) -> Iterator[bytes]:
    """The answer as a stream's lines: NDJSON for Ollama, server-sent events for OpenAI."""
    for value in _ollama_lines(asked, said) if asked.shape == "ollama" else _openai_lines(asked, said):
        yield line(asked, value)
    if asked.shape == "openai":
        yield b"data: [DONE]\n\n"


def line(asked: Asked, value: dict) -> bytes:
    raw = json.dumps(value).encode()
    return raw + b"\n" if asked.shape == "ollama" else b"data: " + raw + b"\n\n"


def stream_kind(asked: Asked) -> str:
    return "application/x-ndjson" if asked.shape == "ollama" else "text/event-stream"


def _words(text: str) -> Iterator[str]:
    """The text in pieces of a few characters."""
    for start, end in pairwise([*range(0, len(text), 6), len(text)]):
        yield text[start:end]


def _ollama_piece(asked: Asked, text: str, reasoning: str = "", calls: list[dict] | None = None) -> dict:
    head = {"model": asked.model, "created_at": CREATED_AT, "done": False}
    thought = {"thinking": reasoning} if reasoning else {}
    if asked.kind == "text":
        return {**head, "response": text, **thought}
    message: dict[str, Any] = {"role": "assistant", "content": text, **thought}
    if calls:
        message["tool_calls"] = [{"function": {"index": number, **call}} for number, call in enumerate(calls)]
    return {**head, "message": message}


def _ollama_end(said: Said) -> dict:
    reason = "length" if said.finish_reason == "length" else "stop"
    counts = {"prompt_eval_count": said.prompt_tokens, "eval_count": said.completion_tokens}
    return {"done": True, "done_reason": reason, **counts, "total_duration": 2_000_000, "eval_duration": 1_000_000}


def _ollama_lines(asked: Asked, said: Said) -> Iterator[dict]:
    for word in _words(said.reasoning):
        yield _ollama_piece(asked, "", word)
    for word in _words(said.text):
        yield _ollama_piece(asked, word)
    if said.tool_calls:
        yield _ollama_piece(asked, "", "", said.tool_calls)
    yield {**_ollama_piece(asked, ""), **_ollama_end(said)}


def _openai_head(asked: Asked, kind: str) -> dict:
    return {"id": "chatcmpl-1", "object": kind, "created": CREATED, "model": asked.model}


def _openai_words(said: Said, text: str, reasoning: str) -> dict:
    if not reasoning:
        return {"content": text}
    if not said.reasoning_key:
        return {"content": f"<think>{reasoning}</think>{text}"}
    return {"content": text, said.reasoning_key: reasoning}


def _openai_calls(said: Said) -> dict:
    calls = [
        {
            "index": number,
            "id": f"call_{number}",
            "type": "function",
            "function": {"name": call["name"], "arguments": json.dumps(call["arguments"])},
        }
        for number, call in enumerate(said.tool_calls)
    ]
    return {"tool_calls": calls} if calls else {}


def _openai_lines(asked: Asked, said: Said) -> Iterator[dict]:
    head = _openai_head(asked, "chat.completion.chunk" if asked.kind == "chat" else "text_completion")

    def piece(delta: dict, finish_reason: str | None = None) -> dict:
        words = {"text": delta.get("content", "")} if asked.kind == "text" else {"delta": delta}
        return {**head, "choices": [{"index": 0, **words, "finish_reason": finish_reason}]}

    yield piece({"role": "assistant", "content": ""})
    inline = f"<think>{said.reasoning}</think>" if said.reasoning and not said.reasoning_key else ""
    for word in _words("" if inline else said.reasoning):
        yield piece({said.reasoning_key: word})
    for word in _words(inline + said.text):
        yield piece({"content": word})
    for call in _openai_calls(said).get("tool_calls", ()):
        opening = {**call, "function": {"name": call["function"]["name"], "arguments": ""}}
        yield piece({"tool_calls": [opening]})
        for word in _words(call["function"]["arguments"]):
            yield piece({"tool_calls": [{"index": call["index"], "function": {"arguments": word}}]})
    yield piece({}, said.finish_reason)
    if asked.wants_usage:
        yield {**head, "choices": [], "usage": _usage(said)}


def _usage(said: Said) -> dict:
    total = said.prompt_tokens + said.completion_tokens
    return {"prompt_tokens": said.prompt_tokens, "completion_tokens": said.completion_tokens, "total_tokens": total}


def _vector(text: str) -> list[float]:
    """A direction that texts share as far as they share words."""
    sums = [1e-6] * VECTOR_SIZE
    for word in text.lower().split():
        sums[zlib.crc32(word.encode()) % VECTOR_SIZE] += 1.0
    length = math.hypot(*sums)
    return [part / length for part in sums]


def _embeddings(asked: Asked) -> dict:
    vectors = [_vector(text) for text in asked.texts]
    tokens = sum(len(text.split()) for text in asked.texts)
    if asked.shape == "ollama":
        return {"model": asked.model, "embeddings": vectors, "total_duration": 1_000_000, "prompt_eval_count": tokens}
    rows = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "model": asked.model, "data": rows, "usage": usage}
