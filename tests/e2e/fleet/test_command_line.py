"""An agent elsewhere by each transport, as a user has it: two commands, and one line of configuration."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from durable_place import wait_for_line
from free_ports import find_free_port

TEXT = "The mill was restored by Ada Brook in 1912."


@pytest.mark.parametrize("kind", ["grpc", "rabbit", "nats"])
def test_a_run_and_a_worker_in_two_processes(kind: str, tmp_path: Path, request: pytest.FixtureRequest):
    if kind == "grpc":
        url = f"grpc://127.0.0.1:{find_free_port()}"
    else:
        url = f"{request.getfixturevalue(kind).url}?queue=command-line"
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "mill.txt").write_text(TEXT, encoding="utf-8")
    home = tmp_path / "home"
    (home / "moe" / "config").mkdir(parents=True)
    (home / "moe" / "config" / "models.yaml").write_text(f"search: {{url: '{url}'}}\n", encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MOE_", "_MOE"))}
    environment = {**kept, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "OLLAMA_HOST": "127.0.0.1:1"}
    command = [sys.executable, "-m", "moe"]
    ask = [*command, "run", "Who restored the mill?", "--docs", "docs", "--json"]
    with subprocess.Popen(
        [*command, "worker", "--listen", url], env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as worker:
        wait_for_line(worker, "tasks are taken at")
        asked = subprocess.run(ask, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        worker.send_signal(signal.SIGTERM)
        told = worker.communicate(timeout=40)[1]
        assert worker.returncode == 0
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["citations"][0]["text"] == TEXT
    assert (asked.stderr, told) == ("", "no task is begun any more; those in work have 30 s\n")
    shown = subprocess.run(
        [*command, "runs", "show", "last", "--json"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    [sent] = [event for event in json.loads(shown.stdout)["events"] if event["kind"] == "task.sent"]
    assert sent["data"]["is_local"] is (kind == "grpc")  # what a broker hands on may leave the machine
    assert "guest:guest" not in shown.stdout
