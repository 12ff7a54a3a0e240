"""Workers that do queued runs."""

import asyncio
import os
import time
from contextlib import asynccontextmanager

import pytest

from moe.contracts.request import RunRequest
from moe.contracts.runs import QUEUED
from moe.running.fleet.queued_run import QueuedRuns
from moe.running.fleet.submission import retry_run, submit_run
from moe.running.fleet.tasks import make_task
from moe.running.fleet.worker import RunWorker, make_worker_id
from moe.running.resuming import read_past
from moe_core.contracts.errors import RequestError
from moe_core.contracts.event import Event
from moe_core.contracts.executor import ExecutorPlace, WorkerSpec
from moe_core.contracts.payloads import RunFinished, RunResumed
from moe_core.contracts.task import Status
from moe_core.contracts.transports import TransportHealth
from plugins.executors.inline import InlineExecutor

pytestmark = pytest.mark.anyio

ASK = RunRequest(question="Who designed the lighthouse?", belter="research")


@pytest.fixture
def executor(tmp_path):
    return InlineExecutor(ExecutorPlace(folder=tmp_path))


def make_worker(environment, executor, on_event=None):
    store, spec = environment.store, WorkerSpec(worker_id=make_worker_id())
    return RunWorker(lambda: QueuedRuns(environment, store, executor, spec.worker_id, on_event), store, executor, spec)


@asynccontextmanager
async def working(environment, executor):
    worker = make_worker(environment, executor)
    serving = asyncio.create_task(worker.serve())
    try:
        yield worker
    finally:
        await worker.drain(seconds=5)
        await serving


async def test_a_queued_run_is_done_and_its_answer_recorded(make_environment, good, store, executor):
    run_id = await submit_run(ASK, store=store, executor=executor)
    async with working(make_environment(good), executor):
        outcome = await executor.wait(run_id, seconds=60)
    assert outcome.value == {"status": "done"}
    record = store.get_run(run_id)
    assert record.summary.status == Status.DONE
    assert "Ada Brook designed the lighthouse" in record.result["answer"]
    assert [event.sequence for event in record.events] == list(range(1, len(record.events) + 1))


async def test_a_run_that_was_cancelled_while_it_waited_is_not_begun(make_environment, good, store, executor):
    run_id = await submit_run(ASK, store=store, executor=executor)
    store.cancel(run_id)
    async with working(make_environment(good), executor):
        assert (await executor.wait(run_id, seconds=60)).value == {"status": "cancelled"}
    assert store.get_summary(run_id).events == 1


async def test_a_run_that_was_deleted_while_it_waited_is_passed_over(make_environment, good, store, executor):
    run_id = await submit_run(ASK, store=store, executor=executor)
    store.delete([run_id])
    async with working(make_environment(good), executor):
        assert (await executor.wait(run_id, seconds=60)).value == {"status": "deleted"}


async def test_a_run_without_time_left_is_recorded_as_failed(make_environment, good, store, executor):
    ask = ASK.model_copy(update={"deadline_seconds": 0.5})
    run_id = await submit_run(ask, store=store, executor=executor)
    async with working(make_environment(good), executor):
        assert (await executor.wait(run_id, seconds=60)).value == {"status": "failed"}
    assert "nothing is left" in store.get_run(run_id).result["error"]["message"]


async def test_a_finished_run_is_not_done_again(make_environment, good, store, executor):
    run_id = await submit_run(ASK, store=store, executor=executor)
    async with working(make_environment(good), executor):
        await executor.wait(run_id, seconds=60)
        events = store.get_summary(run_id).events
        again = make_task(run_id, again=1)
        await executor.submit(again)
        assert (await executor.wait(again.task_id, seconds=60)).value == {"status": "done"}
    assert store.get_summary(run_id).events == events


async def test_a_run_that_was_put_back_by_a_process_that_died_then_is_brought_all_the_same(
    make_environment, good, store, executor
):
    run_id = await submit_run(ASK, store=store, executor=executor)
    store.cancel(run_id)
    async with working(make_environment(good), executor):
        assert (await executor.wait(run_id, seconds=60)).value == {"status": "cancelled"}
    store.append(Event(run_id=run_id, correlation_id="c", sequence=2, at=time.time(), kind="x", data={}))
    store.requeue(run_id)  # and whoever did that died before it could tell the queue
    async with working(make_environment(good), executor):
        async with asyncio.timeout(60):
            while store.get_summary(run_id).status != Status.DONE:
                await asyncio.sleep(0.01)


async def test_a_run_that_is_handed_on_waits_again_and_is_gone_on_with(make_environment, good, store, executor):
    run_id = await submit_run(ASK, store=store, executor=executor)
    slow = make_environment(good, delay_seconds=60)
    heard: list[Event] = []
    worker = make_worker(slow, executor, heard.append)
    serving = asyncio.create_task(worker.serve())
    async with asyncio.timeout(60):
        while store.get_summary(run_id).events < 4:  # with the model's first call
            await asyncio.sleep(0.01)
    await worker.drain(seconds=0)
    await serving
    assert not any(isinstance(event.data, RunFinished) for event in heard)  # nobody counts it as ended
    assert store.get_summary(run_id).status == QUEUED
    async with working(make_environment(good), executor):
        assert (await executor.wait(run_id, seconds=60)).value == {"status": "done"}
    record = store.get_run(run_id)
    assert [event.sequence for event in record.events] == list(range(1, len(record.events) + 1))


async def test_a_run_that_workers_die_of_is_left_to_a_person_and_begins_anew_when_it_is_queued_again(
    make_environment, good, store, executor
):
    run_id = await submit_run(ASK, store=store, executor=executor)
    for number in range(4):  # each dies with its first word
        store.claim(run_id, os.getpid(), worker_id=f"dead-{number}")
        past = read_past(store, run_id, is_claimed=True)
        event = make_resumed(past, deaths=number)
        store.append(event)
        store.flush()
    async with working(make_environment(good), executor):
        assert (await executor.wait(run_id, seconds=60)).value == {"status": "failed"}
        assert store.get_run(run_id).result["error"]["code"] == "dead_letter"
        await retry_run(run_id, store=store, executor=executor)
        async with asyncio.timeout(60):
            while store.get_summary(run_id).status != Status.DONE:
                await asyncio.sleep(0.01)


async def test_a_run_that_was_recorded_but_never_queued_is_found_by_the_next_worker(make_environment, good, store):
    forgetful, executor = InlineExecutor(ExecutorPlace()), InlineExecutor(ExecutorPlace())
    run_id = await submit_run(ASK, store=store, executor=forgetful)
    async with working(make_environment(good), executor), asyncio.timeout(60):
        while store.get_summary(run_id).status != Status.DONE:
            await asyncio.sleep(0.01)


async def test_a_run_that_is_done_is_not_queued_again(make_environment, good, store, executor):
    run_id = await submit_run(ASK, store=store, executor=executor)
    async with working(make_environment(good), executor):
        await executor.wait(run_id, seconds=60)
    with pytest.raises(RequestError, match="is done"):
        await retry_run(run_id, store=store, executor=executor)


def make_resumed(past, *, deaths):
    payload = RunResumed(steps=0, seconds_left=60.0, deaths=deaths)
    return Event(
        run_id=past.run_id,
        correlation_id=past.correlation_id,
        sequence=past.sequence + 1,
        at=time.time(),
        kind=payload.kind,
        agent="",
        data=payload,
    )


async def test_a_worker_says_why_it_begins_nothing(make_environment, good, store, executor, monkeypatch):
    async with working(make_environment(good), executor) as worker:
        await asyncio.sleep(0.05)
        assert worker.describe_health() == TransportHealth(is_live=True, is_ready=True, limit=1)
        monkeypatch.setattr(worker._membership, "_last_word", time.monotonic() - 3600)
        assert worker.describe_health().reason.startswith("the record has not been reached for 36")
        assert worker.describe_health().is_live
    assert worker.describe_health().reason == "it ends"
