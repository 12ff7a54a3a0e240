"""Workers that die, runs that wait."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from served_project import QUESTION, SLOW, find_workers

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills processes by number")


def test_a_run_whose_worker_is_killed_is_told_as_interrupted_and_the_next_is_done(own):
    server = own.start("--workers", "1", settings=("server.grace_seconds=0",))
    with own.open_client() as client:
        run = client.post("/api/v1/runs", json=SLOW).json()["run_id"]
        with client.stream("GET", f"/api/v1/runs/{run}/events") as stream:
            lines = stream.iter_lines()
            assert next(line for line in lines if line == "event: tool.called")
            (worker,) = find_workers(server)
            os.kill(worker, signal.SIGKILL)
            assert '"status":"interrupted"' in list(lines)[-2]
        assert client.get(f"/api/v1/runs/{run}").json()["status"] == "interrupted"
        assert client.post("/run", json=QUESTION).json()["status"] == "done"
        assert find_workers(server) not in ([], [worker])
        assert client.post(f"/api/v1/runs/{run}/resume", json={}).status_code == 202


def test_whoever_waits_for_a_run_whose_worker_dies_is_told(own):
    server = own.start("--workers", "1")
    with own.open_client() as client, ThreadPoolExecutor() as threads:
        asked = threads.submit(client.post, "/run", json=SLOW)
        with own.open_client() as other:
            while not [run for run in other.get("/api/v1/runs?status=running").json()["runs"] if run["events"]]:
                time.sleep(0.02)
        os.kill(find_workers(server)[0], signal.SIGKILL)
        told = asked.result()
    assert (told.status_code, told.json()["code"]) == (503, "worker_lost")
    assert told.json()["run_id"] in told.json()["hint"]


def test_a_run_that_waits_is_told_so_and_can_be_ended(own):
    own.start("--workers", "1", settings=("server.runs_per_worker=1", "server.max_queued=1"))
    with own.open_client() as client:
        first, second = (client.post("/api/v1/runs", json=SLOW).json()["run_id"] for _ in range(2))
        third = client.post("/api/v1/runs", json=SLOW)
        assert (third.status_code, third.json()["code"], third.headers["retry-after"]) == (429, "busy", "5")
        assert client.get(f"/api/v1/runs/{second}").json()["status"] == "queued"
        assert client.get(f"/api/v1/runs/{second}/events", headers={"accept": "application/json"}).json() == {
            "events": []
        }
        assert client.get("/api/v1/runs?status=queued").json()["runs"][0]["run_id"] == second
        assert client.post(f"/api/v1/runs/{second}/cancel").json()["status"] == "cancelled"
        with client.stream("GET", f"/api/v1/runs/{second}/events") as stream:
            assert '"status":"cancelled"' in "".join(stream.iter_text())
        assert client.post(f"/api/v1/runs/{first}/cancel").status_code == 202
