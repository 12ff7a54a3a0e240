"""Schedules: tasks that an executor asks for by itself, again and again."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from moe_core.contracts.wire import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSchedule:
    """When a task is due, and what its worker is told then.

    Attributes:
        name: No other schedule has it.
        cron: Minute, hour, day of the month, month, day of the week; seconds before them, where there are six.
        timezone: In which it is read, as "Europe/Berlin".
        payload: What the worker of each firing is told, as JSON; "fired_at" is added to it, as ISO 8601 with its
            offset.
        catches_up: What fell due while no worker was there is done once one is.
    """

    name: str
    cron: str
    timezone: str = "UTC"
    payload: JsonObject = field(default_factory=dict)
    catches_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleState:
    """How it stands with a schedule; times as ISO 8601 with the offset of its time zone.

    Attributes:
        schedule: The schedule.
        next_at: When it is due; "" when it never is again.
        last_at: When it last fired; "" when it has not yet.
        missed: How often it fell due and did not fire, of the last hundred times.
        missed_at: When that was the last time; "" for never.
    """

    schedule: TaskSchedule
    next_at: str
    last_at: str = ""
    missed: int = 0
    missed_at: str = ""


class TaskSchedules(ABC):
    """The schedules of an executor: kept where its queue is, fired by its workers.

    A firing is a task with an id made of the schedule's name and the time that it was due at: however many workers
    there are, it is done once. It should be short, for a worker does it beside the tasks that it counts.
    """

    @abstractmethod
    async def add(self, schedule: TaskSchedule) -> ScheduleState:
        """Keep a schedule; one that is there already in just this way stays as it is.

        Raises:
            RequestError: Another one has that name, or its times or its time zone are none.
            StorageError: It cannot be kept.
        """

    @abstractmethod
    async def list(self) -> tuple[ScheduleState, ...]:
        """All schedules, by name.

        Raises:
            StorageError: They cannot be read.
        """

    @abstractmethod
    async def remove(self, name: str) -> None:
        """Let a schedule fire no more; what it has fired stays.

        Raises:
            NameUnknownError: There is none of that name; near ones are named.
            StorageError: It cannot be removed.
        """
