"""`moe workers` and `moe runs retry`."""

import json
from pathlib import Path

import pytest

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
