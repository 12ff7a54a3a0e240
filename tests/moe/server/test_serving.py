"""How the server ends."""

import json
import signal

from served_project import QUESTION, SLOW


def test_told_to_end_it_ends_its_streams_and_leaves_runs_that_can_go_on(own):
    server = own.start("--workers", "1", settings=("server.grace_seconds=0.2",))
    with own.open_client() as client:
        done = client.post("/run", json=QUESTION).json()["run_id"]
        run = client.post("/api/v1/runs", json=SLOW).json()["run_id"]
        with client.stream("GET", f"/api/v1/runs/{run}/events") as stream:
            lines = stream.iter_lines()
            assert next(line for line in lines if line == "event: tool.called")
            server.send_signal(signal.SIGTERM)
            assert "event: server.stopping" in list(lines)
    assert server.wait(60) == 0
    assert "moe has stopped" in own.stop()
    listed = json.loads(own.run("runs", "list", "--json").stdout)
    assert {one["run_id"]: one["status"] for one in listed}.items() >= {(run, "cancelled"), (done, "done")}
