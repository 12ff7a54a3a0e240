"""`moe schedule`."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime

import pytest

pytest.importorskip("dbos", reason="moe-core[durable] is not installed")
QUESTION = "Who restored the mill?"


def test_a_schedule_is_made_listed_and_removed(moe, project):
    options = ("--docs", "docs", "--timezone", "Europe/Berlin", "--depth", "quick")
    made = moe("schedule", "add", "0 7 * * mon-fri", QUESTION, *options, "--json")
    assert made.exit_code == 0, made.stderr
    one = json.loads(made.stdout)
    assert one["next_at"][11:] in ("07:00:00+01:00", "07:00:00+02:00")
    assert one["request"] == {"question": QUESTION, "docs": [str(project / "docs")], "depth": "quick"}
    again = moe("schedule", "add", "0 7 * * mon-fri", QUESTION, *options)
    assert one["name"] in again.stdout
    assert "moe worker begins one" in again.stderr
    (listed,) = json.loads(moe("schedule", "list", "--json").stdout)
    assert listed == one
    assert QUESTION in moe("schedule", "list").stdout
    assert moe("schedule", "remove", one["name"]).stdout == f"removed {one['name']}\n"
    assert "no schedule yet" in moe("schedule", "list").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("61 7 * * *", QUESTION), "'61' is no minute"),
        (("0 7 * * *", QUESTION, "--timezone", "Mars"), "no time zone is called 'Mars'"),
        (("0 7 * * *", QUESTION, "--name", "A b"), "no name for a schedule"),
        (("0 7 * * *", QUESTION, "--belter", "reserch"), "reserch"),
        (("0 7 * * *", QUESTION, "--collection", "attic"), "attic"),
        (("0", "7", "*", QUESTION), "unexpected extra arguments"),
    ],
)
def test_what_is_wrong_is_told_in_a_line_with_a_hint(moe, words, told):
    refused = moe("schedule", "add", *words)
    assert refused.exit_code == 2
    assert told in refused.stderr
    assert len(refused.stderr.splitlines()) == 2
    assert json.loads(moe("schedule", "list", "--json").stdout) == []


def test_an_executor_without_schedules_is_refused(moe):
    for words in (("list",), ("remove", "x"), ("add", "0 7 * * *", QUESTION, "--docs", "docs")):
        told = moe("--set", "system.executor=inline", "schedule", *words)
        assert told.exit_code == 2
        assert "moe-core[durable]" in told.stderr


def test_an_unknown_schedule_names_what_there_is(moe):
    assert "moe schedule add makes one" in moe("schedule", "remove", "x").stderr


@pytest.mark.skipif(sys.platform == "win32", reason="processes are told to end as POSIX does")
def test_each_firing_is_one_run_over_two_workers_one_of_which_is_killed(project, environment, moe):
    words = ("schedule", "add", "* * * * * *", QUESTION, "--docs", "docs", "--name", "often")
    assert moe(*words).exit_code == 0
    command = [sys.executable, "-m", "moe", "--set", "system.lease_seconds=3", "worker"]
    workers = [
        subprocess.Popen(command, env=environment, cwd=project, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    try:
        wait_for(project, lambda runs: len(runs) >= 4)
        workers[0].kill()
        wait_for(project, lambda runs: len(runs) >= 9 and is_whole(runs))  # with what the killed one had begun
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.communicate(timeout=60)
    runs = read(project, "SELECT run_id FROM runs ORDER BY run_id")
    begun = Counter(read(project, "SELECT run_id FROM events WHERE kind = 'run.started'"))
    assert set(begun.values()) == {1}
    stamps = find_stamps(runs)
    assert len(set(stamps)) == len(stamps)
    assert is_whole(runs[:9])
    (state,) = json.loads(moe("schedule", "list", "--json").stdout)
    if state["last_run"] not in runs:  # it fell due while the last worker ended: the next one asks it
        next_worker = subprocess.Popen(command, env=environment, cwd=project, stderr=subprocess.PIPE, text=True)
        try:
            wait_for(project, lambda runs: state["last_run"] in runs)
        finally:
            next_worker.send_signal(signal.SIGTERM)
            next_worker.communicate(timeout=60)


def find_stamps(runs):
    """When each fell due, in seconds."""
    return sorted(datetime.strptime(run[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC).timestamp() for run in runs)


def is_whole(runs):
    """Whether each second has its run, and none is left out."""
    stamps = find_stamps(runs)
    return stamps == [stamps[0] + number for number in range(len(stamps))]


def wait_for(project, is_so):
    for _ in range(1200):
        if is_so(read(project, "SELECT run_id FROM runs ORDER BY run_id")):
            return
        time.sleep(0.1)
    raise AssertionError("the schedule does not fire as it should")


def read(project, query):
    try:
        with closing(sqlite3.connect(project / ".moe" / "runs.db")) as connection:
            return [row[0] for row in connection.execute(query)]
    except sqlite3.OperationalError:
        return []  # nobody has made it yet
