"""Schedules kept by DBOS, beside the queue."""

import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from dbos import DBOSClient

from moe_core.contracts.errors import NameUnknownError, RequestError
from moe_core.contracts.schedule import ScheduleState, TaskSchedule, TaskSchedules
from moe_kit.durable.cron import check_cron, check_timezone, find_times
from moe_kit.durable.dbos_queue import FIRING, DbosQueue, read_firing

_LOOK_BACK = 100  # firings: what fell due before them is not looked for
# The engine waits up to ten seconds longer than it must, so that workers do not all write at once.
_LATE_SECONDS = 15.0


class DbosSchedules(TaskSchedules):
    """The engine keeps them in its table, and its workers begin what is due, one workflow for each time."""

    def __init__(self, queue: DbosQueue) -> None:
        self._queue = queue

    async def add(self, schedule: TaskSchedule) -> ScheduleState:
        """Keep it as a row of the engine's."""
        check_cron(schedule.cron)
        check_timezone(schedule.timezone)
        client = await self._queue.open()
        return await self._queue.call(partial(_add, client, schedule))

    async def list(self) -> tuple[ScheduleState, ...]:
        """The engine's rows, with what became of them."""
        client = await self._queue.open()
        return await self._queue.call(partial(_list, client))

    async def remove(self, name: str) -> None:
        """Delete its row."""
        client = await self._queue.open()
        await self._queue.call(partial(_remove, client, name))


def _add(client: DBOSClient, schedule: TaskSchedule) -> ScheduleState:
    row = client.get_schedule(schedule.name)
    if row is not None:
        if _read(row) != schedule:
            hint = f"moe schedule remove {schedule.name} lets it go; or give this one another name"
            raise RequestError(f"another schedule is named {schedule.name}", hint=hint)
        return _describe(client, row)
    client.create_schedule(
        schedule_name=schedule.name,
        workflow_name=FIRING,
        schedule=schedule.cron,
        context={"schedule": schedule.name, "payload": schedule.payload, "made": time.time()},
        automatic_backfill=schedule.catches_up,
        cron_timezone=schedule.timezone,
    )
    # From here on it is caught up with, although it has not fired yet.
    client._sys_db.update_last_fired_at(schedule.name, datetime.now(ZoneInfo(schedule.timezone)).isoformat())
    made = client.get_schedule(schedule.name)
    assert made is not None, "the row was written"
    return _describe(client, made)


def _list(client: DBOSClient) -> tuple[ScheduleState, ...]:
    rows = sorted(client.list_schedules(), key=lambda row: row["schedule_name"])
    return tuple(_describe(client, row) for row in rows if row["workflow_name"] == FIRING)


def _remove(client: DBOSClient, name: str) -> None:
    if client.get_schedule(name) is None:
        known = [row["schedule_name"] for row in client.list_schedules()]
        hint = None if known else "there is no schedule: moe schedule add makes one"
        raise NameUnknownError("schedule", name, near=get_close_matches(name, known) or known[:3], hint=hint)
    client.delete_schedule(name)


def _read(row: Mapping[str, Any]) -> TaskSchedule:
    return TaskSchedule(
        name=row["schedule_name"],
        cron=row["schedule"],
        timezone=row["cron_timezone"] or "UTC",
        payload=row["context"]["payload"],
        catches_up=bool(row["automatic_backfill"]),
    )


def _describe(client: DBOSClient, row: Mapping[str, Any]) -> ScheduleState:
    """How it stands with a schedule: what fell due is told from the workflows that it has begun."""
    schedule, now, made = _read(row), time.time(), row["context"]["made"]
    begun = client.list_workflows(
        schedule_name=schedule.name, limit=_LOOK_BACK, sort_desc=True, load_input=False, load_output=False
    )
    fired = {at.timestamp(): at for one in begun if (at := _read_time(one.workflow_id, schedule.name)) is not None}
    fired = {stamp: at for stamp, at in fired.items() if stamp >= made}  # not those of an earlier one of its name
    moment = datetime.fromtimestamp(now, ZoneInfo(schedule.timezone))
    due = [
        at
        for at in islice(find_times(schedule.cron, schedule.timezone, moment, backwards=True), _LOOK_BACK)
        if made <= at.timestamp() <= now - _LATE_SECONDS
    ]
    missed = [at for at in due if at.timestamp() not in fired]
    following = next(find_times(schedule.cron, schedule.timezone, moment), None)
    return ScheduleState(
        schedule=schedule,
        next_at=following.isoformat() if following else "",
        last_at=fired[max(fired)].isoformat() if fired else "",
        missed=len(missed),
        missed_at=missed[0].isoformat() if missed else "",
    )


def _read_time(workflow_id: str, name: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(read_firing(workflow_id, name))
    return None
