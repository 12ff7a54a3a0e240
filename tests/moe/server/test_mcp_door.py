"""The Model Context Protocol over HTTP, spoken by the SDK's own client."""

import json
from contextlib import asynccontextmanager

import httpx
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from moe.server.keys.key import RUNS_READ, RUNS_WRITE, TOOLS_RUN
from moe.server.keys.store import KeyStore
from served_project import MILL, ServedProject

pytestmark = pytest.mark.anyio
ASKED = {"question": "Who restored the mill?"}


@pytest.fixture(scope="module")
def indexed(served):
    """A project with an index, whose server demands keys."""
    project = ServedProject(served.folder.parent, "indexed")
    (project.folder / "config" / "tools.yaml").write_text("calculator: {exposed: true}\n", encoding="utf-8")
    assert project.run("index", "add", "docs").returncode == 0
    store = KeyStore.open(project.folder / ".moe", lambda: None)
    wanted = {"ann": (RUNS_READ, RUNS_WRITE, TOOLS_RUN), "bob": (RUNS_READ, RUNS_WRITE), "reader": (RUNS_READ,)}
    project.keys = {name: store.create(name, scopes=scopes)[1] for name, scopes in wanted.items()}
    store.close()
    project.start("--workers", "1")
    yield project
    project.stop()


@pytest.fixture
def connect(indexed):
    @asynccontextmanager
    async def call(key):
        headers = {"authorization": f"Bearer {indexed.keys[key]}"}
        http = httpx.AsyncClient(headers=headers, timeout=60, trust_env=False)
        async with http, Client(streamable_http_client(f"{indexed.url}/mcp", http_client=http)) as client:
            yield client

    return call


async def test_a_client_asks_searches_and_is_told_why(connect):
    async with connect("ann") as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == ["ask", "search", "explain", "calculator"]
        told = (await client.call_tool("ask", ASKED)).structured_content
        cited = told["citations"][0]
        assert "Ada Brook" in told["answer"]
        assert MILL[cited["start"] : cited["end"]] == cited["quote"]
        found = (await client.call_tool("search", {"query": "wheel ebb", "limit": 2})).structured_content["passages"]
        assert MILL[found[0]["start"] : found[0]["end"]] == found[0]["text"]
        explained = await client.call_tool("explain", {"run_id": told["run_id"], "citation": 1})
        assert explained.structured_content["passages"][0]["citations"] == [1]
        computed = await client.call_tool("calculator", {"expression": "6 * 7"})
        assert "42" in computed.content[0].text


async def test_runs_are_the_keys_own(connect, indexed):
    async with connect("ann") as client:
        run = (await client.call_tool("ask", ASKED)).structured_content["run_id"]
    async with connect("bob") as client:
        assert (await client.call_tool("explain", {"run_id": run})).is_error
    for key, status in (("ann", 200), ("bob", 404)):
        with indexed.open_client(headers={"authorization": f"Bearer {indexed.keys[key]}"}) as http:
            assert http.get(f"/api/v1/runs/{run}").status_code == status


async def test_a_key_does_what_its_scopes_say(connect):
    async with connect("reader") as client:
        for name, params in (("ask", ASKED), ("calculator", {"expression": "1"})):
            refused = await client.call_tool(name, params)
            assert (refused.is_error, "it lacks" in refused.content[0].text) == (True, True), name
        assert not (await client.call_tool("search", {"query": "wheel"})).is_error


async def test_what_does_not_fit_is_told_in_words(connect):
    async with connect("ann") as client:
        wrong = await client.call_tool("calculator", {"expresion": "1"})
        assert "expression" in wrong.content[0].text
        assert "question is missing" in (await client.call_tool("ask", {})).content[0].text


def test_nobody_is_let_in_without_a_key_or_from_another_page(indexed):
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    accept = {"accept": "application/json, text/event-stream"}
    with indexed.open_client(headers=accept) as http:
        assert http.post("/mcp", json=call).json()["code"] == "key_missing"
        key = {"authorization": f"Bearer {indexed.keys['ann']}"}
        for name, value in {"origin": "https://evil.example", "host": "evil.example"}.items():
            assert http.post("/mcp", json=call, headers={**key, name: value}).json()["code"] == name
        assert http.put("/mcp", json=call, headers=key).json()["code"] == "method"
        large = http.post("/mcp", content=json.dumps({"a": "x" * 2_000_000}), headers=key)
        assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
        assert http.post("/mcp", content=b"{", headers={**key, "content-type": "application/json"}).status_code == 400
