"""A plan's order: needs, claims, and what a failure does."""

from collections.abc import Sequence

import anyio
import pytest

from moe.running.dag import drop_impossible_needs, run_tasks
from moe_core.contracts.agent import Role
from moe_core.contracts.task import Status, Task, TaskResult

pytestmark = pytest.mark.anyio


def make_task(name: str, needs: Sequence[str] = ()) -> Task:
    return Task(
        task_id=name,
        run_id="r",
        correlation_id="c",
        parent_id="p",
        agent="a",
        role=Role.DRUMMER,
        capability="",
        instruction="",
        needs=tuple(needs),
    )


class Numbering:
    """An executor that numbers tasks by its calls, and ends the first ones last."""

    def __init__(self, failing: str = "") -> None:
        self.told: list[str] = []
        self._failing = failing
        self._ended: dict[str, anyio.Event] = {}

    async def run(self, task: Task) -> TaskResult:
        self._ended[task.task_id] = anyio.Event()
        self.told.append(f"+{task.task_id}")
        for need in task.needs:
            await self._ended[need].wait()
        if task.task_id == self._failing:
            raise ValueError("no")
        for _ in range(10 - len(self._ended)):
            await anyio.lowlevel.checkpoint()
        self.told.append(f"-{task.task_id}")
        self._ended[task.task_id].set()
        return TaskResult(
            task_id=task.task_id, run_id="r", correlation_id="c", agent="a", role=task.role, status=Status.DONE
        )


async def test_no_tasks_have_no_results():
    assert await run_tasks(Numbering(), []) == []


async def test_all_tasks_are_claimed_in_plan_order_before_any_ends_whatever_they_need():
    executor = Numbering()
    tasks = [make_task("a"), make_task("b"), make_task("c", ["a", "b"]), make_task("d"), make_task("e", ["c"])]
    results = await run_tasks(executor, tasks)
    assert executor.told[:5] == ["+a", "+b", "+c", "+d", "+e"]
    assert [result.task_id for result in results] == ["a", "b", "c", "d", "e"]
    assert executor.told.index("-c") > max(executor.told.index("-a"), executor.told.index("-b"))


@pytest.mark.parametrize("failing", ["a", "b"])
async def test_a_task_that_raises_ends_the_others(failing: str):
    with anyio.fail_after(60), pytest.raises(ExceptionGroup) as caught:
        await run_tasks(Numbering(failing), [make_task("a"), make_task("b"), make_task("c", ["a", "b"])])
    assert caught.group_contains(ValueError, match="no")


async def test_needs_that_name_no_earlier_task_are_dropped():
    assert drop_impossible_needs({"a": ["b"], "b": ["a", "a", "x"], "c": ["c", "b"]}) == {
        "a": (),
        "b": ("a",),
        "c": ("b",),
    }
