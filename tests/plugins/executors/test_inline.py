"""The executor of a single process."""

import asyncio

import pytest

from moe_core.contracts.executor import ExecutorPlace, QueuedTask, WorkerSpec
from moe_core.testing import check_executor
from plugins.executors.inline import InlineExecutor

pytestmark = pytest.mark.anyio


async def test_it_keeps_the_contract():
    await check_executor(InlineExecutor)


async def test_a_worker_that_drains_waits_for_what_it_does(tmp_path):
    executor, begun = InlineExecutor(ExecutorPlace(folder=tmp_path)), asyncio.Event()

    async def work(task):
        begun.set()
        await asyncio.sleep(0.01)
        return {"is": "done"}

    await executor.submit(QueuedTask(task_id="one"))
    serving = asyncio.create_task(executor.serve(work, WorkerSpec(worker_id="me")))
    await begun.wait()
    await executor.drain(seconds=5)
    await serving
    assert (await executor.wait("one", seconds=0)).value == {"is": "done"}
