"""Which provider, model and server answer for an agent."""

from typing import Any

import pytest

from moe_core.contracts.agent import AgentSpec, Fallback, Role
from moe_core.contracts.chain import Served
from moe_core.contracts.choice import ProviderChoice
from moe_core.contracts.errors import ConfigError, NameUnknownError
from moe_core.loading.settings import KernelConfig
from moe_core.routing.model_resolution import Need, choose_provider, list_needs, resolve_fallbacks, resolve_model
from moe_core.testing.doubles import make_model
from moe_core.testing.registries import memory_registry

REGISTRY = memory_registry(model_providers=[make_model(), make_model(name="spare")])


def make_config(**parts: Any) -> KernelConfig:
    return KernelConfig.model_validate({"providers": {"order": ["absent", "scripted", "spare"]}, **parts})


def make_belter(base: str = "mistral:7b", **more: Any) -> AgentSpec:
    return AgentSpec(name="research", role=Role.BELTER, base=base, **more)


def test_the_modelfiles_base_is_served_by_the_first_provider_that_is_there() -> None:
    assert resolve_model(make_belter(), make_config(), REGISTRY) == Served(provider="scripted", model="mistral:7b")


def test_one_line_of_configuration_replaces_the_base_of_a_role() -> None:
    config = make_config(system={"roles": {"belter": "tiny:1b"}})
    agent = make_belter(meta={"provider": "spare", "base_url": "http://there:1"})
    assert resolve_model(agent, config, REGISTRY) == Served(provider="scripted", model="tiny:1b")


def test_the_modelfiles_provider_and_address_count() -> None:
    agent = make_belter(meta={"provider": "spare", "base_url": "http://there:1"})
    expected = Served(provider="spare", model="mistral:7b", base_url="http://there:1")
    assert resolve_model(agent, make_config(), REGISTRY) == expected


@pytest.mark.parametrize(
    ("entry", "base_url"),
    [
        ({"base": "mistral:7b", "port": 6001}, "http://127.0.0.1:6001"),
        ({"base": "mistral:7b", "base_url": "http://gpu:9", "port": 6001}, "http://gpu:9"),
        ({"base": "mistral:7b"}, ""),
    ],
)
def test_an_alias_stands_for_a_model_and_its_server(entry: dict[str, Any], base_url: str) -> None:
    config = make_config(models={"house": {"provider": "spare", **entry}})
    expected = Served(provider="spare", model="mistral:7b", base_url=base_url)
    assert resolve_model(make_belter("house"), config, REGISTRY) == expected


def test_aliases_of_aliases_are_followed_and_the_last_one_serves() -> None:
    models = {"house": {"base": "inner", "provider": "spare"}, "inner": {"base": "mistral:7b", "port": 6002}}
    served = resolve_model(make_belter("house"), make_config(models=models), REGISTRY)
    assert (served.model, served.base_url) == ("mistral:7b", "http://127.0.0.1:6002")


def test_a_disabled_alias_stands_for_nothing() -> None:
    config = make_config(models={"house": {"base": "mistral:7b", "enabled": False}})
    assert resolve_model(make_belter("house"), config, REGISTRY).model == "house"


def test_aliases_in_a_circle_are_an_error_that_names_the_file() -> None:
    config = make_config(models={"a": {"base": "b"}, "b": {"base": "a"}})
    with pytest.raises(ConfigError, match="circle") as caught:
        resolve_model(make_belter("a"), config, REGISTRY)
    assert "models.yaml" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("wanted", "configured", "chosen"),
    [
        ("spare", "auto", "spare"),
        ("", "spare", "spare"),
        ("auto", "spare", "spare"),
        ("scripted", "spare", "scripted"),
        ("", "auto", "scripted"),
    ],
)
def test_an_agents_wish_comes_before_the_configuration_and_that_before_the_order(
    wanted: str, configured: str, chosen: str
) -> None:
    assert choose_provider(wanted, make_config(system={"provider": configured}), REGISTRY) == chosen


def test_an_unknown_provider_names_the_nearest() -> None:
    with pytest.raises(NameUnknownError) as caught:
        choose_provider("spair", make_config(), REGISTRY)
    assert caught.value.near == ("spare",)


@pytest.mark.parametrize("order", [[], ["absent"]])
def test_an_order_without_a_registered_provider_lists_what_is_there(order: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        choose_provider("", make_config(providers={"order": order}), REGISTRY)
    assert caught.value.hint == "there are: scripted, spare"


def test_fallbacks_keep_their_order_without_repeats_and_without_the_first_choice() -> None:
    served = Served(provider="scripted", model="mistral:7b")
    fallbacks = (
        Fallback(provider="scripted"),
        Fallback(provider="spare"),
        Fallback(model="tiny:1b"),
        Fallback(provider="spare", model="mistral:7b"),
    )
    found, warnings = resolve_fallbacks(make_belter(fallbacks=fallbacks), served, make_config(), REGISTRY)
    assert found == (Served(provider="spare", model="mistral:7b"), Served(provider="scripted", model="tiny:1b"))
    assert warnings == []


# What `auto` means when the servers have been asked.


def make_auto(**parts: Any) -> KernelConfig:
    return make_config(system={"provider": "auto", **parts.pop("system", {})}, **parts)


CHOICE = ProviderChoice(provider="spare", stand_ins={"mistral:7b": "qwen3:8b"})


def test_auto_is_whom_the_choice_names_and_its_model_stands_in_visibly() -> None:
    served = resolve_model(make_belter(), make_auto(), REGISTRY, CHOICE)
    assert served == Served(provider="spare", model="qwen3:8b")
    assert served.instead_of == "mistral:7b"


def test_a_configured_model_is_never_replaced() -> None:
    by_role = make_auto(system={"roles": {"belter": "mistral:7b"}})
    by_alias = make_auto(models={"house": {"base": "mistral:7b"}})
    for agent, config in ((make_belter(), by_role), (make_belter("house"), by_alias)):
        served = resolve_model(agent, config, REGISTRY, CHOICE)
        assert (served.provider, served.model, served.instead_of) == ("spare", "mistral:7b", "")


@pytest.mark.parametrize("meta", [{"provider": "scripted"}, {"base_url": "http://there:1"}])
def test_an_agent_with_a_provider_or_server_of_its_own_keeps_its_model(meta: dict[str, str]) -> None:
    served = resolve_model(make_belter(meta=meta), make_auto(), REGISTRY, CHOICE)
    assert (served.model, served.instead_of) == ("mistral:7b", "")


def test_a_named_provider_never_replaces_a_model() -> None:
    config = make_config(system={"provider": "scripted"})
    assert resolve_model(make_belter(), config, REGISTRY, CHOICE) == Served(provider="scripted", model="mistral:7b")


def test_before_anyone_has_asked_the_servers_auto_is_the_first_that_needs_none() -> None:
    class Quoting(make_model(name="quoting")):  # type: ignore[misc]
        """Needs no server."""

        is_last_resort = True

    registry = memory_registry(model_providers=[make_model(), Quoting])
    config = make_config(providers={"order": ["scripted", "quoting"]})
    assert choose_provider("", config, registry) == "quoting"


def test_the_needs_are_the_models_that_auto_has_to_serve_and_who_named_them() -> None:
    registry = memory_registry(
        agents=[
            make_belter(),
            AgentSpec(name="camina", role=Role.CAMINA, base="big:22b"),
            AgentSpec(name="own", role=Role.DRUMMER, base="x", meta={"provider": "spare"}),
            AgentSpec(name="search", role=Role.DRUMMER, base="mistral:7b"),
            AgentSpec(name="circle", role=Role.DRUMMER, base="a"),
        ],
        model_providers=[make_model()],
    )
    config = make_auto(system={"roles": {"camina": "qwen3:8b"}}, models={"a": {"base": "b"}, "b": {"base": "a"}})
    assert list_needs(config, registry) == (
        Need(model="qwen3:8b", is_replaceable=False),
        Need(model="mistral:7b", is_replaceable=True),
    )
    assert list_needs(make_config(system={"provider": "scripted"}), registry) == ()


def test_a_fallback_that_names_no_provider_stays_with_the_agents_own() -> None:
    agent = make_belter(meta={"provider": "spare"}, fallbacks=(Fallback(model="tiny:1b"),))
    served = resolve_model(agent, make_config(), REGISTRY)
    fallbacks, warnings = resolve_fallbacks(agent, served, make_config(), REGISTRY)
    assert (fallbacks, warnings) == ((Served(provider="spare", model="tiny:1b"),), [])
