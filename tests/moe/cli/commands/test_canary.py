"""Keys that are read, by each kind of reference, stand in nothing that moe says, serves, sends or writes."""

import importlib.util
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from moe.cli.group import cli

pytest.importorskip("hvac", reason="moe-core[secrets] is not installed")

from otlp_collector import OtlpCollector
from served_project import ServedProject

_SPEC = importlib.util.spec_from_file_location("every_command", Path(__file__).with_name("test_trust.py"))
every = importlib.util.module_from_spec(_SPEC)  # which words each command needs
_SPEC.loader.exec_module(every)

MODEL, TOOL, SERVER, TRACES = (f"sk-canary-{name}-8d1f" for name in ("model", "tool", "server", "traces"))
CANARY = re.compile("sk-canary-[a-z]+-8d1f")
QUESTION = "When was the mill built?"
TIDE = """
from moe_core import BaseTool, ToolContext, ToolError


class Tide(BaseTool):
    '''Tell the tide, and all that it knows.'''

    effects = ("secrets",)

    def execute(self, harbour: str, context: ToolContext) -> dict:
        key = context.secrets.get("tide_key")
        context.report(f"asking with {key}")
        context.logger.warning("asking with %s", key)
        if harbour == "nowhere":
            raise ToolError(f"{key} knows no such harbour")
        if harbour == "broken":
            raise ValueError(key)
        return {"high": "nine", "by": key, "statement": f"The tide is high at nine, says {key}."}
"""
DRUMMER = "FROM any:1\nROLE drummer\nDESCRIPTION Tells tides\nCAPABILITY tides\nTOOL tide\n"
TOOLS = """
tide: {{settings: {{tide_key: "file:{key}"}}}}
library: {{mcp: {{url: "{url}/mcp", token: "env:CANARY_SERVER", timeout_seconds: 20}}}}
"""


def echo(handler) -> None:
    """What some servers do: they repeat the key that they refuse."""
    told = f"Incorrect API key provided: {handler.headers.get('authorization')}"
    body = json.dumps({"error": {"message": told, "type": "server_error"}}).encode()
    handler.send_response(400)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def guarded(tmp_path: Path, server, vault_stand_in, otlp_collector: OtlpCollector, monkeypatch) -> ServedProject:
    """A project whose model server, tool, MCP server and collector are each sent a key."""
    project = ServedProject(tmp_path, "guarded")
    vault_stand_in.secrets["moe/models"] = {"openai": MODEL}
    for path in ("/v1/chat/completions", "/mcp"):
        server.routes[path] = echo
    server.routes["/v1/models"] = (
        200,
        {"content-type": "application/json"},
        b'{"data": [{"id": "mistral-small:22b"}]}',
    )
    (tmp_path / "tide.key").write_text(TOOL)
    folder = project.folder
    (folder / "a.txt").write_text("The mill was built in 1812 by Ada Brook.\n")
    (folder / "questions.txt").write_text(f"{QUESTION}\n")
    (folder / "plugins/tools/tide.py").write_text(TIDE)
    (folder / "modelfiles/drummers/tides.moe").write_text(DRUMMER)
    (folder / "config/tools.yaml").write_text(TOOLS.format(key=tmp_path / "tide.key", url=server.url))
    (folder / "config/providers.yaml").write_text(
        f'providers: {{openai: {{base_url: "{server.url}/v1", api_key: "vault:secret/moe/models#openai"}}}}\n'
    )
    telemetry = f'{{traces: "{otlp_collector.url}", contents: true, headers: {{x-token: "env:CANARY_TRACES"}}}}'
    (folder / "config/system.yaml").write_text(
        f"provider: openai\nmode: full\nresilience: {{attempts_max: 1}}\ntelemetry: {telemetry}\n"
    )
    ours = {name: value for name, value in os.environ.items() if name.startswith("VAULT_")}
    project.environment |= {**ours, "CANARY_SERVER": SERVER, "CANARY_TRACES": TRACES}
    for name, value in project.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)
    return project


def require_unwritten(project: ServedProject) -> None:
    """No file below the user's home, the project and its record among them, holds a key."""
    written = [path for path in project.folder.parent.rglob("*") if path.is_file() and path.name != "tide.key"]
    assert any(path.name == "runs.db" for path in written)
    for path in written:
        assert b"sk-canary" not in path.read_bytes(), path


@pytest.fixture
def moe(guarded: ServedProject):
    def run(*words: str) -> str:
        result = CliRunner().invoke(cli, list(words), prog_name="moe", input=f"{QUESTION}\n")
        assert "Traceback" not in result.output
        return result.output

    return run


def list_all() -> Iterator[tuple[str, ...]]:
    for path in every.walk_commands(cli):
        if path[0] not in every.GO_ON and path != ("mcp", "serve"):
            yield path


def test_no_command_shows_a_key_or_writes_one(guarded: ServedProject, moe, server, otlp_collector) -> None:
    asks = ["run", QUESTION, "--docs", "a.txt"]
    assert "Incorrect API key provided" in moe(*asks), "the server's words are told"
    assert f"Bearer {MODEL}" in [seen["headers"].get("authorization") for seen in server.seen]
    said = moe("drummer", "tides", "The tide?") + moe("tools", "run", "tide", "harbour=x")
    assert "********" in said
    for harbour in ("nowhere", "broken"):
        said += moe("tools", "run", "tide", f"harbour={harbour}")
    said += moe("mcp", "accept", "library")
    assert f"Bearer {SERVER}" in [seen["headers"].get("authorization") for seen in server.seen]
    for path in list_all():
        words = [word.format(home=guarded.folder.parent) for word in every.ARGUMENTS.get(" ".join(path), [])]
        for more in ([], ["--json"]):
            said += (told := moe(*path, *words, *more))
            assert not CANARY.search(told), path
    assert not CANARY.search(said)
    assert "vault:secret/moe/models#openai" in moe("config", "show")
    assert otlp_collector.headers[0]["x-token"] == TRACES
    assert b"sk-canary" not in b"".join(otlp_collector.raw)
    require_unwritten(guarded)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are told to end as POSIX does")
def test_no_log_line_endpoint_or_span_of_a_server_holds_a_key(guarded: ServedProject, server, otlp_collector) -> None:
    guarded.environment["MOE_LOG"] = "debug"
    guarded.start("--workers", "1")
    told = []
    with guarded.open_client() as client:
        run = client.post("/run", json={"question": QUESTION, "docs": ["a.txt"]}).json()
        told.append(json.dumps(run))
        wish = {"question": "The tide?", "top": "drummer", "drummer": "tides"}
        told.append(client.post("/run", json=wish).text)
        told.append(client.post("/api/v1/tools/tide/run", json={"params": {"harbour": "broken"}}).text)
        told.append(client.post("/api/v1/tools/tide/run", json={"params": {"harbour": "x"}}).text)
        told.append(client.post("/api/v1/doctor").text)
        described = client.get("/openapi.json").json()["paths"]
        for path in described:
            if "get" in described[path]:
                asked = path.replace("{run_id}", run["run_id"])
                told.append(
                    client.get(re.sub(r"\{\w+\}", "openai", asked), headers={"accept": "application/json"}).text
                )
    told.append(guarded.stop())
    assert f"Bearer {MODEL}" in [seen["headers"].get("authorization") for seen in server.seen]
    assert "asking with ********" in told[-1], "the tool's own line"
    assert otlp_collector.headers[0]["x-token"] == TRACES
    for text in told:
        assert not CANARY.search(text), text[:2000]
    assert b"sk-canary" not in b"".join(otlp_collector.raw)
    require_unwritten(guarded)
