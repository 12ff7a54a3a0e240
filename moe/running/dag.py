"""A plan's order: which tasks wait for which, and running them so that equal plans run equally."""

import asyncio
from collections.abc import Mapping, Sequence

from moe.running.executor import TaskExecutor
from moe_core.contracts.task import Task, TaskResult


def drop_impossible_needs(needs: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Keep of each task's needs only those that name an earlier task.

    Tasks are in plan order, so what remains has no cycle: a model's plan may be wrong, a run must not hang on it.
    """
    seen: set[str] = set()
    kept: dict[str, tuple[str, ...]] = {}
    for task_id, wanted in needs.items():
        kept[task_id] = tuple(dict.fromkeys(need for need in wanted if need in seen))
        seen.add(task_id)
    return kept


async def run_tasks(executor: TaskExecutor, tasks: Sequence[Task]) -> list[TaskResult]:
    """Have all tasks done, side by side where their needs allow.

    All are claimed in plan order before any of them waits for another: what numbers tasks by the order of claims
    gives each the same number in every run of the same plan, whichever ends first.

    Returns:
        Results in plan order.
    """
    async with asyncio.TaskGroup() as group:  # a task of anyio's costs four times as much
        others = [group.create_task(executor.run(task)) for task in tasks[1:]]
        # The first runs here and so comes first: a task of its own would cost about as much as its model call's events.
        first = [await executor.run(task) for task in tasks[:1]]
    return first + [other.result() for other in others]
