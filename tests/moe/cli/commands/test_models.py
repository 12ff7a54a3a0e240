"""`moe models` with servers: what they have, and fetching more."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from faulty_server import FaultyServer
from ollama_stand_in import OllamaStandIn

Use = Callable[..., None]


@pytest.fixture
def use(project: Path) -> Use:
    """Writes where servers are, and lets `auto` decide."""

    def write(provider: str = "auto", **servers: str) -> None:
        lines = [f"  {name}: {{base_url: '{url}'}}" for name, url in servers.items()]
        (project / "config" / "providers.yaml").write_text("providers:\n" + "\n".join(lines) + "\n", encoding="utf-8")
        (project / "config" / "system.yaml").write_text(f"provider: {provider}\n", encoding="utf-8")

    return write


def shelve(server: FaultyServer, *models: str) -> None:
    server.places["/api/tags"] = {"models": [{"name": name, "model": name} for name in models]}


def test_the_list_shows_what_each_server_has_and_which_model_stands_in_for_which(
    moe, use: Use, faulty_server: FaultyServer, dead_url: str
) -> None:
    shelve(faulty_server, "qwen3:8b", "llama3.2:3b")
    use(ollama=faulty_server.url, openai=dead_url)
    shown = moe("models", "list")
    assert shown.exit_code == 0, shown.stderr
    lines = [line.split() for line in shown.stdout.splitlines()]
    assert ["qwen3:8b", "ollama"] in lines
    assert ["llama3.2:3b", "ollama"] in lines
    camina = next(line for line in shown.stdout.splitlines() if line.startswith("camina"))
    assert camina.split()[2:] == "mistral-small:22b qwen3:8b by ollama, instead of mistral-small:22b".split() + (
        "extractive in place of qwen3:8b, no language model".split()
    )
    data = json.loads(moe("models", "list", "--json").stdout)
    ollama = next(provider for provider in data["providers"] if provider["name"] == "ollama")
    assert ollama["address"] == faulty_server.url
    assert ollama["models"] == ["qwen3:8b", "llama3.2:3b"]


def test_a_long_list_is_cut_and_says_where_the_rest_is(
    moe, use: Use, faulty_server: FaultyServer, dead_url: str
) -> None:
    shelve(faulty_server, *(f"model-{number}:7b" for number in range(25)))
    use(ollama=faulty_server.url, openai=dead_url)
    shown = moe("models", "list").stdout
    assert "and 5 more: moe models show ollama" in shown
    assert "model-24:7b" in moe("models", "show", "ollama").stdout


def test_a_model_that_a_server_has_is_shown_though_no_agent_uses_it(
    moe, use: Use, faulty_server: FaultyServer, dead_url: str
) -> None:
    shelve(faulty_server, "gemma3:27b", "qwen3:8b", "llama3.2:3b")
    use("extractive", ollama=faulty_server.url, openai=dead_url)
    shown = moe("models", "show", "gemma3:27b")
    assert shown.exit_code == 0, shown.stderr
    assert "there at ollama" in shown.stdout
    assert "did you mean 'gemma3:27b'" in moe("models", "show", "gemma3:2b").stderr


def test_a_model_is_fetched_a_line_for_each_step_and_is_there_afterwards(
    moe, use: Use, ollama_stand_in: OllamaStandIn
) -> None:
    use(ollama=ollama_stand_in.url)
    done = moe("models", "pull", "tiny-extra")
    assert done.exit_code == 0, done.stderr
    assert done.stdout == "tiny-extra is there, at ollama\n"
    steps = done.stderr.splitlines()
    assert len(steps) == len(set(steps)) > 2
    assert any("40 MB" in step for step in steps)
    assert steps[-1] == "success"
    assert "tiny-extra:latest" in moe("models", "show", "ollama").stdout


def test_json_is_told_when_it_is_over(moe, use: Use, ollama_stand_in: OllamaStandIn) -> None:
    use(ollama=ollama_stand_in.url)
    done = moe("models", "pull", "tiny-extra", "--json")
    assert json.loads(done.stdout) == {"model": "tiny-extra", "provider": "ollama", "status": "success"}


def test_a_name_that_the_library_lacks_is_one_line_with_the_nearest(
    moe, use: Use, ollama_stand_in: OllamaStandIn
) -> None:
    use(ollama=ollama_stand_in.url)
    done = moe("models", "pull", "mistrel:7b")
    assert done.exit_code == 1
    assert [line for line in done.stderr.splitlines() if "pulling" not in line] == [
        "error: Ollama's library has no model 'mistrel:7b'",
        "  hint: did you mean mistral:7b?",
    ]


def test_without_a_server_the_remedy_is_told(moe, use: Use, dead_url: str) -> None:
    use(ollama=dead_url)
    done = moe("models", "pull", "tiny-extra")
    assert done.exit_code == 1
    assert "cannot be reached" in done.stderr
    assert "ollama serve" in done.stderr


def test_a_provider_that_cannot_fetch_names_those_that_can(moe, use: Use, dead_url: str) -> None:
    use(openai=dead_url)
    done = moe("models", "pull", "tiny-extra", "--provider", "openai")
    assert done.exit_code == 2
    assert "openai fetches no models" in done.stderr
    assert "ollama" in done.stderr
    assert moe("models", "pull", "tiny-extra", "--provider", "olama").exit_code == 2


def test_a_terminal_shows_a_bar_and_keeps_only_the_end(terminal, use: Use, ollama_stand_in: OllamaStandIn) -> None:
    use(ollama=ollama_stand_in.url)
    code, drawn = terminal("models", "pull", "tiny-extra")
    assert code == 0
    end = drawn.rindex("\x1b[?25h")
    assert "MB" in drawn[:end]
    assert "is there, at ollama" in drawn[end:]
    assert "MB" not in drawn[end:]


def test_ctrl_c_stops_fetching_and_says_how_to_go_on(terminal, use: Use, faulty_server: FaultyServer) -> None:
    faulty_server.plan("stall_before_headers", path="/api/pull", times=None)
    use(ollama=faulty_server.url)
    code, drawn = terminal("models", "pull", "qwen3:8b", interrupt_at="asking")
    assert code == 130
    assert "Traceback" not in drawn
    assert "to go on where it was: moe models pull qwen3:8b" in drawn


def test_a_reader_model_is_fetched_then_listed_and_answers(
    moe, project: Path, server, tiny_reader: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(project / "data"))
    siblings, commit = [], "ab" * 20
    for name in ("config.json", "tokenizer.json", "model.onnx"):
        content = (tiny_reader / name).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        about = {"rfilename": name, "size": len(content), "lfs": {"size": len(content), "sha256": digest}}
        siblings.append(about)
        server.routes[f"/mills/tiny/resolve/{commit}/{name}"] = (200, {}, content)
    listing = json.dumps({"sha": commit, "siblings": siblings}).encode()
    server.routes["/api/models/mills/tiny"] = (200, {}, listing)
    (project / "config" / "system.yaml").write_text("provider: auto\n", encoding="utf-8")
    (project / "config" / "providers.yaml").write_text(
        f"order: [reader, extractive]\nproviders:\n  reader: {{base_url: '{server.url}'}}\n", encoding="utf-8"
    )
    before = moe("models", "list")
    assert "moe models pull --provider reader" in before.stdout
    unknown = moe("models", "pull", "--provider", "reader", "mills/tinny")
    assert unknown.exit_code == 1
    assert "has no public model mills/tinny" in unknown.stderr
    done = moe("models", "pull", "--provider", "reader", "mills/tiny")
    assert done.exit_code == 0, done.stderr
    assert done.stdout == "mills/tiny is there, at reader\n"
    assert "fetching model.onnx" in done.stderr
    assert "reads with tiny" in moe("models", "list").stdout
    (project / "docs" / "bridge.txt").write_text("The bridge was sold by Clara in 1860.\n", encoding="utf-8")
    result = json.loads(moe("run", "Who sold the bridge?", "--docs", "docs", "--json").stdout)
    assert (result["short_answer"], result["status"]) == ("Clara", "done")
    assert "The bridge was sold by Clara in 1860. [1]" in result["answer"]
