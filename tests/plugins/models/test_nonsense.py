"""Whatever a server answers, with success, a provider gives a value of its contract or a ModelError."""

import contextlib
import json

import pytest

from moe_core import Message, ModelError

NONSENSE = [
    None,
    7,
    "text",
    [],
    [[]],
    {},
    {"data": 7},
    {"data": [7, None, {"id": None}]},
    {"models": {"name": "x"}},
    {"models": [None, {"name": []}]},
    {"choices": [7], "message": 7},
    {"choices": [{"message": "text"}], "message": "text"},
    {
        "choices": [{"message": {"content": 7, "tool_calls": {"a": 1}}}],
        "message": {"content": 7, "tool_calls": {"a": 1}},
    },
    {
        "choices": [{"message": {"tool_calls": ["x", {"function": "y"}]}, "finish_reason": 7}],
        "message": {"tool_calls": ["x"]},
        "done": "yes",
    },
    {
        "choices": [{"delta": {"content": ["x", {"text": 7}]}}],
        "usage": [1],
        "message": {},
        "done": True,
        "eval_count": -1,
    },
    {"choices": [{}], "usage": {"prompt_tokens": "many", "completion_tokens": True}},
    {"embeddings": [1], "data": [{"embedding": "x"}]},
    {"model_info": 7, "parameters": 7, "capabilities": "all", "default_generation_settings": 7},
    {"error": 7},
]
PLACES = {
    "openai": ["/v1/models", "/props", "/apply-template", "/tokenize", "/v1/chat/completions", "/v1/embeddings"],
    "ollama": ["/api/tags", "/api/show", "/api/ps", "/api/chat", "/api/embed", "/api/pull", "/api/generate"],
}


async def gather(parts):
    return [part async for part in parts]


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["openai", "ollama", "nemotron"])
@pytest.mark.parametrize("value", NONSENSE, ids=[json.dumps(value)[:40] for value in NONSENSE])
async def test_nonsense_is_a_value_or_a_model_error(start_faulty_server, open_provider, ask, name, value):
    server = start_faulty_server(speaks="ollama" if name == "ollama" else "openai")
    for path in PLACES["ollama" if name == "ollama" else "openai"]:
        server.plan("respond", times=None, path=path, body=json.dumps(value).encode())
    provider = open_provider(name, server.url)
    assert (await provider.health()).detail
    messages = (Message(role="user", content="x"),)
    calls = [
        lambda: provider.models(),
        lambda: provider.max_context_tokens("m"),
        lambda: provider.count_tokens(messages, model="m"),
        lambda: provider.schema_support("m"),
        lambda: provider.embed(["x"], model="m"),
        lambda: provider.generate(ask()),
        lambda: provider.generate_structured(ask(), {"type": "object"}),
        lambda: gather(provider.stream(ask())),
    ]
    if name == "ollama":
        calls += [lambda: gather(provider.pull("m")), lambda: provider.describe("m")]
    for call in calls:
        with contextlib.suppress(ModelError):
            await call()
    if name != "ollama":  # once more as a server whose kind is known, so that its other endpoints are asked
        server.forget()
        provider.server.forget()
        server.places["/v1/models"] = {"data": [{"id": "faulty", "owned_by": "llamacpp"}]}
        for path in ("/props", "/apply-template", "/tokenize"):
            server.plan("respond", times=None, path=path, body=json.dumps(value).encode())
        assert await provider.max_context_tokens("faulty") == 4096
        assert await provider.count_tokens(messages, model="faulty") is None
