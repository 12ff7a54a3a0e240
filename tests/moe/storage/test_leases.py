"""The leases of workers."""

import time

import pytest
from msgspec.structs import replace

from moe.contracts.workers import WorkerLease
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.transports import TransportHealth


@pytest.fixture
def leases(tmp_path):
    with RunStore(open_workspace(tmp_path / ".moe")) as store:
        yield store.leases


def make_lease(worker_id, *, seconds=60.0):
    """A negative length has ended when it begins."""
    return WorkerLease(worker_id=worker_id, pid=1, host="here", version="1", concurrency=2, lease_seconds=seconds)


def test_a_worker_is_listed_with_what_it_said_of_itself_until_it_leaves(leases):
    leases.join(make_lease("one"))
    (found,) = leases.list_workers()
    assert (found.lease, found.state, found.runs) == (make_lease("one"), "live", 0)
    assert 0 <= found.silent_seconds < 30
    leases.leave("one")
    assert leases.list_workers() == []


def test_only_a_worker_that_is_silent_for_too_long_can_be_lost_and_by_one_peer_only(leases):
    leases.join(make_lease("well"))
    leases.join(make_lease("dead", seconds=-1))
    assert leases.find_expired() == ["dead"]
    assert [leases.lose("well"), leases.lose("dead"), leases.lose("dead")] == [False, True, False]
    assert leases.find_expired() == []


def test_a_worker_whose_lease_is_over_is_listed_as_dead_since_then_before_anybody_looks(leases):
    before = time.time()
    leases.join(make_lease("well"))
    leases.join(make_lease("dead", seconds=-60))
    leases.join(make_lease("drained", seconds=-60))
    leases.drain("drained")
    well, dead, drained = leases.list_workers()
    assert (well.state, well.dead_since, well.is_live) == ("live", None, True)
    assert (dead.state, drained.state, dead.is_live) == ("dead", "dead", False)
    assert dead.dead_since is not None
    assert before - 61 < dead.dead_since < time.time() - 59
    leases.lose("dead")
    assert leases.list_workers()[1].state == "lost"
    assert leases.list_workers()[1].dead_since == dead.dead_since


def test_a_lost_worker_is_told_so_when_it_wakes_up_and_stays_lost(leases):
    leases.join(make_lease("late", seconds=-1))
    assert leases.renew("late") == "live"  # nobody was there to take over
    leases.lose("late")
    assert leases.renew("late") == "lost"
    assert leases.list_workers()[0].state == "lost"


def test_a_worker_that_is_asked_to_drain_hears_of_it_with_its_next_word(leases):
    leases.join(make_lease("one"))
    leases.drain("one")
    leases.drain("one")
    assert leases.renew("one") == "draining"


def test_an_unknown_worker_is_refused_with_the_near_ones(leases):
    leases.join(make_lease("host-12-ab"))
    with pytest.raises(NameUnknownError) as told:
        leases.drain("host-12")
    assert "host-12-ab" in str(told.value.near)


def test_those_that_give_word_are_counted_by_machine(leases):
    for name, seconds in (("one", 60.0), ("two", 60.0), ("dead", -1.0)):
        leases.join(make_lease(name, seconds=seconds))
    leases.join(replace(make_lease("far"), host="there"))
    assert leases.count_live() == {"here": 2, "there": 1}
    leases.drain("two")  # it still asks models
    leases.lose("dead")
    assert leases.count_live() == {"here": 2, "there": 1}


def test_one_that_does_tasks_for_others_is_listed_with_what_it_can_do_and_how_it_is(leases):
    lease = replace(make_lease("one"), urls=("http://h:1",), abilities={"agent": ("drummer:search",), "model": ()})
    leases.join(lease)
    [found] = leases.list_workers()
    assert (found.lease, found.health, found.does_runs) == (lease, None, False)
    health = TransportHealth(is_live=True, is_ready=False, reason="it ends", running=1, waiting=2, limit=4)
    leases.tell_health("one", health)
    assert leases.list_workers()[0].health == health
