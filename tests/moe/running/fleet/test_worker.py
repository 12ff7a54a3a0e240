"""Workers that do queued runs."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from moe.contracts.request import RunRequest
from moe.running.fleet.submission import make_task, submit_run
from moe.running.fleet.worker import RunWorker, make_worker_id
from moe_core.contracts.executor import ExecutorPlace, WorkerSpec
from moe_core.contracts.task import Status
from plugins.executors.inline import InlineExecutor

pytestmark = pytest.mark.anyio

ASK = RunRequest(question="Who designed the lighthouse?", belter="research")


@pytest.fixture
def executor(tmp_path):
    return InlineExecutor(ExecutorPlace(folder=tmp_path))


@asynccontextmanager
async def working(environment, executor):
    worker = RunWorker(environment, environment.store, executor, WorkerSpec(worker_id=make_worker_id()))
    serving = asyncio.create_task(worker.serve())
    try:
        yield worker
    finally:
        await worker.drain(seconds=5)
        await serving


async def test_a_queued_run_is_done_and_its_answer_recorded(make_environment, good, store, executor):
    run_id = await submit_run(ASK, store=store, executor=executor)
    async with working(make_environment(good), executor):
        outcome = await executor.wait(run_id, seconds=10)
    assert outcome.value == {"status": "done"}
    record = store.get_run(run_id)
    assert record.summary.status == Status.DONE
    assert "Ada Brook designed the lighthouse" in record.result["answer"]
    assert [event.sequence for event in record.events] == list(range(1, len(record.events) + 1))


async def test_a_run_that_was_cancelled_while_it_waited_is_not_begun(make_environment, good, store, executor):
    run_id = await submit_run(ASK, store=store, executor=executor)
    store.cancel(run_id)
    async with working(make_environment(good), executor):
        assert (await executor.wait(run_id, seconds=10)).value == {"status": "cancelled"}
    assert store.get_summary(run_id).events == 1


async def test_a_run_that_was_deleted_while_it_waited_is_passed_over(make_environment, good, store, executor):
    run_id = await submit_run(ASK, store=store, executor=executor)
    store.delete([run_id])
    async with working(make_environment(good), executor):
        assert (await executor.wait(run_id, seconds=10)).value == {"status": "deleted"}


async def test_a_run_without_time_left_is_recorded_as_failed(make_environment, good, store, executor):
    ask = ASK.model_copy(update={"deadline_seconds": 0.5})
    run_id = await submit_run(ask, store=store, executor=executor)
    async with working(make_environment(good), executor):
        assert (await executor.wait(run_id, seconds=10)).value == {"status": "failed"}
    assert "nothing is left" in store.get_run(run_id).result["error"]["message"]


async def test_a_finished_run_is_not_done_again(make_environment, good, store, executor):
    run_id = await submit_run(ASK, store=store, executor=executor)
    async with working(make_environment(good), executor):
        await executor.wait(run_id, seconds=10)
        events = store.get_summary(run_id).events
        again = make_task(run_id, again=1)
        await executor.submit(again)
        assert (await executor.wait(again.task_id, seconds=10)).value == {"status": "done"}
    assert store.get_summary(run_id).events == events
