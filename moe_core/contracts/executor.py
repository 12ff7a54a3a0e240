"""Executors: who brings a queued task to a worker, and to the next one when that worker dies."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal, TypeAlias

from moe_core.contracts.schedule import TaskSchedules
from moe_core.contracts.wire import JsonObject

Needs: TypeAlias = Mapping[str, tuple[str, ...]]
"""What a task needs of its worker, or a worker offers: names by kind, as {"model": ("qwen3:8b",)}."""

Ending: TypeAlias = Literal["done", "failed", "cancelled", "timed_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedTask:
    """A task that waits for a worker.

    Attributes:
        task_id: A path: a run's id, and what lies below it ("<run>/1/2"). Asked for twice, it is done once.
        payload: What its worker is told, as JSON.
        attempt: How many workers have begun it before, and one more; counted by the executor.
        needs: Only a worker that offers all of it is brought the task.
    """

    task_id: str
    payload: JsonObject = field(default_factory=dict)
    attempt: int = 1
    needs: Needs = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOutcome:
    """How a queued task ended, as a value.

    Attributes:
        ending: "timed_out" says that it has not ended yet.
        value: What it came to, as JSON.
        reason: Why it did not come to anything, or "".
    """

    ending: Ending
    value: JsonObject = field(default_factory=dict)
    reason: str = ""


Work: TypeAlias = Callable[[QueuedTask], Awaitable[JsonObject]]
"""Does a task; what it returns is kept, and what it raises is a failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutorPlace:
    """Where an executor keeps what it must not forget.

    Attributes:
        folder: For files of its own; it need not exist yet.
        database: Address of a database server in place of files; "" for none.
        version: Tasks that another version asked for are left to workers of that version.
    """

    folder: Path = Path(".moe")
    database: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSpec:
    """A worker.

    Attributes:
        worker_id: No other worker has or had it.
        concurrency: How many tasks it does at once.
        offers: What it can do, by kind; of a kind that is not named, all.
    """

    worker_id: str
    concurrency: int = 1
    offers: Needs = field(default_factory=dict)


def is_offered(needs: Needs, offers: Needs) -> bool:
    """Whether a worker that offers this can do a task that needs that."""
    return all(set(needs.get(kind, ())) <= set(names) for kind, names in offers.items())


class Executor(ABC):
    """A queue of tasks that workers share.

    A task is begun at least once, by one worker at a time, and has one outcome. What must not be done twice within a
    task is kept by its worker, step by step, whichever executor brings it: an executor repeats a task as a whole, and
    has no loop of its own that tries again. A subclass is constructed with an `ExecutorPlace`, and does nothing then.

    Attributes:
        name: Short name, unique among executors.
        summary: One line for listings.
        is_durable: Tasks outlive the process that asked for them.
    """

    name: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    is_durable: ClassVar[bool] = False

    def __init__(self, place: ExecutorPlace | None = None) -> None:
        """Keep the place; nothing is opened yet."""
        self.place = place or ExecutorPlace()

    @property
    def schedules(self) -> TaskSchedules | None:
        """Its schedules; None where it has none."""
        return None

    @abstractmethod
    async def submit(self, task: QueuedTask) -> None:
        """Ask for a task, once however often it is called with the same id.

        Raises:
            MoeError: It cannot be kept.
        """

    @abstractmethod
    async def serve(self, work: Work, worker: WorkerSpec) -> None:
        """Do tasks in the caller's event loop, oldest first, until `drain` is called.

        Tasks that need what the worker does not offer are left to others.

        Whose task was taken over finds its outcome refused: the successor's counts.

        Args:
            work: Does one task.
            worker: Who this is.

        Raises:
            MoeError: The queue cannot be reached.
        """

    @abstractmethod
    async def wait(self, task_id: str, *, seconds: float) -> TaskOutcome:
        """How a task ended; "timed_out" when it has not within that time.

        Raises:
            MoeError: Nobody has asked for it, or the queue cannot be reached.
        """

    @abstractmethod
    async def cancel(self, task_id: str) -> None:
        """Have a task not begun any more; one that has ended stays as it is. Whoever does it now is told otherwise."""

    @abstractmethod
    async def take_over(self, worker_id: str) -> tuple[str, ...]:
        """Put the tasks that a dead worker was doing back into the queue, with their counts.

        Several survivors may call it at once: each task comes back once.

        Returns:
            Ids of the tasks that this call brought back.
        """

    @abstractmethod
    async def drain(self, *, seconds: float) -> None:
        """Begin no task any more, and give back what was opened.

        Tasks in work have that long to end; what is left goes back into the queue.
        """
