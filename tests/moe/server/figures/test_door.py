"""A worker that is watched: figures, health and log lines of a real `moe worker`, and odd requests at its door."""

import json
import re
import signal
import socket
import subprocess
import sys

import anyio
import httpx
import pytest

from followed_process import read_until
from moe.server.figures.door import WatchDoor
from moe_core.contracts.transports import TransportHealth
from served_project import ServedProject


@pytest.mark.skipif(sys.platform == "win32", reason="processes are told to end as POSIX does")
def test_a_worker_tells_its_figures_its_health_and_its_tasks(tmp_path) -> None:
    pytest.importorskip("dbos", reason="moe-core[durable] is not installed")
    project = ServedProject(tmp_path)
    asked = project.run("run", "Who restored the tidal mill?", "--docs", "docs", "--detach")
    run_id = asked.stdout.strip()
    command = [sys.executable, "-m", "moe", "worker", "--metrics", "0"]
    environment = {**project.environment, "MOE_LOG": "info"}
    worker = subprocess.Popen(
        command, cwd=project.folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    url = re.search(r"http://\S+(?=/metrics)", read_until(worker, "figures at ")[-1]).group()
    assert project.run("runs", "watch", run_id).returncode == 0
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        told = client.get("/metrics")
        assert client.get("/health/live").json() == {"status": "ok"}
        ready = client.get("/health/ready").json()
        assert (ready["is_ready"], ready["reason"], ready["limit"]) == (True, "", 1)
        assert (client.get("/other").status_code, client.post("/metrics").status_code) == (404, 405)
    worker.send_signal(signal.SIGTERM)
    written = worker.communicate(timeout=60)[0]
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    samples = dict(line.rsplit(" ", 1) for line in told.text.splitlines() if not line.startswith("#"))
    assert samples['moe_runs_total{status="done"}'] == "1"
    assert samples['moe_fleet_workers{state="live"}'] == "1"
    assert samples["moe_runs_going_on"] == "0"
    lines = [json.loads(line) for line in written.splitlines()]  # and nothing else
    ours = [line for line in lines if line.get("run_id") == run_id]
    assert {"task.started", "task.finished", "run.finished"} <= {line["event"] for line in ours if "event" in line}
    assert all({"correlation_id", "task_id", "agent", "key"} <= set(line) for line in ours)
    assert "Ada Brook" not in written


@pytest.mark.anyio
async def test_an_odd_request_ends_the_connection_and_no_more() -> None:
    health = TransportHealth(is_live=True, is_ready=False, reason="it ends")
    door = WatchDoor(tell_figures=lambda: ["moe_x 1"], describe=lambda: health)
    async with door.open("127.0.0.1", 0) as port, httpx.AsyncClient(trust_env=False, timeout=60) as client:
        for odd in (b"\x00\xff\r\n\r\n", b"GET\r\n\r\n", b"x" * 40_000, b""):
            stream = await anyio.connect_tcp("127.0.0.1", port)
            await stream.send(odd)
            await stream.send_eof()
            with anyio.fail_after(60):
                while True:
                    try:
                        await stream.receive()
                    except (anyio.EndOfStream, anyio.BrokenResourceError):
                        break
            await stream.aclose()
        ready = await client.get(f"http://127.0.0.1:{port}/health/ready")
        assert (ready.status_code, ready.json()["reason"]) == (503, "it ends")
        assert (await client.get(f"http://127.0.0.1:{port}/metrics?x=1")).text == "moe_x 1\n"


def test_a_place_that_is_taken_or_none_is_told_in_one_line(tmp_path) -> None:
    pytest.importorskip("dbos", reason="moe-core[durable] is not installed")
    project = ServedProject(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = project.run("worker", "--metrics", str(port))
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr
    for wrong in ("localhost", "99999", "host:"):
        refused = project.run("worker", "--metrics", wrong)
        assert (refused.returncode, "is no [HOST:]PORT" in refused.stderr) == (2, True)
    both = project.run("worker", "--metrics", "0", "--supervise", "2")
    assert (both.returncode, "is one worker's" in both.stderr) == (2, True)
