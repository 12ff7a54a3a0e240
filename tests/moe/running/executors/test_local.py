"""Tasks done in this process: turns, needs, time, failures."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import pytest

from moe.running.context import Assignment, RunContext, make_result
from moe.running.events import EventStream
from moe.running.executors.local import LocalExecutor
from moe_core.contracts.agent import Role
from moe_core.contracts.chain import Chain, Member, Served
from moe_core.contracts.errors import RequestError, ToolError
from moe_core.contracts.event import Event
from moe_core.contracts.task import Statement, Status, Task, TaskResult

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

Work = Callable[[RunContext, Assignment], Awaitable[TaskResult]]


def make_task(name: str, *, role: Role = Role.DRUMMER, **fields: Any) -> Task:
    return Task(
        task_id=f"r/1/{name}",
        run_id="r",
        correlation_id="c",
        parent_id="r/1",
        agent="worker",
        role=role,
        capability="work",
        instruction=name,
        **fields,
    )


@contextmanager
def serving(work: Work, *, max_parallel: int = 8, events: list[Event] | None = None) -> Iterator[LocalExecutor]:
    """An executor whose agents of every layer do this work, in a run that is called r."""
    executor = LocalExecutor(dict.fromkeys((Role.BELTER, Role.DRUMMER), work))
    told = events if events is not None else []
    chain = Chain(camina=None, belters=(), drummers=(), observer=None, retriever="none", walkers=(), edges=())
    members = {
        (role, "worker"): Member(name="worker", role=role, full_id="worker", served=Served(provider="p", model="m"))
        for role in Role
    }
    context = RunContext(
        run_id="r",
        question="?",
        registry=None,
        chain=chain,
        members=members,
        agents={},
        models=None,
        events=EventStream(run_id="r", correlation_id="c", listeners=[told.append]),
        library=None,
        executor=executor,
        max_evidence=8,
        max_parallel=max_parallel,
        max_plan_tasks=12,
        is_explained=False,
        tools=None,
    )
    with executor.serve(context):
        yield executor


async def run_all(executor: LocalExecutor, *tasks: Task) -> list[TaskResult]:
    results: dict[str, TaskResult] = {}

    async def run(task: Task) -> None:
        results[task.task_id] = await executor.run(task)

    with anyio.fail_after(60):
        async with anyio.create_task_group() as group:
            for task in tasks:
                group.start_soon(run, task)
    return [results[task.task_id] for task in tasks]


async def test_at_most_so_many_drummer_tasks_are_done_at_once_and_the_layers_above_are_not_counted():
    busy = {Role.BELTER: 0, Role.DRUMMER: 0}
    most = dict(busy)

    async def work(_: RunContext, assignment: Assignment) -> TaskResult:
        role = assignment.task.role
        busy[role] += 1
        most[role] = max(most[role], busy[role])
        await anyio.sleep(0.01)
        busy[role] -= 1
        return make_result(assignment.task)

    with serving(work, max_parallel=2) as executor:
        drummers = [make_task(f"d{number}") for number in range(6)]
        await run_all(executor, *drummers, *(make_task(f"b{number}", role=Role.BELTER) for number in range(5)))
    assert most == {Role.BELTER: 5, Role.DRUMMER: 2}


async def test_a_task_that_waits_for_others_keeps_no_turn_from_them_and_knows_what_they_found():
    known = {}

    async def work(_: RunContext, assignment: Assignment) -> TaskResult:
        task = assignment.task
        known[task.instruction] = [finding["text"] for finding in assignment.known]
        await anyio.sleep(0.01 if task.instruction == "a" else 0.0)
        return make_result(task, statements=(Statement(text=f"{task.instruction} found"),))

    with serving(work, max_parallel=1) as executor:
        await run_all(
            executor,
            make_task("a"),
            make_task("b", needs=("r/1/a",)),
            make_task("c", needs=("r/1/b", "r/1/a")),
            make_task("d"),
        )
    assert known == {"a": [], "b": ["a found"], "c": ["b found", "a found"], "d": []}


async def test_time_is_a_share_of_what_waiting_has_left():
    deadlines = {}

    async def work(_: RunContext, assignment: Assignment) -> TaskResult:
        deadlines[assignment.task.instruction] = assignment.deadline
        await anyio.sleep(0.5 if assignment.task.instruction == "a" else 0.0)
        return make_result(assignment.task)

    started = time.time()
    with serving(work) as executor:
        await run_all(
            executor,
            make_task("a", ttl_seconds=10.0, time_share=0.8),
            make_task("b", ttl_seconds=10.0, time_share=0.8, needs=("r/1/a",)),
            make_task("c"),
        )
    assert deadlines["a"] == pytest.approx(started + 8.0, abs=0.01)
    assert deadlines["b"] == pytest.approx(started + 0.5 + 0.8 * 9.5, abs=0.01)
    assert deadlines["c"] is None


async def test_a_failure_of_our_kind_is_a_result_and_is_told():
    async def work(_: RunContext, assignment: Assignment) -> TaskResult:
        raise ToolError("the scale is broken", hint="mend it")

    events: list[Event] = []
    with serving(work, events=events) as executor:
        result = await executor.run(make_task("a"))
    assert result.status is Status.FAILED
    assert result.error is not None
    assert (result.error.message, result.error.hint) == ("the scale is broken", "mend it")
    assert [str(event.kind) for event in events] == ["task.started", "task.finished"]
    assert {event.task_id for event in events} == {"r/1/a"}


async def test_a_task_that_needs_one_that_nobody_has_begun_is_refused_instead_of_waiting_for_ever():
    async def work(_: RunContext, assignment: Assignment) -> TaskResult:
        return make_result(assignment.task)

    with serving(work) as executor, anyio.fail_after(60), pytest.raises(RequestError, match="r/1/nobody"):
        await executor.run(make_task("a", needs=("r/1/nobody",)))


async def test_a_run_is_served_no_longer_than_its_block():
    async def work(_: RunContext, assignment: Assignment) -> TaskResult:
        return make_result(assignment.task)

    with serving(work) as executor:
        assert (await executor.run(make_task("a"))).status is Status.DONE
    with pytest.raises(RequestError, match="not served"):
        await executor.run(make_task("a"))
