"""Schedules kept by DBOS."""

import asyncio
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise

import pytest

pytest.importorskip("dbos", reason="moe-core[durable] is not installed")

from moe_core.contracts.errors import NameUnknownError, RequestError
from moe_core.contracts.executor import ExecutorPlace, WorkerSpec
from moe_core.contracts.schedule import TaskSchedule
from moe_kit.durable.dbos_queue import DbosQueue
from moe_kit.durable.schedules import DbosSchedules

pytestmark = pytest.mark.anyio
NIGHTLY = TaskSchedule(name="nightly", cron="0 3 * * *", timezone="Europe/Berlin", payload={"schedule": "nightly"})


@pytest.fixture
async def queue(tmp_path):
    queue = DbosQueue(ExecutorPlace(folder=tmp_path, version="1"))
    yield queue
    await queue.drain(seconds=0)


async def test_a_schedule_is_kept_once_listed_and_let_go(queue):
    schedules = DbosSchedules(queue)
    made = await schedules.add(NIGHTLY)
    assert datetime.fromisoformat(made.next_at).strftime("%H:%M") == "03:00"
    assert (await schedules.add(NIGHTLY)).schedule == NIGHTLY
    assert [one.schedule for one in await schedules.list()] == [NIGHTLY]
    with pytest.raises(NameUnknownError) as unknown:
        await schedules.remove("nightli")
    assert unknown.value.near == ("nightly",)
    await schedules.remove("nightly")
    assert await schedules.list() == ()


async def test_another_schedule_of_its_name_is_refused(queue):
    schedules = DbosSchedules(queue)
    await schedules.add(NIGHTLY)
    with pytest.raises(RequestError, match="another schedule is named nightly"):
        await schedules.add(TaskSchedule(name="nightly", cron="0 4 * * *", payload={"schedule": "nightly"}))


async def test_what_is_due_reaches_a_worker_with_its_time(queue):
    schedules, told, began = DbosSchedules(queue), [], time.time()
    await schedules.add(TaskSchedule(name="often", cron="* * * * * *", payload={"schedule": "often"}))

    async def work(task):
        told.append(datetime.fromisoformat(task.payload["fired_at"]).timestamp())
        assert told[-1] <= time.time()
        return {}

    def count_next() -> int:
        """How many of them fell due a second after another."""
        return sum(1 for before, after in pairwise(sorted(told)) if after - before == 1)

    serving = asyncio.create_task(queue.serve(work, WorkerSpec(worker_id="one")))
    async with asyncio.timeout(60):
        while count_next() < 2:
            await asyncio.sleep(0.1)
    heard = list(told)
    (state,) = await schedules.list()
    await queue.drain(seconds=5)
    await serving
    assert len(set(told)) == len(told)
    assert began - 1 < min(told)
    assert datetime.fromisoformat(state.last_at).timestamp() >= max(heard)


async def test_what_fell_due_without_a_worker_is_counted(queue, tmp_path):
    schedules = DbosSchedules(queue)
    await schedules.add(TaskSchedule(name="often", cron="*/10 * * * * *", payload={"schedule": "often"}))
    assert (await schedules.list())[0].missed == 0
    made = time.time() - 65
    with closing(sqlite3.connect(tmp_path / "queue.db")) as connection:
        changed = "UPDATE workflow_schedules SET context = json_set(context, '$.made', ?)"
        connection.execute(changed, (made,))
        connection.commit()

    def find_due() -> list[int]:
        now = time.time() - 15
        return [at for at in range(int(made), int(now) + 1) if at % 10 == 0 and made <= at <= now]

    before = find_due()
    (state,) = await schedules.list()
    after = find_due()  # one more where ten seconds are over meanwhile
    assert len(before) <= state.missed <= len(after)
    assert before[-1] <= datetime.fromisoformat(state.missed_at).astimezone(UTC).timestamp() <= after[-1]
    assert state.last_at == ""
