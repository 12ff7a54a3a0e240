"""Between the layers: who has a task done, wherever that is."""

from typing import Protocol

from moe_core.contracts.task import Task, TaskResult


class TaskExecutor(Protocol):
    """Has tasks done, each by an agent of its role.

    A task is claimed by the call itself, before anything is waited for: whoever has several tasks calls for all of
    them at once, in plan order, so that numbers given by order of claims are the same when a run is done again.
    """

    async def run(self, task: Task) -> TaskResult:
        """The task's result; a failure of moe's own kind is a result too.

        What the task needs is waited for inside, and so is a turn where the number of tasks at once is limited.
        """
        ...
