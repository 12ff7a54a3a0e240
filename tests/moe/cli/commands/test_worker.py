"""`moe worker`, `moe run --detach` and `moe runs watch`."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from functools import partial

import pytest

from durable_place import wait_for_line

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
        assert worker.wait(60) == 0
    assert watched.exit_code == 0, watched.stderr
    result = json.loads(watched.stdout)
    assert (result["run_id"], result["status"]) == (run_id, "done")
    assert result["citations"]


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (("--docs", "nowhere"), "nowhere"),
        (("--docs", "docs", "--belter", "reserch"), "research"),
        (("--collection", "attic"), "attic"),
        (("--docs", "docs", "--persona", "nobody"), "nobody"),
    ],
)
def test_what_names_nothing_is_told_before_it_waits_for_a_worker(moe, named, told):
    refused = moe("run", "Who restored the mill?", "--detach", *named)
    assert refused.exit_code == 2
    assert told in refused.stderr
    assert json.loads(moe("runs", "list", "--json").stdout) == []


def test_a_run_that_waits_says_so_and_that_no_worker_is_there(moe):
    run_id = moe("run", "Who restored the mill?", "--docs", "docs", "--detach").stdout.strip()
    shown = moe("runs", "show", run_id).stdout.splitlines()
    assert ", waits for " in shown[1]
    assert shown[-1] == "it waits for a worker: moe worker"
    (listed,) = [line for line in moe("runs", "list").stdout.splitlines() if run_id in line]
    assert listed.split(" queued ")[1].split() == "Who restored the mill?".split()


def test_who_watches_is_told_that_no_worker_is_there(project, environment, moe):
    run_id = moe("run", "Who restored the mill?", "--docs", "docs", "--detach").stdout.strip()
    command = [sys.executable, "-m", "moe", "runs", "watch", run_id]
    with subprocess.Popen(command, env=environment, cwd=project, stderr=subprocess.PIPE, text=True) as watching:
        assert watching.stderr.readline() == (
            f"run {run_id} is queued and no worker is there: moe worker begins one, in another shell\n"
        )
        watching.send_signal(signal.SIGINT)
        assert watching.wait(60) == 130


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--roles", "drummr"), "'drummr' is no role; did you mean drummer?"),
        (("--roles", "belter,drummer"), "name camina too"),
        (("--models", " , "), "--models names nothing"),
    ],
)
def test_what_is_no_role_or_no_model_is_refused(moe, words, told):
    refused = moe("worker", *words)
    assert refused.exit_code == 2
    assert told in refused.stderr


def test_a_worker_takes_only_what_it_can(project, environment, moe):
    """A question that needs no Belter, and one that names its model, are done; others wait, and say for whom."""
    words = ("run", "--detach", "--json")
    big = json.loads(moe(*words, "Who restored the mill?", "--docs", "docs", "--model", "big").stdout)["run_id"]
    deep = json.loads(moe(*words, "Who restored the mill?", "--docs", "docs", "--belter", "research").stdout)["run_id"]
    plain = json.loads(moe(*words, "Who are you?").stdout)["run_id"]
    command = [sys.executable, "-m", "moe", "worker", "--roles", "camina", "--models", "small"]
    with subprocess.Popen(command, env=environment, cwd=project, stderr=subprocess.PIPE, text=True) as worker:
        done = moe("runs", "watch", plain, "--json")
        watching = [sys.executable, "-m", "moe", "runs", "watch", big]
        with subprocess.Popen(watching, env=environment, cwd=project, stderr=subprocess.PIPE, text=True) as watched:
            told = watched.stderr.readline()
            watched.send_signal(signal.SIGINT)
            assert watched.wait(60) == 130
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    needs = "roles camina, belter, drummer and model big"
    assert told == f"run {big} is queued and no worker takes it: it needs {needs}\n"
    assert json.loads(done.stdout)["run_id"] == plain
    statuses = {run["run_id"]: run["status"] for run in json.loads(moe("runs", "list", "--json").stdout)}
    assert (statuses[big], statuses[deep]) == ("queued", "queued")
    assert statuses[plain] != "queued"


def test_a_worker_goes_on_with_what_a_killed_one_was_doing(slow_project, environment, moe):
    command = [sys.executable, "-m", "moe", "--set", "system.lease_seconds=1", "worker"]
    start = partial(subprocess.Popen, command, env=environment, cwd=slow_project, stderr=subprocess.DEVNULL)
    options = ("--docs", "docs", "--belter", "research", "--detach", "--json")
    queued = moe("run", "Slowly: who restored the mill?", *options)
    run_id = json.loads(queued.stdout)["run_id"]
    with start() as first:
        wait_for_tool(slow_project / ".moe" / "runs.db")
        tool = slow_project / "plugins/tools/waiting/slow.py"
        tool.write_text(tool.read_text(encoding="utf-8").replace("sleep(60)", "sleep(0)"), encoding="utf-8")
        with start(stderr=subprocess.PIPE, text=True) as second:
            wait_for_line(second, "Ctrl-C ends it")  # who watches gives up on a killed worker's run after a while
            first.kill()
            watched = moe("runs", "watch", run_id, "--json")
            second.send_signal(signal.SIGTERM)
            assert second.wait(60) == 0
    assert json.loads(watched.stdout)["status"] == "done"
    events = json.loads(moe("runs", "show", run_id, "--json").stdout)["events"]
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    assert [event["data"]["deaths"] for event in events if event["kind"] == "run.resumed"] == [0, 1]


def wait_for_tool(path):
    for _ in range(1200):
        time.sleep(0.05)
        with closing(sqlite3.connect(path)) as connection:
            if connection.execute("SELECT run_id FROM events WHERE kind = 'tool.called'").fetchall():
                return
    raise AssertionError("the run never called its tool")


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
