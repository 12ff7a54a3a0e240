"""Where a key goes: to the server that is named beside it, and to none that another layer names."""

import os
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from moe.app import App
from moe.asking.servers.providers import make_provider_settings
from moe.contracts.request import RunRequest
from moe_core.contracts.agent import Role
from moe_core.contracts.chain import Served
from moe_core.contracts.errors import ConfigError
from moe_core.contracts.wire import JsonObject

pytestmark = pytest.mark.anyio

KEY = "sk-only-for-one-server"
LAYERS = ("user", "project", "environment", "flag")
Settings = dict[str, JsonObject]
Say = Callable[..., App]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Opens an App whose layers say what a test wants: say(user={"providers": {...}}, flag={...})."""
    roots = {"user": tmp_path / "user" / "moe", "project": tmp_path / "project"}
    for root in roots.values():
        (root / "config").mkdir(parents=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("MY_KEY", KEY)
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:1")

    def open_app(**layers: Settings) -> App:
        for layer, root in roots.items():
            for name, values in layers.get(layer, {}).items():
                (root / "config" / f"{name}.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
        variables = {
            "MOE_" + "__".join(path).upper(): str(value) for path, value in flatten(layers.get("environment", {}))
        }
        return App.open(
            tmp_path / "project",
            environ={"MOE_TRUST": os.path.abspath(os.sep), **variables},
            overrides={".".join(path): value for path, value in flatten(layers.get("flag", {}))},
        )

    return open_app


def flatten(values: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    if not isinstance(values, dict):
        return [(path, values)]
    return [one for key, inner in values.items() for one in flatten(inner, (*path, key))]


def entry(**values: str) -> Settings:
    return {"providers": {"providers": {"openai": values}}}


def agents_at(**address: object) -> Settings:
    """All agents of a role are served at an address of their own."""
    return {"models": {"elsewhere": {"base": "x:1", "provider": "openai", **address}}, "system": roles("elsewhere")}


def roles(model: str) -> JsonObject:
    return {"roles": dict.fromkeys(("camina", "belter", "drummer"), model)}


def join(*said: tuple[str, Settings]) -> dict[str, Settings]:
    layers: dict[str, Settings] = {}
    for layer, settings in said:
        for name, values in settings.items():
            there = layers.setdefault(layer, {}).setdefault(name, {})
            there.update(values)
    return layers


async def ask_everything(app: App) -> None:
    """A run by the provider `openai`, and the questions of `moe doctor`."""
    await app.models.examine()
    await app.run(RunRequest(question="Who restored the mill?", provider="openai"))
    app.close()


def arrived(server: Any) -> int:
    assert all(KEY not in str(one["path"]) and KEY.encode() not in one["body"] for one in server.seen)
    return sum(KEY in " ".join(one["headers"].values()) for one in server.seen)


WAYS = ("base_url", "api_key_env", "agent base_url", "agent port")


@pytest.mark.parametrize(
    ("way", "of_key", "of_address"),
    [*product(WAYS, LAYERS, LAYERS), *(("redirect", layer, layer) for layer in LAYERS)],  # it has one layer alone
)
async def test_a_key_reaches_no_server_that_another_layer_names(
    say: Say, start_server: Callable[[], Any], way: str, of_key: str, of_address: str
) -> None:
    own, foreign = start_server(), start_server()
    keyed = entry(base_url=own.url, api_key_env="MY_KEY")
    if way == "redirect":
        for path in ("/v1/models", "/v1/chat/completions"):
            own.routes[path] = (307, {"Location": foreign.url + path}, b"")
        layers = join((of_key, keyed))
    elif way == "agent base_url":
        layers = join((of_key, keyed), (of_address, agents_at(base_url=foreign.url)))
    elif way == "agent port":
        layers = join((of_key, keyed), (of_address, agents_at(port=foreign.port)))
    elif of_key == of_address:
        layers = join((of_key, keyed))
    elif way == "base_url":
        layers = join((of_key, keyed), (of_address, entry(base_url=foreign.url)))
    else:
        layers = join((of_key, entry(api_key_env="MY_KEY")), (of_address, entry(base_url=foreign.url)))
    await ask_everything(say(**layers))
    assert arrived(foreign) == 0
    is_replaced = way == "base_url" and LAYERS.index(of_address) > LAYERS.index(of_key)
    if of_key == of_address or not (is_replaced or way == "api_key_env"):
        assert arrived(own) > 0


@pytest.mark.parametrize(("of_key", "of_agent"), list(product(LAYERS, ("user/moe", "project"))))
async def test_a_key_does_not_reach_the_server_that_a_modelfile_names(
    say: Say, tmp_path: Path, start_server: Callable[[], Any], of_key: str, of_agent: str
) -> None:
    own, foreign = start_server(), start_server()
    folder = tmp_path / of_agent / "modelfiles"
    folder.mkdir()
    meta = f'META {{provider: openai, base_url: "{foreign.url}"}}\n'
    (folder / "mine.moe").write_text(f"FROM x:1\nROLE belter\nDESCRIPTION Mills\n{meta}", encoding="utf-8")
    app = say(**{of_key: entry(base_url=own.url, api_key_env="MY_KEY")})
    await app.run(RunRequest(question="Who restored the mill?", belter="mine", top=Role.BELTER))
    app.close()
    assert foreign.seen
    assert arrived(foreign) == 0


async def test_a_server_s_entry_is_replaced_whole_by_the_layer_above(say: Say) -> None:
    below = {"providers": {"providers": {"openai": {"base_url": "http://a", "options": {"style": "none"}}}}}
    app = say(user=below, project=entry(base_url="http://b"))
    found = app.config.providers.providers["openai"]
    assert (found.base_url, found.options) == ("http://b", {})
    assert str(app.loaded_config.get_origin("providers.providers.openai.base_url")).startswith("project ")


async def test_the_environment_s_variables_are_one_entry(say: Say, server: Any) -> None:
    await ask_everything(say(environment=entry(base_url=server.url, api_key_env="MY_KEY", timeout_seconds="9")))
    assert arrived(server) > 0


@pytest.mark.parametrize("address", ["{url}/v1", "{url}/", "http://127.0.0.1:{port}/other/v1"])
async def test_an_agent_that_names_the_same_server_in_other_words_gets_the_key(
    say: Say, server: Any, address: str
) -> None:
    named = address.format(url=server.url, port=server.port)
    app = say(user=entry(base_url=server.url, api_key_env="MY_KEY"))
    served = Served(provider="openai", model="", base_url=named)
    assert make_provider_settings(app.config, served, app.registry).api_key == KEY
    other = Served(provider="openai", model="", base_url=named.replace("http:", "https:"))
    assert make_provider_settings(app.config, other, app.registry).api_key == ""


async def test_a_key_without_a_server_beside_it_is_refused_in_one_line(say: Say) -> None:
    app = say(project=entry(api_key_env="MY_KEY"))
    with pytest.raises(ConfigError, match="names no server") as caught:
        make_provider_settings(app.config, Served(provider="openai", model=""), app.registry)
    assert "base_url" in str(caught.value.hint)
    assert KEY not in f"{caught.value.message} {caught.value.hint}"
