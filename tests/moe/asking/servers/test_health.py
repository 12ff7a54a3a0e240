"""Asking providers how they are, and what their servers tell of themselves."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import anyio
import pytest
from anyio.abc import SocketAttribute, SocketStream

from faulty_server import FaultyServer
from llama_server import LlamaServer
from moe.asking.servers.health import ask_facts, ask_provider, check_servers
from moe.configuration import Config
from moe_core.contracts.chain import Served
from moe_core.loading.assembly import build_registry
from moe_core.loading.locations import Locations, find_bundled_root
from moe_core.loading.registry import Registry
from ollama_stand_in import OllamaStandIn

pytestmark = pytest.mark.anyio
NOWHERE = Path(__file__).parent / "nowhere"


@pytest.fixture(scope="module")
def registry() -> Registry:
    places = Locations(bundled=find_bundled_root(), user=NOWHERE, project=NOWHERE)
    return build_registry(Config(), places, with_distributions=False)


def at(name: str, url: str, **more: str) -> Config:
    return Config.model_validate({"providers": {"providers": {name: {"base_url": url, **more}}}})


async def test_a_well_server_tells_its_address_models_and_time(registry: Registry, faulty_server: FaultyServer) -> None:
    entry = registry.model_providers.get("ollama")
    status = await ask_provider(entry, registry, at("ollama", f"{faulty_server.url}/v1"), seconds=60)
    assert status.health.ok
    assert (status.address, status.models) == (faulty_server.url, ("faulty:latest",))
    assert 0 < status.seconds < 60
    assert status.has_free_choice


async def test_a_dead_server_is_unwell_in_one_line(registry: Registry, dead_url: str) -> None:
    status = await ask_provider(registry.model_providers.get("openai"), registry, at("openai", dead_url), seconds=5)
    assert not status.health.ok
    assert status.address == dead_url
    assert status.models == ()
    assert "cannot be reached" in status.health.detail


async def test_an_address_that_is_none_is_unwell_too(registry: Registry) -> None:
    status = await ask_provider(registry.model_providers.get("openai"), registry, at("openai", "ftp://x"), seconds=5)
    assert not status.health.ok
    assert "providers.openai.base_url" in status.health.detail


async def test_where_a_key_is_sent_elsewhere_no_model_is_free_to_choose(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_KEY", "secret-1")
    config = at("openai", "http://models.invalid", api_key_env="SOME_KEY")
    status = await ask_provider(registry.model_providers.get("openai"), registry, config, seconds=5)
    assert not status.has_free_choice
    assert "secret-1" not in repr(status)


async def test_servers_that_agents_name_for_themselves_are_asked_where_they_are(
    registry: Registry, start_faulty_server: Callable[..., FaultyServer], dead_url: str
) -> None:
    own = start_faulty_server()
    served = [
        Served(provider="openai", model="a", base_url=own.url),
        Served(provider="openai", model="b", base_url=own.url),
        Served(provider="ollama", model="c", base_url=dead_url),
        Served(provider="ollama", model="d"),
    ]
    found = await check_servers(served, registry, Config())
    assert {key: status.health.ok for key, status in found.items()} == {
        ("openai", own.url): True,
        ("ollama", dead_url): False,
    }


async def test_a_server_tells_its_version_and_what_its_models_read(
    registry: Registry, ollama_stand_in: OllamaStandIn, tiny_server: LlamaServer
) -> None:
    ollama = await ask_facts(
        registry.model_providers.get("ollama"), ["tiny:latest"], registry, at("ollama", ollama_stand_in.url)
    )
    llama = await ask_facts(
        registry.model_providers.get("openai"), [tiny_server.model], registry, at("openai", tiny_server.url)
    )
    assert ollama.version
    assert llama.version
    assert ollama.context_tokens["tiny:latest"] > 0
    assert llama.context_tokens == {tiny_server.model: tiny_server.context_tokens}


async def test_what_a_server_does_not_tell_is_left_out(registry: Registry, faulty_server: FaultyServer) -> None:
    faulty_server.plan("hang_up", path="/api/version", times=None)
    facts = await ask_facts(
        registry.model_providers.get("ollama"), ["faulty"], registry, at("ollama", faulty_server.url)
    )
    assert facts.version == ""


async def test_https_to_a_server_that_speaks_plain_http_is_told_as_such(registry: Registry) -> None:
    async def refuse(stream: SocketStream) -> None:
        async with stream:
            with suppress(anyio.EndOfStream):  # a first look whether anybody is there says nothing
                await stream.receive()
            await stream.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as plain, anyio.create_task_group() as group:
        group.start_soon(plain.serve, refuse)
        port = plain.extra(SocketAttribute.local_port)
        config = at("openai", f"https://127.0.0.1:{port}")
        status = await ask_provider(registry.model_providers.get("openai"), registry, config, seconds=5)
        group.cancel_scope.cancel()
    assert not status.health.ok
    assert "write http:// into providers.openai.base_url" in status.health.detail
