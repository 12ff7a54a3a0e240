"""A stand-in for Ollama: its native API before the tiny llama.cpp server. It is not Ollama.

Requests are checked, translated and answered by real inference behind it. It differs where it must: one model answers
under every installed name, pulling downloads nothing, and a prompt that is too long is cut by whole messages only.

    python ollama_stand_in.py /tmp/somewhere
"""

import asyncio
import json
import math
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from llama_server import LlamaServer
from loopback import LoopbackServer, Reply, Request
from ollama_behind import Behind
from ollama_shelf import FIRST, Shelf, full_name
from ollama_words import (
    Heard,
    RefusedError,
    now,
    read_keep_alive,
    read_messages,
    read_wishes,
)

NDJSON = "application/x-ndjson"
PULL_STEPS = 5
TEMPLATE_TOKENS = 200
Message = dict[str, Any]


class OllamaStandIn(LoopbackServer):
    """Ollama's API.

    Attributes:
        model: The model that is installed at first.
        shelf: What models there are; a test may change it.
        behind: The server that answers.
    """

    model = FIRST

    def __init__(self, behind: LlamaServer, *, default_context_tokens: int = 4096, parameters: str = "") -> None:
        thinks = ["thinking"] if behind.habit == "think" else []
        self.behind = behind
        self.shelf = Shelf(
            context_tokens=behind.context_tokens,
            default_context_tokens=default_context_tokens,
            capabilities=["completion", "tools", "embedding", *thinks],
            parameters=parameters,
        )
        super().__init__()

    async def answer(self, request: Request, reply: Reply) -> None:
        try:
            async with httpx.AsyncClient(base_url=self.behind.url, timeout=60, verify=False) as client:
                await self._route(request, reply, Behind(client))
        except RefusedError as refusal:
            await self._fail(reply, refusal.status, str(refusal))
        except httpx.TransportError as error:
            await self._fail(reply, 500, f"an error was encountered while running the model: {error}")

    async def _fail(self, reply: Reply, status: int, message: str) -> None:
        """A status and an error, or an error as the last line when the answer has begun."""
        if not reply.is_begun:
            await reply.send_json({"error": message}, status)
            return
        await reply.piece(json.dumps({"error": message}).encode() + b"\n")
        await reply.end()

    async def _route(self, request: Request, reply: Reply, behind: Behind) -> None:
        if request.method in ("GET", "HEAD"):
            await self._look(request, reply)
            return
        if request.path in ("/v1/chat/completions", "/v1/embeddings"):
            await self._pass_on(request, reply, behind)
            return
        routes: dict[tuple[str, str], Callable] = {
            ("POST", "/api/chat"): self._chat,
            ("POST", "/api/generate"): self._generate,
            ("POST", "/api/embed"): self._embed,
            ("POST", "/api/show"): self._show,
            ("POST", "/api/pull"): self._pull,
            ("DELETE", "/api/delete"): self._delete,
        }
        handler = routes.get((request.method, request.path))
        if handler is None:
            await reply.send(404, b"404 page not found", "text/plain")
            return
        if not request.body:
            raise RefusedError(400, "missing request body")
        body = request.json
        if not isinstance(body, dict):
            raise RefusedError(400, "invalid character in the request's body")
        body["model"] = body.get("model") or body.get("name") or ""
        if not body["model"]:
            raise RefusedError(400, "model is required")
        if request.path != "/api/pull" and full_name(body["model"]) not in self.shelf.installed:
            raise RefusedError(404, f"model '{body['model']}' not found")
        await handler(body, reply, behind)

    # Looking

    async def _look(self, request: Request, reply: Reply) -> None:
        places: dict[str, Callable[[], Any]] = {
            "/api/version": lambda: {"version": "0.0.0-stand-in"},
            "/api/tags": lambda: {"models": [self.shelf.card(name) for name in self.shelf.installed]},
            "/api/ps": self.shelf.running,
            "/v1/models": lambda: {
                "object": "list",
                "data": [{"id": name, "object": "model"} for name in self.shelf.installed],
            },
        }
        if request.path == "/":
            await reply.send(200, b"Ollama is running" if request.method == "GET" else b"", "text/plain")
        elif request.path in places:
            body = json.dumps(places[request.path]()).encode()
            await reply.send(200, body if request.method == "GET" else b"")
        else:
            await reply.send(404, b"404 page not found", "text/plain")

    async def _show(self, body: dict, reply: Reply, behind: Behind) -> None:
        await reply.send_json(self.shelf.about(body["model"]))

    # Answering

    def _load(self, body: dict) -> str:
        """Note how long the model stays and how much it reads; say whether it was loaded or unloaded."""
        window = self.shelf.window(body.get("options") or {})
        return "load" if self.shelf.load(body["model"], read_keep_alive(body.get("keep_alive")), window) else "unload"

    async def _chat(self, body: dict, reply: Reply, behind: Behind) -> None:
        def pack(text: str, thinking: str, calls: list) -> dict:
            message: Message = {"role": "assistant", "content": text}
            if thinking:
                message["thinking"] = thinking
            if calls:
                message["tool_calls"] = calls
            return {"message": message}

        await self._tell(body, read_messages(body.get("messages") or []), pack, reply, behind)

    async def _generate(self, body: dict, reply: Reply, behind: Behind) -> None:
        def pack(text: str, thinking: str, calls: list) -> dict:
            return {"response": text, **({"thinking": thinking} if thinking else {})}

        turns = [("system", body.get("system")), ("user", body.get("prompt"))]
        messages = [{"role": role, "content": text} for role, text in turns if text]
        await self._tell(body, messages if body.get("prompt") else [], pack, reply, behind)

    async def _tell(self, body: dict, messages: list[Message], pack: Callable, reply: Reply, behind: Behind) -> None:
        """Ask the server behind, and tell what it says in Ollama's words."""
        wishes = read_wishes(body, self.shelf.capabilities)
        done = self._load(body)
        if not messages:
            await reply.send_json(
                {"model": body["model"], "created_at": now(), **pack("", "", []), "done": True, "done_reason": done}
            )
            return
        await self._fit(body, messages, wishes, behind)
        began = time.perf_counter_ns()
        heard = Heard()
        text = thinking = ""
        is_streamed = body.get("stream", True) is not False
        async for event in behind.events({**wishes, "messages": messages}):
            new_text, new_thinking = heard.take(event)
            text, thinking = text + new_text, thinking + new_thinking
            if is_streamed and (new_text or new_thinking):
                await self._line(reply, body, pack(new_text, new_thinking, []), {"done": False})
        calls = heard.tool_calls()
        took = time.perf_counter_ns() - began
        end = {
            "done": True,
            "done_reason": heard.reason,
            "total_duration": took,
            "load_duration": 1,
            "prompt_eval_count": heard.prompt_tokens,
            "prompt_eval_duration": 1,
            "eval_count": heard.completion_tokens,
            "eval_duration": took,
        }
        if not is_streamed:
            await reply.send_json({"model": body["model"], "created_at": now(), **pack(text, thinking, calls), **end})
            return
        if calls:
            await self._line(reply, body, pack("", "", calls), {"done": False})
        await self._line(reply, body, pack("", "", []), end)
        await reply.end()

    async def _line(self, reply: Reply, body: dict, said: dict, end: dict) -> None:
        if not reply.is_begun:
            await reply.begin(NDJSON)
        line = {"model": body["model"], "created_at": now(), **said, **end}
        await reply.piece(json.dumps(line).encode() + b"\n")

    async def _fit(self, body: dict, messages: list[Message], wishes: dict, behind: Behind) -> None:
        """Hold the request to num_ctx: leave out the oldest messages, and end the answer where the room ends.

        Raises:
            RefusedError: It does not fit, and `truncate` is false or there is but one message to leave out.
        """
        size = self.shelf.window(body.get("options") or {})
        if len(json.dumps(messages)) + len(json.dumps(wishes)) + TEMPLATE_TOKENS < size:
            return  # no text has more tokens than bytes
        tools = {"tools": wishes["tools"]} if "tools" in wishes else {}
        while (used := await behind.count({"messages": messages, **tools})) >= size:
            older = [message for message in messages[:-1] if message["role"] != "system"]
            if not older or not body.get("truncate", True):
                raise RefusedError(400, "the input length exceeds the context length")
            messages.remove(older[0])
        wishes["max_tokens"] = min(wishes.get("max_tokens", math.inf), size - used)

    async def _embed(self, body: dict, reply: Reply, behind: Behind) -> None:
        texts = body.get("input")
        texts = [texts] if isinstance(texts, str) else texts
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise RefusedError(400, "invalid input type")
        self._load(body)
        vectors, tokens = await behind.embed(texts) if texts else ([], 0)
        vectors = [_shortened(vector, body.get("dimensions") or 0) for vector in vectors]
        counts = {"total_duration": 1, "load_duration": 1, "prompt_eval_count": tokens}
        await reply.send_json({"model": body["model"], "embeddings": vectors, **counts})

    async def _pass_on(self, request: Request, reply: Reply, behind: Behind) -> None:
        """Ollama's OpenAI side: llama.cpp's own, with reasoning under Ollama's name."""
        if full_name((request.json or {}).get("model", "")) not in self.shelf.installed:
            missing = f"model '{(request.json or {}).get('model', '')}' not found"
            await reply.send_json({"error": {"message": missing, "type": "not_found_error"}}, 404)
            return
        async with behind.client.stream("POST", request.path, content=request.body) as answer:
            await reply.begin(answer.headers["content-type"], answer.status_code)
            async for line in answer.aiter_lines():
                await reply.piece(line.replace('"reasoning_content":', '"reasoning":').encode() + b"\n")
            await reply.end()

    # Keeping models

    async def _pull(self, body: dict, reply: Reply, behind: Behind) -> None:
        name = full_name(body["model"])
        size = 0 if name in self.shelf.installed else self.shelf.pullable.get(name)
        if body.get("stream", True) is False:
            if size is None:
                raise RefusedError(500, "pull model manifest: file does not exist")
            self.shelf.install(name)
            await reply.send_json({"status": "success"})
            return
        await reply.begin(NDJSON)
        await reply.piece(b'{"status": "pulling manifest"}\n')
        if size is None:
            raise RefusedError(500, "pull model manifest: file does not exist")
        digest = self.shelf.card(name)["digest"]
        layer = {"status": f"pulling {digest[:12]}", "digest": f"sha256:{digest}", "total": size}
        for step in range(PULL_STEPS + 1) if size else ():
            await reply.piece(json.dumps({**layer, "completed": size * step // PULL_STEPS}).encode() + b"\n")
            await asyncio.sleep(0)
        self.shelf.install(name)
        for status in ("verifying sha256 digest", "writing manifest", "success"):
            await reply.piece(json.dumps({"status": status}).encode() + b"\n")
        await reply.end()

    async def _delete(self, body: dict, reply: Reply, behind: Behind) -> None:
        self.shelf.delete(body["model"])
        await reply.send(200, b"")


def _shortened(vector: list[float], dimensions: int) -> list[float]:
    """The first coordinates, at length 1 again."""
    if not 0 < dimensions < len(vector):
        return vector
    length = math.hypot(*vector[:dimensions]) or 1.0
    return [part / length for part in vector[:dimensions]]


def main() -> None:
    stand_in = OllamaStandIn(LlamaServer(Path(sys.argv[1])))
    print(stand_in.url, flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        stand_in.stop()
        stand_in.behind.stop()


if __name__ == "__main__":
    main()
