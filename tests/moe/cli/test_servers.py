"""A model server that nobody has named gets no word of documents or questions until the user says so."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from faulty_server import FaultyServer
from moe.trust.consents import ConsentStore
from moe_kit.serving.openai_protocol import OpenAIProtocolProvider

ASKED = ("run", "Who restored the tidal mill?", "--docs", "docs", "--belter", "research")


@pytest.fixture
def found(project: Path, start_faulty_server: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, FaultyServer]:
    """Servers where Ollama and llama.cpp are looked for, which nothing in the configuration names."""
    servers = {"ollama": start_faulty_server(speaks="ollama"), "openai": start_faulty_server(speaks="openai")}
    monkeypatch.setenv("OLLAMA_HOST", servers["ollama"].url.removeprefix("http://"))
    monkeypatch.setattr(OpenAIProtocolProvider, "default_url", f"{servers['openai'].url}/v1")
    (project / "config" / "system.yaml").unlink()
    return servers


def user_folder(environment: dict[str, str]) -> Path:
    return Path(environment["XDG_CONFIG_HOME"]) / "moe"


def assert_asked_for_health_alone(*servers: FaultyServer) -> None:
    for server in servers:
        assert server.requests
        assert {request.method for request in server.requests} == {"GET"}
        assert {request.body for request in server.requests} == {b""}
        assert not [request for request in server.requests if "mill" in request.path + request.query]


def test_what_listens_is_not_used_and_one_line_says_what_to_type(moe: Any, found: dict[str, FaultyServer]) -> None:
    result = moe(*ASKED, "--strict")
    assert result.exit_code == 0, result.stderr
    assert "Ada Brook" in result.stdout
    assert_asked_for_health_alone(*found.values())
    first, second = (server.url for server in found.values())
    assert result.stderr == (
        f"warning: ollama is passed over: found at {first}, but you have not said that it may read documents and "
        f"questions; `moe servers allow {first}` does (also found: openai at {second})\n"
    )
    assert json.loads(moe(*ASKED, "--json").stdout)["chain"]["choice"]["provider"] == "extractive"


def test_doctor_says_what_to_type(moe: Any, found: dict[str, FaultyServer]) -> None:
    told = moe("doctor").stdout
    for server in found.values():
        assert f"you have not said may read documents and questions -> moe servers allow {server.url}" in told


@pytest.mark.parametrize("command", [("doctor",), ("chain", "show", "Who?"), ("models", "list"), ("servers", "list")])
def test_looking_sends_nothing_either(moe: Any, found: dict[str, FaultyServer], command: tuple[str, ...]) -> None:
    moe(*command)
    assert not [request for server in found.values() for request in server.questions()]


def test_a_word_is_remembered_until_it_is_taken_back(moe: Any, found: dict[str, FaultyServer]) -> None:
    server = found["openai"]
    assert moe("servers", "allow", f"{server.url.replace('127.0.0.1', 'localhost')}/v1/").stdout == (
        f"allowed: {server.url}\n"
    )
    assert "moe servers allow" not in moe(*ASKED).stderr
    assert server.questions()
    assert_asked_for_health_alone(found["ollama"])
    assert "allowed" in moe("servers", "list").stdout
    assert moe("servers", "revoke", server.url).stdout == f"forgotten: {server.url}\n"
    assert moe("servers", "revoke", server.url).stdout == f"nothing was said of {server.url}\n"
    server.forget()
    assert f"(also found: openai at {server.url})" in moe(*ASKED).stderr
    assert not server.questions()


@pytest.mark.parametrize("listed", ["{url}", " {url}/v1 , http://127.0.0.1:9", "*"])
def test_the_environment_may_say_so_where_nobody_can_be_asked(
    moe: Any, found: dict[str, FaultyServer], monkeypatch: pytest.MonkeyPatch, listed: str
) -> None:
    monkeypatch.setenv("MOE_ALLOW_SERVERS", listed.format(url=found["openai"].url))
    moe(*ASKED)
    assert found["openai"].questions() or found["ollama"].questions()
    assert bool(found["ollama"].questions()) is (listed == "*")


def test_an_address_in_the_configuration_is_a_word_and_an_entry_without_one_is_none(
    moe: Any, project: Path, found: dict[str, FaultyServer]
) -> None:
    path = project / "config" / "providers.yaml"
    path.write_text("providers: {openai: {timeout_seconds: 60}}\n", encoding="utf-8")
    moe(*ASKED)
    assert_asked_for_health_alone(*found.values())
    path.write_text(f"providers: {{openai: {{base_url: '{found['openai'].url}'}}}}\n", encoding="utf-8")
    moe(*ASKED)
    assert found["openai"].questions()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="the system does not tell who listens")
def test_another_user_s_program_at_the_same_address_is_asked_about_again(
    moe: Any, found: dict[str, FaultyServer], environment: dict[str, str]
) -> None:
    server = found["openai"]
    ConsentStore(user_folder(environment)).keep_server(server.url, (os.geteuid() + 4321,), is_allowed=True)
    assert f"(also found: openai at {server.url})" in moe(*ASKED).stderr
    assert not server.questions()


def test_who_has_said_no_is_not_told_again(
    moe: Any, found: dict[str, FaultyServer], environment: dict[str, str]
) -> None:
    for server in found.values():
        users = None if not Path("/proc/net/tcp").exists() else (os.geteuid(),)
        ConsentStore(user_folder(environment)).keep_server(server.url, users, is_allowed=False)
    assert moe(*ASKED).stderr == ""
    assert_asked_for_health_alone(*found.values())


@pytest.mark.parametrize("answer", ["y", "n"])
def test_on_a_terminal_it_is_asked_once_and_remembered(
    moe: Any, project: Path, found: dict[str, FaultyServer], terminal: Any, answer: str
) -> None:
    (project / "config" / "providers.yaml").write_text("order: [ollama, extractive]\n", encoding="utf-8")
    server = found["ollama"]
    for _ in range(5):  # a server that takes more than a second, as on a busy machine, is passed over and not asked for
        _, drawn = terminal(*ASKED, answer=answer, env={"OLLAMA_HOST": server.url})
        if "was found at" in drawn:
            break
    assert f"ollama was found at {server.url}" in drawn
    assert bool(server.questions()) is (answer == "y")
    server.forget()
    assert "moe servers allow" not in moe(*ASKED, "--mode", "full").stderr
    assert bool(server.questions()) is (answer == "y")


def test_a_variable_that_lists_no_address_is_named(
    moe: Any, found: dict[str, FaultyServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOE_ALLOW_SERVERS", "ftp://here")
    result = moe(*ASKED)
    assert result.exit_code == 2
    assert "MOE_ALLOW_SERVERS lists 'ftp://here'" in result.stderr


def test_a_server_that_may_not_be_asked_is_never_taken_for_want_of_another(
    moe: Any, project: Path, found: dict[str, FaultyServer]
) -> None:
    (project / "config" / "providers.yaml").write_text("order: [ollama]\n", encoding="utf-8")
    result = moe(*ASKED)
    assert result.exit_code == 2
    assert f"moe servers allow {found['ollama'].url}" in result.stderr
    assert_asked_for_health_alone(found["ollama"])


@pytest.mark.parametrize("url", ["ftp://here", "http://", "http://user:pass@host", "http://127.0.0.1:99999"])
def test_what_is_no_address_is_refused(moe: Any, url: str) -> None:
    result = moe("servers", "allow", url)
    assert result.exit_code == 2
    assert "is no address of a server" in result.stderr
