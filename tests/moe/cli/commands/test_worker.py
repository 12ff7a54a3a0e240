"""`moe worker`, `moe run --detach` and `moe runs watch`."""

import json
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are told to end as POSIX does")
pytest.importorskip("dbos", reason="moe-core[durable] is not installed")


def test_a_question_left_to_a_worker_is_answered_by_it(project, environment, spawn, moe):
    queued = moe("run", "Who restored the mill?", "--docs", "docs", "--detach", "--json")
    assert queued.exit_code == 0, queued.stderr
    run_id = json.loads(queued.stdout)["run_id"]
    assert json.loads(moe("runs", "list", "--json").stdout)[0]["status"] == "queued"
    command = [sys.executable, "-m", "moe", "worker"]
    with subprocess.Popen(command, env=environment, cwd=project, stderr=subprocess.PIPE, text=True) as worker:
        watched = moe("runs", "watch", run_id, "--json")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    assert watched.exit_code == 0, watched.stderr
    result = json.loads(watched.stdout)
    assert (result["run_id"], result["status"]) == (run_id, "done")
    assert result["citations"]


@pytest.mark.parametrize("words", [("worker",), ("run", "Who restored the mill?", "--detach")])
def test_an_executor_without_a_queue_of_its_own_is_refused(moe, words):
    told = moe("--set", "system.executor=inline", *words)
    assert told.exit_code == 2
    assert "moe-core[durable]" in told.stderr
    assert len(told.stderr.splitlines()) == 2


def test_watching_an_unknown_run_names_what_there_is(moe):
    told = moe("runs", "watch", "nothing")
    assert told.exit_code == 2
    assert "no run" in told.stderr
