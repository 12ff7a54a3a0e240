"""What `auto` takes: real servers on this machine, well and unwell."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from faulty_server import FaultyServer
from moe.asking.servers.selection import ProviderSelector
from moe.configuration import Config
from moe_core.contracts.errors import MoeError
from moe_core.contracts.model import Health
from moe_core.loading.assembly import build_registry
from moe_core.loading.locations import Locations, find_bundled_root
from moe_core.loading.registry import Registry
from moe_core.testing.doubles import make_model
from moe_core.testing.registries import memory_registry

pytestmark = pytest.mark.anyio
NOWHERE = Path(__file__).parent / "nowhere"
REPLACED = {"deepseek-r1:14b", "llama3.2:3b", "mistral-small:22b", "mistral:7b"}


@pytest.fixture(scope="module")
def registry() -> Registry:
    """All that is bundled: five providers of the order, and agents that want four models."""
    places = Locations(bundled=find_bundled_root(), user=NOWHERE, project=NOWHERE)
    return build_registry(Config(), places, with_distributions=False)


@pytest.fixture
def config(dead_url: str) -> Callable[..., Config]:
    """`auto`, with every server where nothing listens unless its address is given."""

    def make(*, system: dict[str, Any] | None = None, keys: dict[str, str] | None = None, **servers: str) -> Config:
        places = {"ollama": dead_url, "openai": dead_url} | servers
        entries = {name: {"base_url": url, "api_key_env": (keys or {}).get(name, "")} for name, url in places.items()}
        return Config.model_validate({"system": system or {}, "providers": {"providers": entries}})

    return make


def shelve(server: FaultyServer, *models: str) -> FaultyServer:
    """Let the server have these models."""
    server.places["/api/tags"] = {"models": [{"name": name, "model": name} for name in models]}
    server.places["/v1/models"] = {"object": "list", "data": [{"id": name, "owned_by": "nobody"} for name in models]}
    return server


async def test_the_first_well_server_of_the_order_is_taken_with_the_agents_own_models(
    registry: Registry, config: Callable[..., Config], faulty_server: FaultyServer
) -> None:
    shelve(faulty_server, *REPLACED, "qwen3:8b")
    choice = await ProviderSelector(registry).choose(config(ollama=faulty_server.url))
    assert choice is not None
    assert (choice.provider, choice.stand_ins, choice.missing) == ("ollama", {}, ())
    assert [(one.provider, one.why) for one in choice.passed_over] == [
        (name, "ollama comes first") for name in ("openai", "nemotron", "reader", "extractive")
    ]
    assert choice.warnings() == ()


async def test_a_server_with_other_models_serves_each_agent_with_the_nearest_in_size(
    registry: Registry, config: Callable[..., Config], faulty_server: FaultyServer
) -> None:
    shelve(faulty_server, "qwen3:8b", "llama3.2:3b", "nomic-embed-text:latest")
    choice = await ProviderSelector(registry).choose(config(ollama=faulty_server.url))
    assert choice is not None
    assert choice.stand_ins == dict.fromkeys(REPLACED - {"llama3.2:3b"}, "qwen3:8b")


async def test_a_server_that_is_down_is_passed_over_for_the_next_and_whoever_counted_on_it_is_told(
    registry: Registry, config: Callable[..., Config], faulty_server: FaultyServer
) -> None:
    choice = await ProviderSelector(registry).choose(config(openai=faulty_server.url))
    assert choice is not None
    assert choice.provider == "openai"
    assert set(choice.stand_ins.values()) == {"faulty"}
    first = choice.passed_over[0]
    assert (first.provider, first.is_named) == ("ollama", True)
    assert "cannot be reached" in first.why
    assert len(choice.warnings()) == 1


async def test_without_any_server_the_embedded_provider_is_taken_and_nothing_is_replaced(
    registry: Registry, config: Callable[..., Config]
) -> None:
    choice = await ProviderSelector(registry).choose(config())
    assert choice is not None
    assert (choice.provider, choice.stand_ins, choice.missing) == ("extractive", {}, ())


async def test_a_server_that_is_silent_is_not_waited_for_longer_than_allowed(
    registry: Registry, config: Callable[..., Config], faulty_server: FaultyServer
) -> None:
    faulty_server.plan("stall_before_headers", path="/api/tags", times=None)
    selector = ProviderSelector(registry, look_seconds=0.05, second_look_seconds=0.1)
    choice = await selector.choose(config(ollama=faulty_server.url))
    assert choice is not None
    assert choice.provider == "extractive"
    assert "did not answer within 0.1 s" in choice.passed_over[0].why
    assert faulty_server.url in choice.passed_over[0].why


async def test_a_slow_server_is_given_longer_when_there_is_no_other(
    registry: Registry, config: Callable[..., Config], faulty_server: FaultyServer
) -> None:
    faulty_server.plan("stall_before_headers", path="/api/tags")  # the first time only
    selector = ProviderSelector(registry, look_seconds=0.2, second_look_seconds=30)
    choice = await selector.choose(config(ollama=faulty_server.url))
    assert choice is not None
    assert choice.provider == "ollama"


async def test_a_silent_server_behind_a_well_one_is_not_waited_for_at_all(
    registry: Registry, config: Callable[..., Config], start_faulty_server: Callable[..., FaultyServer]
) -> None:
    well, silent = start_faulty_server(), start_faulty_server()
    silent.plan("stall_before_headers", path="/v1/models", times=None)
    selector = ProviderSelector(registry, look_seconds=60)
    choice = await selector.choose(config(ollama=well.url, openai=silent.url))
    assert choice is not None
    assert choice.provider == "ollama"


@pytest.mark.parametrize(
    "fault", ["html_page", "malformed_json", "hang_up", "server_error", "unauthorized", "empty_body"]
)
async def test_whatever_a_server_does_wrong_the_next_is_taken(
    registry: Registry, config: Callable[..., Config], faulty_server: FaultyServer, fault: str
) -> None:
    faulty_server.plan(fault, path="/api/tags", times=None)
    choice = await ProviderSelector(registry).choose(config(ollama=faulty_server.url))
    assert choice is not None
    assert choice.provider == "extractive"
    assert choice.passed_over[0].why


async def test_what_servers_said_is_remembered_for_a_moment_and_then_asked_anew(
    registry: Registry, config: Callable[..., Config], faulty_server: FaultyServer
) -> None:
    now = [100.0]
    selector = ProviderSelector(registry, remembered_seconds=5, clock=lambda: now[0])
    settings = config(ollama=faulty_server.url)
    await selector.choose(settings)
    asked = len(faulty_server.requests)
    shelve(faulty_server)
    now[0] += 4.9
    again = await selector.choose(settings)
    assert again is not None
    assert (again.provider, len(faulty_server.requests)) == ("ollama", asked)
    now[0] += 0.2
    later = await selector.choose(settings)
    assert later is not None
    assert later.provider == "extractive"
    assert "has no models" in later.passed_over[0].why


async def test_a_server_that_has_the_models_the_configuration_names_comes_before_one_that_lacks_them(
    registry: Registry, config: Callable[..., Config], start_faulty_server: Callable[..., FaultyServer]
) -> None:
    first, second = shelve(start_faulty_server(), "qwen3:8b"), shelve(start_faulty_server(), "house:12b")
    settings = config(ollama=first.url, openai=second.url, system={"roles": {"camina": "house:12b"}})
    choice = await ProviderSelector(registry).choose(settings)
    assert choice is not None
    assert choice.provider == "openai"
    assert choice.warnings() == ("ollama is passed over: it has no model 'house:12b', which the configuration names",)


async def test_when_no_server_has_a_named_model_the_first_well_one_is_taken_and_the_lack_is_told(
    registry: Registry, config: Callable[..., Config], faulty_server: FaultyServer
) -> None:
    shelve(faulty_server, "qwen3:8b")
    settings = config(ollama=faulty_server.url, system={"roles": {"camina": "house:12b"}})
    choice = await ProviderSelector(registry).choose(settings)
    assert choice is not None
    assert (choice.provider, choice.missing) == ("ollama", ("house:12b",))
    assert [one.provider for one in choice.passed_over] == ["openai", "nemotron", "reader", "extractive"]


async def test_a_service_elsewhere_is_not_asked_because_of_a_key_in_the_environment(
    registry: Registry, config: Callable[..., Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NVIDIA_API_KEY", "nvapi-secret")
    choice = await ProviderSelector(registry).choose(config())
    assert choice is not None
    told = {one.provider: one for one in choice.passed_over}["nemotron"]
    assert told.why.startswith("not asked: ")
    assert not told.is_named
    assert "secret" not in repr(choice)


async def test_a_service_that_is_named_but_has_no_key_is_passed_over_without_asking_it(
    registry: Registry, config: Callable[..., Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NVIDIA_API_KEY", raising=False)
    choice = await ProviderSelector(registry).choose(config(nemotron="https://integrate.api.nvidia.com/v1"))
    assert choice is not None
    assert any("nemotron is passed over" in text and "wants a key" in text for text in choice.warnings())


async def test_a_configured_provider_is_left_as_it_is_and_nobody_is_asked(
    registry: Registry, config: Callable[..., Config], faulty_server: FaultyServer
) -> None:
    settings = config(ollama=faulty_server.url, system={"provider": "extractive"})
    assert await ProviderSelector(registry).choose(settings) is None
    assert faulty_server.requests == []


async def test_what_stands_behind_a_provider_without_a_server_is_not_asked(
    registry: Registry, config: Callable[..., Config], faulty_server: FaultyServer
) -> None:
    settings = config(ollama=faulty_server.url)
    providers = settings.providers.model_copy(update={"order": ("extractive", "ollama")})
    choice = await ProviderSelector(registry).choose(settings.model_copy(update={"providers": providers}))
    assert choice is not None
    assert choice.provider == "extractive"
    assert faulty_server.requests == []


async def test_without_any_registered_provider_of_the_order_there_is_no_choice(registry: Registry) -> None:
    settings = Config.model_validate({"providers": {"order": ["absent"]}})
    assert await ProviderSelector(registry).choose(settings) is None


class Broken(make_model(name="broken")):  # type: ignore[misc]
    """Breaks when it is asked how it is."""

    async def health(self) -> Health:
        """Break."""
        raise KeyError("nest")


class Sulking(make_model(name="sulking")):  # type: ignore[misc]
    """Says of itself that it is unwell."""

    async def health(self) -> Health:
        """Say no."""
        raise MoeError("not today")


async def test_when_nobody_is_well_the_first_is_taken_so_that_its_own_failure_is_told() -> None:
    registry = memory_registry(model_providers=[Broken, Sulking])
    settings = Config.model_validate({"providers": {"order": ["broken", "sulking"]}})
    choice = await ProviderSelector(registry).choose(settings)
    assert choice is not None
    assert (choice.provider, choice.about) == ("broken", "KeyError: 'nest'")
    assert choice.passed_over[0].why == "not today"
