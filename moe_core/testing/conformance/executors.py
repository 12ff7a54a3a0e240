"""What every executor must hold to."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio

from moe_core.contracts.errors import MoeError
from moe_core.contracts.executor import Ending, Executor, ExecutorPlace, Needs, QueuedTask, Work, WorkerSpec
from moe_core.contracts.wire import JsonObject
from moe_core.testing.conformance.verdict import refusing, require, require_introduction

_SECONDS = 60.0  # far longer than a queue takes for what is asked here, on a busy machine too
_CONCURRENCY = 2


async def check_executor(executor: type[Executor], *, database: str = "") -> None:
    """Check an executor: each task once, in order, by a worker that can do it, outcomes as values, and what is left.

    Args:
        executor: The class.
        database: Address of a database server of its own; "" lets it keep files.

    Raises:
        ConformanceError: It breaks the contract.
    """
    name = require_introduction(executor)
    with tempfile.TemporaryDirectory() as folder:
        place = ExecutorPlace(folder=Path(folder), database=database, version="conformance")
        with refusing(f"{name} raised"):
            await _check_outcomes(executor, place, name)
            await _check_rest(executor, place, name)
            await _check_offers(executor, place, name)
            await _check_waiting(executor, place, name)


async def _check_outcomes(cls: type[Executor], place: ExecutorPlace, name: str) -> None:
    executor, counts, running = cls(place), Counter[str](), Counter[str]()

    async def work(task: QueuedTask) -> JsonObject:
        counts[task.task_id] += 1
        running["now"] += 1
        running["most"] = max(running["most"], running["now"])
        await anyio.sleep(0.01)
        running["now"] -= 1
        if task.payload.get("fails"):
            raise ValueError("it fails")
        return {"twice": 2 * task.payload["number"], "attempt": task.attempt}

    names = [f"outcomes/{number}" for number in range(5)]
    for number, task_id in enumerate(names):
        for _ in range(2):
            await executor.submit(QueuedTask(task_id=task_id, payload={"number": number}))
    await executor.submit(QueuedTask(task_id="outcomes/fails", payload={"fails": True}))
    await executor.submit(QueuedTask(task_id="outcomes/never", payload={"number": 0}))
    await executor.cancel("outcomes/never")
    early = await executor.wait(names[0], seconds=0.01)
    require(early.ending == "timed_out", f"{name} tells of an end before anybody served: {early.ending}")
    async with _serving(executor, work, "one"):
        for number, task_id in enumerate(names):
            outcome = await executor.wait(task_id, seconds=_SECONDS)
            right = outcome.ending == "done" and outcome.value == {"twice": 2 * number, "attempt": 1}
            require(right, f"{name} tells of task {number} otherwise than it ended: {outcome}")
        await _require_ending(executor, "outcomes/fails", "failed", name)
        await _require_ending(executor, "outcomes/never", "cancelled", name)
        await executor.submit(QueuedTask(task_id=names[0], payload={"number": 0}))
        await anyio.sleep(0.05)
    done = {task_id: counts[task_id] for task_id in (*names, "outcomes/fails", "outcomes/never")}
    require(done.pop("outcomes/never") == 0, f"{name} begins a task that was cancelled before")
    require(set(done.values()) == {1}, f"{name} does not do each task once: {done}")
    order = [task_id for task_id in counts if task_id in names]
    is_in_order = all(abs(order.index(task_id) - place) < _CONCURRENCY for place, task_id in enumerate(names))
    require(is_in_order, f"{name} does not begin the oldest task first: {order}")
    require(running["most"] <= _CONCURRENCY, f"{name} does {running['most']} tasks at once, not {_CONCURRENCY}")
    require(await executor.take_over("nobody") == (), f"{name} takes tasks over from a worker that never was")
    with refusing(f"{name} does not refuse to wait for a task that nobody asked for", but=(MoeError,)):
        try:
            await executor.wait("outcomes/unknown", seconds=0.01)
        except MoeError:
            return
        raise LookupError("it answers")


async def _check_rest(cls: type[Executor], place: ExecutorPlace, name: str) -> None:
    """What a drained worker leaves is done by the next one, with its count."""
    executor, begun = cls(place), anyio.Event()

    async def hang(task: QueuedTask) -> JsonObject:
        begun.set()
        await anyio.sleep_forever()
        return {}

    async def work(task: QueuedTask) -> JsonObject:
        return {"attempt": task.attempt}

    await executor.submit(QueuedTask(task_id="rest"))
    async with _serving(executor, hang, "first"):
        with anyio.fail_after(_SECONDS):
            await begun.wait()
    successor = cls(place) if cls.is_durable else executor
    async with _serving(successor, work, "second"):
        outcome = await successor.wait("rest", seconds=_SECONDS)
    kept = outcome.ending == "done" and outcome.value == {"attempt": 2}
    require(kept, f"{name} does not leave what it drains to the next worker, with its count: {outcome}")


async def _check_offers(cls: type[Executor], place: ExecutorPlace, name: str) -> None:
    """A worker is brought what it offers, and the rest is left to one that can do it."""
    executor, doing = cls(place), Counter[str]()

    async def work(task: QueuedTask) -> JsonObject:
        doing[task.task_id] += 1
        return {}

    needs: dict[str, Needs] = {
        "offers/big": {"model": ("big",)},
        "offers/both": {"model": ("big", "small")},
        "offers/other": {},
    }
    for task_id, wanted in needs.items():
        await executor.submit(QueuedTask(task_id=task_id, needs=wanted))
    async with _serving(executor, work, "small", offers={"model": ("small", "bi")}):
        await _require_ending(executor, "offers/other", "done", name)
        await anyio.sleep(0.05)
    require(set(doing) == {"offers/other"}, f"{name} brings a worker tasks that need what it does not offer: {doing}")
    successor = cls(place) if cls.is_durable else executor
    async with _serving(successor, work, "big", offers={"model": ("small", "big"), "role": ("drummer",)}):
        for task_id in needs:
            await _require_ending(successor, task_id, "done", name)


async def _check_waiting(cls: type[Executor], place: ExecutorPlace, name: str) -> None:
    """What waits for a person has ended for its worker, and is brought again when that person has decided.

    Runs that wait take no place from others, also when a worker has room for fewer runs than wait.
    """
    executor, asked = cls(place), Counter[str]()

    async def work(task: QueuedTask) -> JsonObject:
        run_id = task.payload["run_id"]
        asked[run_id] += 1
        return {"status": "waiting" if asked[run_id] == 1 else "done", "attempt": task.attempt}

    names = [f"waiting/{number}" for number in range(2 * _CONCURRENCY)]
    for run_id in names:
        await executor.submit(QueuedTask(task_id=run_id, payload={"run_id": run_id}))
    async with _serving(executor, work, "asking"):
        for run_id in names:
            outcome = await executor.wait(run_id, seconds=_SECONDS)
            waits = outcome.ending == "done" and outcome.value == {"status": "waiting", "attempt": 1}
            require(waits, f"{name} does not let go of what waits for a person: {outcome}")
    successor = cls(place) if cls.is_durable else executor
    for run_id in names:
        await successor.submit(QueuedTask(task_id=f"{run_id}/again-2", payload={"run_id": run_id}))
    async with _serving(successor, work, "decided"):
        for run_id in names:
            outcome = await successor.wait(f"{run_id}/again-2", seconds=_SECONDS)
            is_done = outcome.ending == "done" and outcome.value == {"status": "done", "attempt": 1}
            require(is_done, f"{name} does not bring what a person has decided on: {outcome}")
    require(set(asked.values()) == {2}, f"{name} does not bring each task once that waits and goes on: {dict(asked)}")


async def _require_ending(executor: Executor, task_id: str, ending: Ending, name: str) -> None:
    outcome = await executor.wait(task_id, seconds=_SECONDS)
    require(outcome.ending == ending, f"{name} tells {outcome.ending} of a task that {ending}")


@asynccontextmanager
async def _serving(executor: Executor, work: Work, worker_id: str, offers: Needs | None = None) -> AsyncIterator[None]:
    """A worker, as long as the block lasts."""
    worker = WorkerSpec(worker_id=worker_id, concurrency=_CONCURRENCY, offers=offers or {})
    serving = asyncio.create_task(executor.serve(work, worker))
    try:
        yield
    finally:
        await executor.drain(seconds=0)
        with anyio.fail_after(_SECONDS):
            await serving
