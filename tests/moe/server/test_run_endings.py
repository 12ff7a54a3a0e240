"""What is counted, logged and charged when runs end, and who is told."""

import json
import re
import subprocess
import sys

import pytest

from served_project import QUESTION, ServedProject

TALK = {**QUESTION, "belter": "research", "provider": "talker"}


def test_requests_runs_and_models_are_counted(client):
    def measure():
        told = client.get("/metrics")
        assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
        return dict(line.rsplit(" ", 1) for line in told.text.splitlines() if not line.startswith("#"))

    before = measure()
    client.post("/run", json=TALK)
    client.get("/api/v1/runs/nobody")
    after = measure()

    def grown(name):
        return float(after.get(name, 0)) - float(before.get(name, 0))

    assert grown('moe_runs_total{status="done"}') == 1
    assert grown('moe_requests_total{method="POST",path="/run",status="200"}') == 1
    assert grown('moe_requests_total{method="GET",path="/api/v1/runs/{run_id}",status="404"}') == 1
    assert grown('moe_model_calls_total{provider="talker",role="camina"}') >= 1
    assert "nobody" not in str(after)
    assert after["moe_workers_ready"] == "1"


def test_figures_are_the_admins(keyed):
    for key, status in ((keyed.keys.ann, 403), (keyed.keys.chief, 200), ("", 401)):
        with keyed.open_client(headers={"authorization": f"Bearer {key}"} if key else {}) as client:
            assert client.get("/metrics").status_code == status


def test_requests_and_runs_are_logged_as_json_lines(own, monkeypatch):
    monkeypatch.setitem(own.environment, "MOE_LOG", "info")
    own.start("--workers", "1")
    with own.open_client() as client:
        run = client.post("/run", json=QUESTION, headers={"x-correlation-id": "order-9"}).json()["run_id"]
        client.get(f"/api/v1/runs/{run}", headers={"x-correlation-id": "look-1"})
        client.get("/health/live")
    lines = _read_lines(own.stop())
    ours = [line for line in lines if line.get("event") in ("request", "run.ended")]
    asked, ended, looked = (
        next(line for line in ours if line["event"] == event and line["correlation_id"] == order)
        for event, order in (("request", "order-9"), ("run.ended", "order-9"), ("request", "look-1"))
    )
    assert (asked["path"], asked["status"], asked["level"]) == ("/run", 200, "info")
    assert (ended["run_id"], ended["status"], ended["key"]) == (run, "done", "")
    assert looked["run_id"] == run
    assert "/health/live" not in [line.get("path") for line in ours]


def test_tasks_of_runs_are_logged_without_what_they_are_about(tmp_path):
    project = ServedProject(tmp_path, "logged")
    secret = json.loads(project.run("keys", "create", "desk", "--json").stdout)["key"]
    project.environment["MOE_LOG"] = "info"
    project.start("--workers", "1")
    headers = {"authorization": f"Bearer {secret}", "x-correlation-id": "order-10"}
    with project.open_client(headers=headers) as client:
        answer = client.post("/run", json=QUESTION).json()
        listed = client.get(f"/api/v1/runs/{answer['run_id']}/events", headers={"accept": "application/json"}).json()
    written = project.stop()
    lines = _read_lines(written)
    assert all({"time", "level", "correlation_id", "run_id", "task_id", "agent", "key"} <= set(line) for line in lines)
    tasks = [line for line in lines if str(line.get("event")).startswith("task.")]
    recorded = [one for one in listed["events"] if one["kind"].startswith("task.")]
    assert [(line["event"], line["task_id"], line["agent"]) for line in tasks] == [
        (one["kind"], one["task_id"], one["agent"]) for one in recorded
    ]
    assert len(tasks) >= 2
    assert {(line["run_id"], line["correlation_id"], line["key"]) for line in tasks} == {
        (answer["run_id"], "order-10", "desk")
    }
    assert all((line["event"] == "task.finished") == ("status" in line and line["seconds"] > 0) for line in tasks)
    assert "tidal mill" not in written
    assert "Ada Brook" not in written


def test_lines_of_tools_in_workers_tell_run_task_agent_and_key(tmp_path):
    project = ServedProject(tmp_path, "told")
    (project.folder / "plugins" / "tools" / "waiting" / "mutter.py").write_text(MUTTER)
    (project.folder / "modelfiles" / "drummers" / "mutterer.moe").write_text(MUTTERER)
    secret = json.loads(project.run("keys", "create", "desk", "--scope", "runs:write", "--json").stdout)["key"]
    project.environment["MOE_LOG"] = "warning"
    project.start("--workers", "1")
    with project.open_client(headers={"authorization": f"Bearer {secret}", "x-correlation-id": "order-11"}) as client:
        wish = {"question": "Mutter", "top": "drummer", "drummer": "mutterer"}
        answer = client.post("/run", json=wish).json()
    lines = _read_lines(project.stop())
    (line,) = [line for line in lines if line.get("message") == "no tide is known"]
    assert {name: line[name] for name in ("run_id", "correlation_id", "agent", "key", "logger")} == {
        "run_id": answer["run_id"],
        "correlation_id": "order-11",
        "agent": "mutterer",
        "key": "desk",
        "logger": "moe.tools.mutter",
    }
    assert line["task_id"].startswith(answer["run_id"])


MUTTER = """
from moe_core import BaseTool


class Mutter(BaseTool):
    '''Mutter something.'''

    effects = ()

    async def execute(self, context) -> dict:
        context.logger.warning("no tide is known")
        return {"said": "mutter"}
"""
MUTTERER = """FROM any:1
ROLE drummer
DESCRIPTION Mutters
CAPABILITY mutter
TOOL mutter
"""


def _read_lines(written):
    return [json.loads(line) for line in written.splitlines() if line.startswith("{")]


@pytest.fixture
def spender(keyed):
    """A key that may spend few tokens a day."""
    made = keyed.run("keys", "create", "spender", "--budget", "tokens=900/day", "--json")
    yield json.loads(made.stdout)["key"]
    keyed.run("keys", "revoke", "spender")


def test_a_key_spends_no_more_than_its_budget(keyed, spender):
    program = "import sys; from datetime import *; from pathlib import Path; from moe.server.budgets.sql import *; "
    program += "budgets = open_file_budgets(Path(sys.argv[1]), lambda: None); "
    program += "budgets.charge(sys.argv[2], str(datetime.now(UTC).date()), 899)"
    with keyed.open_client(headers={"authorization": f"Bearer {spender}"}) as client:
        assert client.post("/run", json=QUESTION).status_code == 200  # which asks no model
        arguments = [sys.executable, "-c", program, str(keyed.folder / ".moe"), spender.split("_")[1]]
        subprocess.run(arguments, check=True, env={**keyed.environment, "PYTHONPATH": ":".join(filter(None, sys.path))})
        last = client.post("/run", json=QUESTION)
        started = client.get(f"/api/v1/runs/{last.json()['run_id']}/events", headers={"accept": "application/json"})
        assert started.json()["events"][0]["data"]["request"]["budget"]["run"]["max_tokens"] == 1
        subprocess.run(arguments, check=True, env={**keyed.environment, "PYTHONPATH": ":".join(filter(None, sys.path))})
        refused = client.post("/run", json=QUESTION)
        assert (refused.status_code, refused.json()["code"]) == (429, "key_budget")
        assert 0 < int(refused.headers["retry-after"]) <= 86_400
        assert re.search(r"'spender' has spent its 900 tokens of this day", refused.json()["detail"])
        resumed = client.post(f"/api/v1/runs/{last.json()['run_id']}/resume", json={})
        assert resumed.status_code in (409, 429)


def test_what_a_run_spends_is_charged_to_its_key(keyed):
    made = keyed.run("keys", "create", "talkative", "--budget", "tokens=100k/day", "--json")
    key = json.loads(made.stdout)["key"]
    with keyed.open_client(headers={"authorization": f"Bearer {key}"}) as client:
        for _ in range(2):
            run = client.post("/run", json=TALK).json()
            assert "usage" in run, run
        spent = run["usage"]["prompt_tokens"] + run["usage"]["completion_tokens"]
        assert spent > 0
        again = client.post("/run", json=QUESTION).json()["run_id"]
        events = client.get(f"/api/v1/runs/{again}/events", headers={"accept": "application/json"}).json()["events"]
        assert events[0]["data"]["request"]["budget"]["run"]["max_tokens"] == 100_000 - 2 * spent
    keyed.run("keys", "revoke", "talkative")
