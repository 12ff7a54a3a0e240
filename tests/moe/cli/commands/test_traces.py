"""Traces of runs over several processes, received by a collector that decodes them."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("opentelemetry.sdk", reason="moe-core[telemetry] is not installed")

from durable_place import wait_for_line
from free_ports import find_free_port
from otlp_collector import OtlpCollector, TakenSpan
from served_project import QUESTION, ServedProject

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@contextmanager
def ended(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Have a process end with the block, whatever happens in it."""
    try:
        yield
    finally:
        process.kill()


def require_whole(spans: list[TakenSpan], parent: str) -> TakenSpan:
    """The one span that has no other of the trace above it, but the caller's."""
    assert len({span.trace_id for span in spans}) == 1
    ids = {span.span_id for span in spans}
    assert len(ids) == len(spans)
    (root,) = [span for span in spans if span.parent_id not in ids]
    assert (root.name, root.parent_id) == ("invoke_workflow camina", parent)
    return root


@pytest.mark.skipif(sys.platform == "win32", reason="processes are told to end as POSIX does")
def test_the_trace_of_a_run_that_two_workers_did_is_whole(
    slow_project: Path, environment: dict[str, str], moe, monkeypatch, otlp_collector: OtlpCollector
) -> None:
    """The first is killed while a tool works, the second goes on."""
    pytest.importorskip("dbos", reason="moe-core[durable] is not installed")
    settings = ("--set", "system.lease_seconds=1", "--set", f"system.telemetry.traces={otlp_collector.url}")
    command = [sys.executable, "-m", "moe", *settings, "worker"]
    start = partial(subprocess.Popen, command, env=environment, cwd=slow_project, stderr=subprocess.DEVNULL)
    monkeypatch.setenv("TRACEPARENT", CALLER)
    question = "Slowly: who restored the mill?"
    run_id = moe("run", question, "--docs", "docs", "--belter", "research", "--detach").stdout.strip()
    with start() as first, ended(first):
        otlp_collector.wait_for(lambda spans: any(span.name == "chat polly:1b" for span in spans))
        tool = slow_project / "plugins/tools/waiting/slow.py"
        tool.write_text(tool.read_text(encoding="utf-8").replace("sleep(60)", "sleep(0)"), encoding="utf-8")
        with start(stderr=subprocess.PIPE, text=True) as second, ended(second):
            wait_for_line(second, "Ctrl-C ends it")  # who watches gives up on a killed worker's run after a while
            first.kill()
            watched = moe("runs", "watch", run_id, "--json")
            assert watched.exit_code == 0, watched.output
            assert json.loads(watched.stdout)["status"] == "done"
            second.send_signal(signal.SIGTERM)
            assert second.wait(60) == 0
    spans = otlp_collector.wait_for(lambda spans: any(span.name == "invoke_workflow camina" for span in spans))
    root = require_whole(spans, CALLER[36:52])
    assert root.trace_id == CALLER[3:35]
    assert root.attributes["moe.run.id"] == run_id
    assert len({span.instance for span in spans}) == 2, "each worker tells its own part"
    assert {"invoke_agent research", "execute_tool slow"} <= {span.name for span in spans}


@pytest.mark.skipif(sys.platform == "win32", reason="processes are told to end as POSIX does")
def test_the_tasks_of_an_agent_elsewhere_are_in_the_trace_and_its_lines_name_it(
    project: Path, environment: dict[str, str], moe, otlp_collector: OtlpCollector
) -> None:
    pytest.importorskip("uvicorn", reason="moe-core[server] is not installed")
    url = f"http://127.0.0.1:{find_free_port()}"
    config = Path(environment["XDG_CONFIG_HOME"]) / "moe" / "config"
    config.mkdir(parents=True)
    (config / "models.yaml").write_text(f"search: {{url: {url}}}\n", encoding="utf-8")
    command = [sys.executable, "-m", "moe", "worker", "--listen", url]
    log = {**environment, "MOE_LOG": "info"}
    with subprocess.Popen(command, env=log, cwd=project, stderr=subprocess.PIPE, text=True) as worker, ended(worker):
        wait_for_line(worker, f"tasks are taken at {url}")
        where = f"system.telemetry.traces={otlp_collector.url}"
        asked = moe("--set", where, "run", "Who restored the mill?", "--docs", "docs", "--json")
        worker.send_signal(signal.SIGTERM)
        lines = [json.loads(line) for line in worker.communicate(timeout=60)[1].splitlines() if line[:1] == "{"]
    assert asked.exit_code == 0, asked.stderr
    root = require_whole(otlp_collector.spans, "")
    assert {"invoke_agent search", "execute_tool document_search"} <= {span.name for span in otlp_collector.spans}
    run_id = json.loads(asked.stdout)["run_id"]
    told = [line for line in lines if line.get("event") in ("task.started", "task.finished")]
    assert {(line["run_id"], line["trace_id"], line["agent"]) for line in told} == {(run_id, root.trace_id, "search")}


def test_a_servers_runs_join_the_callers_trace(tmp_path: Path, otlp_collector: OtlpCollector) -> None:
    project = ServedProject(tmp_path)
    project.start("--workers", "1", settings=(f"system.telemetry.traces={otlp_collector.url}",))
    with project.open_client(headers={"traceparent": CALLER}) as client:
        told = client.post("/run", json=QUESTION)
        odd = client.get("/version", headers={"traceparent": "nonsense"})
    project.stop()
    assert told.headers["traceparent"] == CALLER
    assert "traceparent" not in odd.headers
    root = require_whole(otlp_collector.spans, CALLER[36:52])
    assert root.attributes["moe.run.id"] == told.json()["run_id"]
    assert b"tidal" not in b"".join(otlp_collector.raw)


def test_a_question_of_the_command_line_is_sent_before_it_ends(spawn, otlp_collector: OtlpCollector) -> None:
    where = f"system.telemetry.traces={otlp_collector.url}"
    assert spawn("--set", where, "run", "Who restored the mill?", "--docs", "docs").returncode == 0
    assert require_whole(otlp_collector.spans, "").attributes["moe.status"] == "done"
