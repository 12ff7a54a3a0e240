"""`moe workers` and `moe runs retry`."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from moe.contracts.workers import WorkerLease
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace


@pytest.fixture
def leases(project: Path):
    with RunStore(open_workspace(project / ".moe")) as store:
        lease = WorkerLease(
            worker_id="mill-7-ab", pid=7, host="mill", version="0.1.0", concurrency=3, lease_seconds=60.0
        )
        store.leases.join(lease)
        yield store.leases


def test_workers_are_listed_with_what_they_do(moe, leases):
    told = moe("workers", "list")
    assert told.exit_code == 0
    assert "mill-7-ab" in told.stdout
    assert "0/3" in told.stdout
    (listed,) = json.loads(moe("workers", "list", "--json").stdout)
    assert (listed["state"], listed["lease"]["concurrency"]) == ("live", 3)


def test_runs_that_no_worker_takes_are_told_with_what_they_need(moe, leases):
    pytest.importorskip("dbos", reason="moe-core[durable] is not installed")
    leases.leave("mill-7-ab")
    limited = WorkerLease(
        worker_id="mill-8-cd",
        pid=8,
        host="mill",
        version="0.1.0",
        concurrency=1,
        lease_seconds=60.0,
        offers={"model": ("small",)},
    )
    leases.join(limited)
    words = ("run", "Who restored the mill?", "--docs", "docs", "--detach", "--json", "--model")
    stuck, taken = (json.loads(moe(*words, model).stdout)["run_id"] for model in ("big", "small"))
    listed = moe("workers", "list")
    assert "models small" in listed.stdout
    assert listed.stderr.count("no worker takes it") == 1
    assert f"run {stuck} is queued and no worker takes it: it needs roles camina, belter, drummer and model big" in (
        listed.stderr
    )
    assert taken not in listed.stderr
    (one,) = json.loads(moe("workers", "list", "--json").stdout)
    assert one["lease"]["offers"] == {"model": ["small"]}


def test_a_worker_that_died_is_listed_as_dead_with_what_goes_on_with_its_runs(moe, leases, project: Path):
    moe("run", "Who restored the mill?", "--docs", "docs")
    leases.leave("mill-7-ab")
    gone = WorkerLease(worker_id="mill-9", pid=9, host="mill", version="0.1.0", concurrency=1, lease_seconds=-5.0)
    leases.join(gone)
    with closing(sqlite3.connect(project / ".moe" / "runs.db", isolation_level=None)) as file:
        file.execute("UPDATE runs SET process_start = 'mill-9', status = 'running', finished = NULL")
    listed = moe("workers", "list")
    assert "dead since " in listed.stdout
    assert "1 run of dead workers: moe worker goes on with it" in listed.stderr
    (one,) = json.loads(moe("workers", "list", "--json").stdout)
    assert (one["state"], one["runs"], one["dead_since"] > 0) == ("dead", 1, True)
    leases.join(replace(gone, worker_id="mill-10", lease_seconds=60.0))
    assert "of dead workers" not in moe("workers", "list").stderr


def test_who_watches_a_run_is_told_once_that_its_worker_died_and_how_it_ends(moe, leases, project: Path, monkeypatch):
    monkeypatch.setattr("moe.running.live.PATIENCE_SECONDS", 1.5)  # two looks
    run_id = json.loads(moe("run", "Who restored the mill?", "--docs", "docs", "--json").stdout)["run_id"]
    gone = WorkerLease(worker_id="mill-9", pid=9, host="mill", version="0.1.0", concurrency=1, lease_seconds=-5.0)
    leases.join(gone)
    with closing(sqlite3.connect(project / ".moe" / "runs.db", isolation_level=None)) as file:
        file.execute("UPDATE runs SET process_start = 'mill-9', status = 'running', finished = NULL, result = NULL")
    watched = moe("runs", "watch", run_id)
    assert watched.exit_code == 2
    assert watched.stderr.count(f"run {run_id}: its worker mill-9 is dead since ") == 1
    assert "; another one takes it over\n" in watched.stderr
    assert f"error: run {run_id} is interrupted\n" in watched.stderr
    leases.leave("mill-7-ab")
    assert "; moe worker, in another shell, goes on with it\n" in moe("runs", "watch", run_id).stderr
    assert "mill-9" not in moe("runs", "watch", run_id, "--quiet").stderr


def test_without_workers_the_command_that_begins_one_is_named(moe):
    assert "moe worker begins one" in moe("workers", "list").stdout


@pytest.mark.parametrize("which", ["mill-7-ab", "--all"])
def test_a_worker_is_asked_to_drain(moe, leases, which):
    told = moe("workers", "drain", which)
    assert (told.exit_code, told.stdout) == (0, "mill-7-ab drains\n")
    assert leases.renew("mill-7-ab") == "draining"


def test_an_unknown_worker_and_no_worker_are_refused(moe, leases):
    assert moe("workers", "drain", "mill-8").exit_code == 2
    assert moe("workers", "drain").exit_code == 2


def test_a_cancelled_run_waits_for_a_worker_again(moe):
    pytest.importorskip("dbos", reason="moe-core[durable] is not installed")
    run_id = json.loads(moe("run", "Who restored the mill?", "--docs", "docs", "--detach", "--json").stdout)["run_id"]
    assert moe("runs", "cancel", run_id).exit_code == 0
    told = moe("runs", "retry", "last")
    assert (told.exit_code, told.stdout) == (0, f"{run_id} waits for a worker\n")
    assert json.loads(moe("runs", "list", "--json").stdout)[0]["status"] == "queued"
