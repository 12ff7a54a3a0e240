"""What a worker records whose run another worker has taken over."""

import os

import pytest

from moe.contracts.runs import INTERRUPTED, QUEUED, RunStart
from moe.contracts.workers import WorkerLease
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.errors import RequestError
from moe_core.contracts.event import Event
from moe_core.contracts.payloads import ObserverNote


@pytest.fixture
def stores(tmp_path):
    workspace = open_workspace(tmp_path / ".moe")
    with RunStore(workspace) as first, RunStore(workspace) as second:
        first.queue(RunStart(run_id="r", correlation_id="c", question="q", started=1.0, pid=0), make_event(1, "asked"))
        yield first, second


def make_event(sequence, text):
    note = ObserverNote(severity="note", text=text)
    return Event(run_id="r", correlation_id="c", sequence=sequence, at=1.0, kind=note.kind, agent="", data=note)


def read_texts(store):
    return [event.data.text for event in store.get_run("r").events]


def join(store, worker_id, *, seconds=60.0):
    lease = WorkerLease(
        worker_id=worker_id, pid=os.getpid(), host="h", version="", concurrency=1, lease_seconds=seconds
    )
    store.leases.join(lease)


def test_what_was_taken_over_is_the_successor_s_alone(stores):
    zombie, successor = stores
    join(zombie, "a", seconds=-1)
    zombie.claim("r", os.getpid(), worker_id="a")
    zombie.append(make_event(2, "mine"))
    zombie.keep_step("r", "1:plan:1", '"mine"')
    zombie.flush()
    successor.claim("r", os.getpid(), worker_id="b")
    zombie.append(make_event(3, "too late"))
    zombie.keep_step("r", "1:plan:2", '"too late"')
    assert zombie.finish("r", "cancelled", "{}") is None
    successor.append(make_event(3, "and on"))
    successor.keep_step("r", "1:plan:2", '"right"')
    assert successor.finish("r", "done", "{}") is None
    assert read_texts(successor) == ["asked", "mine", "and on"]
    assert successor.read_steps("r") == {"1:plan:1": '"mine"', "1:plan:2": '"right"'}
    assert successor.get_summary("r").status == "done"


def test_a_run_goes_on_as_long_as_its_worker_s_lease_holds_and_not_its_process(stores):
    mine, other = stores
    join(mine, "a")
    mine.claim("r", os.getpid(), worker_id="a")
    with pytest.raises(RequestError, match="goes on"):
        other.claim("r", os.getpid(), worker_id="b")
    mine.leases.leave("a")
    join(mine, "a", seconds=-1)
    assert other.get_summary("r").status == INTERRUPTED


def test_a_released_run_waits_again_and_its_end_here_does_not_count(stores):
    mine, other = stores
    mine.claim("r", os.getpid(), worker_id="a")
    mine.append(make_event(2, "begun"))
    mine.release("r")
    mine.append(make_event(3, "ended"))
    mine.finish("r", "cancelled", "{}")
    assert other.get_summary("r").status == QUEUED
    assert read_texts(other) == ["asked", "begun"]


@pytest.mark.parametrize("take", ["claim_run", "requeue_run"])
def test_of_two_who_take_up_a_run_of_one_process_one_comes_first(stores, take):
    first, second = stores
    first.claim("r", os.getpid())
    first.finish("r", "waiting", "{}")
    file = first._open()
    row = file.find_run("r")
    now = {"now": (row.pid, row.process_start, row.host)} if take == "claim_run" else {}
    told = {"status": row.status, "before": (row.pid, row.process_start, row.host)}
    assert file.claim_run("r", **told, now=told["before"])
    second.cancel("r")
    assert not getattr(file, take)("r", **told, **now)
    assert second.is_cancelled("r")
    file.close()
