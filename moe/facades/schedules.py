"""The questions that workers ask by themselves, when they are due."""

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass

import moe.rooms as rooms
from moe.contracts.request import RunRequest
from moe.contracts.schedules import RunSchedule
from moe.storage.sql import make_whole
from moe_core.contracts.errors import RequestError
from moe_core.contracts.schedule import ScheduleState, TaskSchedule, TaskSchedules
from moe_core.contracts.wire import encode_json

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class ScheduleDirectory:
    """Schedules by name.

    Attributes:
        executor: Keeps them.
        find_environment: What their runs share, opened when it is asked for.
        workspace: Where the executor keeps them, unless a database is named.
    """

    executor: "rooms.Executor"
    find_environment: "Callable[[], rooms.RunEnvironment]"
    workspace: "rooms.Workspace"

    async def add(
        self, cron: str, request: RunRequest, *, timezone: str, name: str = "", catches_up: bool = False
    ) -> RunSchedule:
        """Have a question asked whenever it is due; the same again is the one that is there.

        Args:
            cron: When, as cron writes it.
            request: What is asked; its documents are found from this process's folder.
            timezone: In which `cron` is read.
            name: Of the schedule; by default one is made of what it is.
            catches_up: Ask what fell due while no worker was there, once one is.

        Raises:
            RequestError: The executor has no schedules, or the time, the zone or the name are none.
            NameUnknownError: The request names what is not there.
            DocumentError: One of its paths leads to no document.
            StorageError: It cannot be kept.
        """
        schedules = self._open()
        if name and not _NAME.fullmatch(name):
            raise RequestError(f"{name!r} is no name for a schedule", hint="such as morning-report: a-z, 0-9, - and _")
        await self.find_environment().check(request)
        self._make_place()
        request = request.model_copy(update={"docs": tuple(map(os.path.abspath, request.docs)), "stream": False})
        asked = request.model_dump(mode="json", exclude_defaults=True)
        name = name or _make_name(cron, timezone, asked)
        payload = {"schedule": name, "request": asked}
        schedule = TaskSchedule(name=name, cron=cron, timezone=timezone, payload=payload, catches_up=catches_up)
        return _describe(await schedules.add(schedule))

    async def list(self) -> tuple[RunSchedule, ...]:
        """All schedules, by name.

        Raises:
            RequestError: The executor has no schedules.
            StorageError: They cannot be read.
        """
        schedules = self._open()
        self._make_place()
        return tuple(map(_describe, await schedules.list()))

    async def remove(self, name: str) -> None:
        """Have a question asked no more by itself; the runs that were, stay.

        Raises:
            RequestError: The executor has no schedules.
            NameUnknownError: There is none of that name; near ones are named.
            StorageError: It cannot be removed.
        """
        schedules = self._open()
        self._make_place()
        await schedules.remove(make_whole(name))

    def _make_place(self) -> None:
        if not self.executor.place.database:
            self.workspace.create()

    def _open(self) -> TaskSchedules:
        schedules = self.executor.schedules
        if schedules is None:
            raise RequestError(
                f"the executor {self.executor.name} has no schedules",
                hint="pip install 'moe-core[durable]', and take system.executor auto or dbos",
            )
        return schedules


def _make_name(cron: str, timezone: str, asked: object) -> str:
    digest = hashlib.sha256(encode_json([cron, timezone, asked])).hexdigest()
    return f"schedule-{digest[:6]}"


def _describe(state: ScheduleState) -> RunSchedule:
    schedule = state.schedule
    request = schedule.payload["request"]
    return RunSchedule(
        name=schedule.name,
        cron=schedule.cron,
        timezone=schedule.timezone,
        question=request["question"],
        request=request,
        catches_up=schedule.catches_up,
        next_at=state.next_at,
        last_at=state.last_at,
        last_run=rooms.make_firing_id(schedule.name, state.last_at) if state.last_at else "",
        missed=state.missed,
        missed_at=state.missed_at,
    )
