"""A worker among others."""

import asyncio

import anyio
import pytest

from moe.contracts.workers import WorkerLease
from moe.running.fleet.membership import Membership
from moe_core.contracts.executor import ExecutorPlace
from plugins.executors.inline import InlineExecutor

pytestmark = pytest.mark.anyio


class CountingExecutor(InlineExecutor):
    """Tells from whom it was asked to take over."""

    def __init__(self):
        super().__init__(ExecutorPlace())
        self.taken_from = []

    async def take_over(self, worker_id):
        self.taken_from.append(worker_id)
        return ()


def make_lease(worker_id, *, seconds=0.5):
    return WorkerLease(worker_id=worker_id, pid=1, host="h", version="", concurrency=1, lease_seconds=seconds)


async def keep(store, lease, *, until):
    """Keep a lease until something is so; the executor, and the states that were told."""
    executor, states = CountingExecutor(), []

    async def heed(state):
        states.append(state)

    membership = Membership(store.leases, executor, lease)
    await membership.join()
    keeping = asyncio.create_task(membership.keep(heed))
    with anyio.fail_after(60):
        while not until(executor, states):
            await anyio.sleep(0.01)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    return executor, states


async def test_a_dead_worker_s_tasks_are_taken_over_and_it_is_lost(store):
    store.leases.join(make_lease("dead", seconds=-1))

    def is_lost(executor, states):
        return store.leases.list_workers()[0].state == "lost"

    executor, _ = await keep(store, make_lease("me"), until=is_lost)
    assert executor.taken_from == ["dead"]


async def test_who_wakes_up_lost_or_is_to_drain_is_told_once(store):
    def drain_then_lose(executor, states):
        if not states:
            store.leases.drain("me")
        elif states == ["draining"]:
            store.leases._change("UPDATE workers SET state = 'lost' WHERE worker_id = ?", "me")
        return len(states) == 2

    _, states = await keep(store, make_lease("me"), until=drain_then_lose)
    assert states == ["draining", "lost"]


async def test_who_slept_with_the_whole_machine_is_not_lost_by_its_own_look(store):
    executor, _ = await keep(store, make_lease("me", seconds=-1), until=lambda *_: len(store.list_runs()) == 0)
    assert executor.taken_from == []


async def test_who_gives_word_is_told_how_many_there_are(store):
    told = []
    store.leases.join(make_lease("other", seconds=60.0))
    membership = Membership(
        store.leases, CountingExecutor(), make_lease("me"), on_peers=lambda *counts: told.append(counts)
    )
    await membership.join()
    assert told == [(2, 2)]
    store.leases.leave("other")

    async def heed(state):
        pass

    keeping = asyncio.create_task(membership.keep(heed))
    with anyio.fail_after(60):
        while told[-1] != (1, 1):
            await anyio.sleep(0.01)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
