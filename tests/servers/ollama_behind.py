"""The llama.cpp server behind the Ollama stand-in, as the stand-in asks it."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx

from ollama_words import RefusedError


@dataclass(frozen=True, slots=True)
class Behind:
    """A server that answers in llama.cpp's words.

    Its refusals are raised as `RefusedError`, with its status and its words.
    """

    client: httpx.AsyncClient

    async def events(self, request: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """What it says to a conversation, event by event."""
        body = {**request, "stream": True, "stream_options": {"include_usage": True}}
        async with self.client.stream("POST", "/v1/chat/completions", json=body) as answer:
            if answer.status_code != 200:
                await answer.aread()
                _read(answer)
            async for line in answer.aiter_lines():
                if line.startswith("data: ") and line != "data: [DONE]":
                    yield json.loads(line.removeprefix("data: "))

    async def count(self, request: dict[str, Any]) -> int:
        """The tokens of a whole conversation."""
        prompt = _read(await self.client.post("/apply-template", json=request))["prompt"]
        tokens = await self.client.post("/tokenize", json={"content": prompt, "parse_special": True})
        return len(_read(tokens)["tokens"])

    async def embed(self, texts: list[str]) -> tuple[list[list[float]], int]:
        """A vector for each text, and the tokens of all."""
        answer = _read(await self.client.post("/v1/embeddings", json={"input": texts}))
        rows = sorted(answer["data"], key=lambda row: row["index"])
        return [row["embedding"] for row in rows], answer["usage"]["prompt_tokens"]


def _read(answer: httpx.Response) -> Any:
    body = answer.json()
    if answer.status_code != 200:
        raise RefusedError(answer.status_code, str(body.get("error", {}).get("message", body)))
    return body
