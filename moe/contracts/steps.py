"""What the steps of a run came to, so that a run that was broken off does not do them again."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

T = TypeVar("T")


class StepLog(Protocol):
    """The steps of one run: what cannot be worked out again, such as a model's reply, each with one outcome.

    Attributes:
        can_wait: A run that keeps its steps so may stop until a person decides.
    """

    can_wait: bool

    def claim(self, task_id: str, what: str) -> str:
        """The next step of that kind in a task.

        Its name is the same whenever the run is done again, for a task does its steps in the same order.

        Args:
            task_id: The task's.
            what: A word for what is done, such as "plan" or a tool's name.
        """
        ...

    def find(self, step: str, kind: type[T]) -> T | None:
        """What a step came to; None when it has not ended yet."""
        ...

    def keep(self, step: str, outcome: object) -> None:
        """Keep what a step came to: a contract value, or anything like JSON. Never raises, never waits."""
        ...

    def list_below(self, task_id: str) -> Mapping[str, str]:
        """What the steps of a task and of the tasks below it came to before, as JSON by step."""
        ...

    async def mark(self, step: str) -> bool:
        """Keep that something is begun which must not be done twice unasked; see `moe.running.steps.BEGUN`.

        Returns:
            Whether that outlives this process, so that it may be done now. False where only whoever asked can see to
            it: the task stops as waiting, and is asked for again once it does.
        """
        ...


class NoSteps:
    """The log of a run that keeps none."""

    can_wait = False

    def claim(self, task_id: str, what: str) -> str:
        """No name."""
        return ""

    def find(self, step: str, kind: type[T]) -> T | None:
        """Nothing."""
        return None

    def keep(self, step: str, outcome: object) -> None:
        """Keep nothing."""

    def list_below(self, task_id: str) -> Mapping[str, str]:
        """Nothing."""
        return {}

    async def mark(self, step: str) -> bool:
        """Keep nothing: what is not recorded is not gone on with either."""
        return True


NO_STEPS = NoSteps()
"""For runs that are not recorded, and for those that can be done again as they were."""
