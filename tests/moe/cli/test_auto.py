"""`moe run` when nobody says who serves, and when it is said what may be spent."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from faulty_server import FaultyServer
from ollama_stand_in import OllamaStandIn

QUESTION = ("Who restored the tidal mill?", "--docs", "docs", "--belter", "research")


@pytest.fixture
def use(project: Path) -> Callable[..., None]:
    """Lets `auto` decide between Ollama at an address and none."""

    def write(ollama: str = "") -> None:
        entry = f"providers: {{ollama: {{base_url: '{ollama}'}}}}\n" if ollama else ""
        (project / "config" / "providers.yaml").write_text(f"order: [ollama, extractive]\n{entry}", encoding="utf-8")
        (project / "config" / "system.yaml").write_text("provider: auto\n", encoding="utf-8")

    return write


def test_without_a_server_a_run_is_the_one_without_a_model_and_is_not_degraded(moe, use: Callable[..., None]) -> None:
    use()
    by_auto = json.loads(moe("run", *QUESTION, "--json", "--strict").stdout)
    named = json.loads(moe("run", *QUESTION, "--json", "--provider", "extractive").stdout)
    assert by_auto["status"] == "done"
    assert by_auto["degraded"] is False
    for key in ("answer", "citations", "observer"):
        assert by_auto[key] == named[key]
    assert by_auto["chain"]["choice"]["provider"] == "extractive"
    assert named["chain"]["choice"] is None
    shown = moe("run", *QUESTION)
    assert shown.stderr == ""
    assert ", by extractive, " in shown.stdout.splitlines()[-1]


def test_a_server_that_is_found_serves_the_run_and_the_models_are_told(
    moe, use: Callable[..., None], ollama_stand_in: OllamaStandIn
) -> None:
    use(ollama_stand_in.url)
    shown = moe("run", *QUESTION, "--mode", "full")
    assert ", by ollama with tiny:latest instead of mistral-small:22b, " in shown.stdout.splitlines()[-1], shown.stderr
    asked = [request for request in ollama_stand_in.requests if request.path == "/api/chat"]
    assert {request.json["model"] for request in asked} == {"tiny:latest"}
    assert "auto takes ollama, 1 passed over: extractive" in moe("runs", "show", "last").stdout


def test_a_configured_server_that_is_down_is_a_warning_and_no_degrading(
    moe, use: Callable[..., None], dead_url: str
) -> None:
    use(dead_url)
    result = moe("run", *QUESTION, "--strict")
    assert result.exit_code == 0, result.stderr
    assert result.stderr.startswith(f"warning: ollama is passed over: ollama at {dead_url} cannot be reached")
    assert len(result.stderr.splitlines()) == 1


def test_a_server_that_dies_after_it_was_chosen_is_fallen_back_from_and_that_is_degraded(
    moe, use: Callable[..., None], faulty_server: FaultyServer
) -> None:
    use(faulty_server.url)
    faulty_server.plan("hang_up", times=None)
    arguments = ("--set", "system.resilience.attempts_max=1", "run", *QUESTION, "--strict", "--mode", "full")
    result = moe(*arguments)
    assert result.exit_code == 3, result.stderr
    assert "Ada Brook" in result.stdout
    assert "degraded" in result.stderr


@pytest.mark.parametrize("budget", ["tokens", "tokens=none", "hours=3", "belter.tokens=-1", ""])
def test_a_budget_that_is_none_is_wrong_usage_with_an_example(moe, budget: str) -> None:
    result = moe("run", *QUESTION, "--budget", budget)
    assert result.exit_code == 2
    assert "write it like tokens=20000" in result.stderr


def test_a_budget_is_kept_to(moe, project: Path, add: Callable[..., Path]) -> None:
    add(project, "talker.py", "models")
    data = json.loads(moe("run", *QUESTION, "--provider", "talker", "--budget", "requests=2", "--json").stdout)
    events = json.loads(moe("runs", "show", "last", "--json").stdout)["events"]
    by = [event["data"]["provider"] for event in events if event["kind"] == "model.answered"]
    assert by.count("talker") == 2
    assert "extractive" in by
    assert data["degraded"] is True
    assert events[0]["data"]["request"]["budget"]["run"]["max_requests"] == 2
