"""`moe doctor`: what it finds, what it advises, and what it exits with."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from faulty_server import FaultyServer

Use = Callable[..., None]
BASES = ("mistral-small:22b", "mistral:7b", "deepseek-r1:14b", "llama3.2:3b")


@pytest.fixture
def use(project: Path) -> Use:
    """Writes where servers are, and who serves; nobody else's server is asked."""

    def write(system: str = "provider: auto", extra: str = "", **servers: str) -> None:
        lines = [f"  {name}: {{base_url: '{url}'}}" for name, url in servers.items()]
        text = "order: [ollama, extractive]\n"
        text += "providers:\n" + "\n".join(lines) + "\n" if lines else ""
        (project / "config" / "providers.yaml").write_text(text + extra, encoding="utf-8")
        (project / "config" / "system.yaml").write_text(system + "\n", encoding="utf-8")

    return write


def shelve(server: FaultyServer, *models: str) -> FaultyServer:
    server.places["/api/tags"] = {"models": [{"name": name, "model": name} for name in models]}
    return server


def find(result, topic: str) -> list[str]:
    return [line for line in result.stdout.splitlines() if line.split()[1].rstrip(":") == topic]


def test_with_all_models_there_everything_runs_as_it_is(moe, use: Use, faulty_server: FaultyServer) -> None:
    shelve(faulty_server, *BASES)
    use(ollama=faulty_server.url)
    result = moe("doctor")
    assert result.exit_code == 0, result.stdout
    assert all(line.startswith("ok") for line in find(result, "agent"))
    assert any("mistral:7b by ollama" in line for line in find(result, "agent"))
    (server,) = [line for line in find(result, "server") if "ollama" in line]
    assert faulty_server.url in server
    assert "version 0.12.0" in server
    assert "answered in" in server
    (models,) = find(result, "models")
    assert "4 models: mistral-small:22b (reads 4,096 tokens)" in models
    assert find(result, "run") == ["ok      run: works: auto takes ollama"]


def test_a_missing_model_is_stood_in_for_and_the_command_that_fetches_it_is_told(
    moe, use: Use, faulty_server: FaultyServer
) -> None:
    shelve(faulty_server, "qwen3:8b", "llama3.2:3b")
    use(ollama=faulty_server.url)
    result = moe("doctor")
    assert result.exit_code == 0
    (camina,) = [line for line in find(result, "agent") if "camina" in line]
    assert camina.startswith("note")
    assert camina.endswith("qwen3:8b by ollama, instead of mistral-small:22b -> moe models pull mistral-small:22b")
    assert "8 of 11 agents with another model" in find(result, "run")[0]


def test_without_any_server_a_run_works_by_quoting_and_the_way_to_a_model_is_told(moe, use: Use) -> None:
    use()
    result = moe("doctor")
    assert result.exit_code == 0, result.stdout
    (server,) = [line for line in find(result, "server") if "ollama" in line]
    assert server.startswith("note")
    assert "cannot be reached -> start it with: ollama serve" in server
    (outlook,) = find(result, "run")
    assert "without a language model" in outlook
    assert "moe models pull" in outlook


def test_a_configured_server_that_is_down_is_wrong(moe, use: Use, dead_url: str) -> None:
    use("provider: ollama", ollama=dead_url)
    result = moe("doctor")
    assert result.exit_code == 1
    (server,) = [line for line in find(result, "server") if "ollama" in line]
    assert server.startswith("WRONG")
    assert "-> start it with: ollama serve" in server
    assert all(line.startswith("WRONG") and "falls back to extractive" in line for line in find(result, "agent"))


def test_a_model_that_the_configuration_names_and_the_server_lacks_is_wrong(
    moe, use: Use, faulty_server: FaultyServer
) -> None:
    shelve(faulty_server, *BASES)
    use("provider: ollama\nroles: {camina: 'qwen3:8b'}", ollama=faulty_server.url)
    result = moe("doctor")
    assert result.exit_code == 1
    wrong = [line for line in result.stdout.splitlines() if line.startswith("WRONG")]
    assert "has no model qwen3:8b" in wrong[0]
    assert wrong[0].endswith("-> moe models pull qwen3:8b")
    assert "1 of 11 agents would fail" in wrong[1]


def test_an_agent_with_a_server_of_its_own_is_checked_there(
    moe, use: Use, project: Path, start_faulty_server: Callable[..., FaultyServer], dead_url: str
) -> None:
    use("provider: extractive")
    own = start_faulty_server()
    entries = (
        f"law: {{type: belter, base: faulty, provider: openai, base_url: '{own.url}'}}\n"
        f"sea: {{type: belter, base: faulty, provider: openai, base_url: '{dead_url}'}}\n"
    )
    (project / "config" / "models.yaml").write_text(entries, encoding="utf-8")
    agents = {line.split()[3].rstrip(":"): line for line in find(moe("doctor"), "agent")}
    assert agents["law"].startswith("ok")
    assert own.url in agents["law"]
    assert agents["sea"].startswith("WRONG")


def test_a_broken_plugin_and_a_broken_modelfile_are_named_with_the_remedy(moe, use: Use, project: Path) -> None:
    use("provider: extractive")
    (project / "plugins" / "models" / "bad.py").write_text("import nothing_of_that_name\n", encoding="utf-8")
    (project / "modelfiles").mkdir()
    (project / "modelfiles" / "bad.moe").write_text("FROM x\nROEL drummer\n", encoding="utf-8")
    result = moe("doctor")
    assert result.exit_code == 1
    wrong = [line for line in find(result, "plugins") if line.startswith("WRONG")]
    assert len(wrong) == 2
    assert any("bad.py" in line and "nothing_of_that_name" in line for line in wrong)
    assert any("bad.moe" in line for line in wrong)


def test_a_wrong_setting_is_the_one_finding(moe, project: Path) -> None:
    (project / "config" / "system.yaml").write_text("provder: ollama\n", encoding="utf-8")
    result = moe("doctor")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 1
    assert result.stdout.startswith("WRONG   config: ")
    assert json.loads(moe("doctor", "--json").stdout)["ok"] is False
    (project / "config" / "system.yaml").write_text("seed: many\n", encoding="utf-8")
    told = moe("doctor").stdout
    assert "system.yaml:1: system.seed must be a whole number" in told
    assert "config show" not in told  # it fails the same way


def test_the_index_is_told_about_also_when_it_is_behind_or_damaged(moe, use: Use, project: Path) -> None:
    use("provider: extractive")
    assert "no documents are indexed" in find(moe("doctor"), "index")[0]
    assert moe("index", "add", "docs").exit_code == 0
    assert find(moe("doctor"), "index")[0].startswith("ok")
    (project / "docs" / "mill.md").write_text("Other words.\n", encoding="utf-8")
    behind = find(moe("doctor"), "index")[0]
    assert "1 file has changed since or gone -> moe index add" in behind
    for path in (project / ".moe" / "index").rglob("*"):
        if path.is_file() and path.name != "LOCK":
            path.write_bytes(b"x")
    damaged = moe("doctor")
    assert damaged.exit_code == 1
    assert find(damaged, "index")[0].startswith("WRONG")


MINE = '''
"""A provider from somewhere else."""

from moe_core import Health, ModelProvider, ModelReply
from moe_core.contracts.download import PullProgress
from moe_core.contracts.model import Endpoint


class Mine(ModelProvider):
    name = "mine"
    summary = "Mine"
    can_pull = True

    async def generate(self, request):
        return ModelReply(text="no")

    def endpoint(self):
        return Endpoint(address="http://mine.example:9", is_local=True)

    async def find_version(self):
        return "7.1"

    async def pull(self, model):
        yield PullProgress(status="success")

    async def max_context_tokens(self, model):
        return 5000

    async def health(self):
        return Health(ok=True, detail="mine is up")

    async def models(self):
        return ["qwen3:8b"]
'''


def test_as_much_is_told_of_a_provider_from_somewhere_else(moe, use: Use, project: Path) -> None:
    folder = project / "plugins" / "models"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mine.py").write_text(MINE, encoding="utf-8")
    use("provider: mine")
    result = moe("doctor")
    (server,) = [line for line in find(result, "server") if "mine" in line]
    assert "mine is up at http://mine.example:9, version 7.1, answered in" in server
    assert "1 model: qwen3:8b (reads 5,000 tokens)" in find(result, "models")[0]
    assert "moe models pull mistral-small:22b" in next(line for line in find(result, "agent") if "camina" in line)
    assert moe("models", "pull", "llama3.2:3b", "--provider", "mine").exit_code == 0


def test_a_replay_is_a_language_model_without_a_server_that_serves_any_model(moe, use: Use, project: Path) -> None:
    (project / "demo.jsonl").write_text(
        '{"recording": 1, "kind": "chat", "request": {"model": "qwen3:8b", "messages": []}}\n', encoding="utf-8"
    )
    path = project / "demo.jsonl"
    use("provider: replay", extra=f"providers:\n  replay: {{options: {{path: '{path}'}}}}\n")
    result = moe("doctor")
    assert result.exit_code == 0, result.stdout
    assert all(line.startswith("ok") for line in find(result, "agent"))
    assert find(result, "run") == ["ok      run: works: replay is configured"]
    assert not find(result, "models")


def test_keys_are_never_printed(moe, use: Use, faulty_server: FaultyServer) -> None:
    faulty_server.plan("unauthorized", path="/v1/models", times=None)
    use(
        "provider: openai",
        extra=f"providers: {{openai: {{base_url: '{faulty_server.url}', api_key_env: HOUSE_KEY}}}}\n",
    )
    for arguments in (("doctor",), ("doctor", "--json"), ("models", "list", "--json")):
        result = moe(*arguments, env={"HOUSE_KEY": "sk-very-secret"})
        assert "HOUSE_KEY" in result.stdout or arguments[0] == "models"
        assert "sk-very-secret" not in result.stdout + result.stderr


def test_json_holds_servers_models_agents_and_findings(moe, use: Use, faulty_server: FaultyServer) -> None:
    shelve(faulty_server, "qwen3:8b")
    use(ollama=faulty_server.url)
    data = json.loads(moe("doctor", "--json").stdout)
    assert data["ok"] is True
    assert data["choice"]["provider"] == "ollama"
    ollama = next(server for server in data["servers"] if server["name"] == "ollama")
    assert ollama["models"] == [{"name": "qwen3:8b", "context_tokens": 4096}]
    camina = next(agent for agent in data["agents"] if agent["role"] == "camina")
    assert (camina["state"], camina["source"], camina["served"]["model"]) == ("note", "bundled", "qwen3:8b")
    assert {finding["topic"] for finding in data["findings"]} >= {
        "config",
        "plugins",
        "index",
        "server",
        "agent",
        "run",
    }


@pytest.mark.skipif(sys.platform == "win32", reason="needs modes of files")
def test_a_record_that_cannot_be_read_is_told(moe, use: Use, project: Path) -> None:
    use("provider: extractive")
    (project / ".moe").mkdir()
    (project / ".moe" / "runs.db").write_bytes(b"this is no database, whatever its name says" * 20)
    result = moe("doctor")
    assert result.exit_code == 1
    assert find(result, "workspace")[0].startswith("WRONG")


def test_names_that_no_provider_has_are_told(moe, project: Path) -> None:
    text = "order: [olama, extractive]\nproviders:\n  opnai: {base_url: 'http://127.0.0.1:1'}\n"
    (project / "config" / "providers.yaml").write_text(text, encoding="utf-8")
    result = moe("doctor")
    assert result.exit_code == 1
    wrong = [line for line in find(result, "config") if line.startswith("WRONG")]
    assert len(wrong) == 2
    assert "'olama'" in wrong[0]
    assert wrong[0].endswith("did you mean 'ollama'?")
    assert wrong[1].endswith("did you mean 'openai'?")


def test_an_address_that_is_none_comes_with_its_remedy(moe, use: Use) -> None:
    use(ollama="http://127.0.0.1:99999")
    result = moe("doctor")
    assert result.exit_code == 1
    (server,) = [line for line in find(result, "server") if "ollama" in line]
    assert server.startswith("WRONG")
    assert "port 99999" in server
    assert "-> write it like" in server
