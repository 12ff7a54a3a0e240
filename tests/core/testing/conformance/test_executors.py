"""The check of an executor passes a good one of somebody else's, and names what is wrong with each bad one."""

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from moe_core import Executor, ExecutorPlace, QueuedTask, TaskOutcome, WorkerSpec
from moe_core.contracts.errors import RequestError
from moe_core.contracts.executor import is_offered
from moe_core.testing import ConformanceError, check_executor

pytestmark = pytest.mark.anyio
_LOOK_SECONDS = 0.005


class FolderExecutor(Executor):
    """Tasks as files: queued/, doing/WORKER/, ended/. A task is claimed by renaming its file, which one worker can."""

    name = "folder"
    summary = "A folder of files"
    is_durable = True

    def __init__(self, place: ExecutorPlace | None = None) -> None:
        super().__init__(place)
        self._worker: WorkerSpec | None = None
        self._doing: dict[Path, asyncio.Task[None]] = {}
        self._is_draining = False
        self._grace = 0.0

    async def submit(self, task: QueuedTask) -> None:
        """Write its file, unless it has one somewhere."""
        if self._find(task.task_id) is None:
            number = len(list(self.place.folder.rglob("*.json")))
            path = self._open("queued") / f"{number:06}-{task.task_id.replace('/', '~')}.json"
            task = replace(task, attempt=0)
            kept = {"id": task.task_id, "payload": task.payload, "needs": task.needs, "attempt": task.attempt}
            path.write_text(json.dumps(kept), encoding="utf-8")

    async def serve(self, work, worker: WorkerSpec) -> None:
        """Claim what is queued, in the order of names."""
        self._worker, self._is_draining = worker, False
        while not self._is_draining:
            for path in self._list_queued(worker):
                if len(self._doing) < worker.concurrency:
                    self._begin(path, work)
            await asyncio.sleep(_LOOK_SECONDS)
        if self._doing:
            await asyncio.wait(self._doing.values(), timeout=self._grace)
        await self.take_over(worker.worker_id)
        left = list(self._doing.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def wait(self, task_id: str, *, seconds: float) -> TaskOutcome:
        """Look at its file."""
        until = asyncio.get_running_loop().time() + seconds
        while True:
            path = self._find(task_id)
            if path is None:
                raise RequestError(f"nobody has asked for task {task_id}")
            kept = json.loads(path.read_text(encoding="utf-8"))
            if "ending" in kept:
                return TaskOutcome(ending=kept["ending"], value=kept.get("value", {}), reason=kept.get("reason", ""))
            if asyncio.get_running_loop().time() >= until:
                return TaskOutcome(ending="timed_out")
            await asyncio.sleep(_LOOK_SECONDS)

    async def cancel(self, task_id: str) -> None:
        """End it, if it is queued still."""
        path = self._find(task_id)
        if path is not None and path.parent.name == "queued":
            self._end(path, {"ending": "cancelled"})

    async def take_over(self, worker_id: str) -> tuple[str, ...]:
        """Rename its files back: of several who try, one can."""
        back = []
        for path in sorted((self.place.folder / "doing" / worker_id).glob("*.json")):
            back.append(json.loads(path.read_text(encoding="utf-8"))["id"])
            os.rename(path, self._open("queued") / path.name)
        return tuple(back)

    async def drain(self, *, seconds: float) -> None:
        """Tell the worker."""
        self._grace, self._is_draining = seconds, True

    def _begin(self, path: Path, work) -> None:
        assert self._worker is not None
        mine = self._open("doing", self._worker.worker_id) / path.name
        os.rename(path, mine)
        kept = json.loads(mine.read_text(encoding="utf-8"))
        kept["attempt"] += 1
        mine.write_text(json.dumps(kept), encoding="utf-8")
        task = QueuedTask(
            task_id=kept["id"], payload=kept["payload"], attempt=kept["attempt"], needs=self._read_needs(kept)
        )
        self._doing[mine] = asyncio.create_task(self._do(mine, task, work))

    async def _do(self, path: Path, task: QueuedTask, work) -> None:
        try:
            outcome = {"ending": "done", "value": await work(task)}
        except Exception as error:
            outcome = {"ending": "failed", "reason": str(error)}
        finally:
            del self._doing[path]
        if path.exists():  # nobody has taken it over
            self._end(path, outcome)

    def _end(self, path: Path, outcome: dict) -> None:
        kept = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**kept, **outcome}), encoding="utf-8")
        os.rename(path, self._open("ended") / path.name)

    def _list_queued(self, worker: WorkerSpec) -> Iterator[Path]:
        for path in sorted(self._open("queued").glob("*.json")):
            if is_offered(self._read_needs(json.loads(path.read_text(encoding="utf-8"))), worker.offers):
                yield path

    def _read_needs(self, kept: dict) -> dict[str, tuple[str, ...]]:
        return {kind: tuple(names) for kind, names in kept["needs"].items()}

    def _find(self, task_id: str) -> Path | None:
        return next(self.place.folder.rglob(f"*-{task_id.replace('/', '~')}.json"), None)

    def _open(self, *names: str) -> Path:
        folder = self.place.folder.joinpath(*names)
        folder.mkdir(parents=True, exist_ok=True)
        return folder


class Forgetful(FolderExecutor):
    async def submit(self, task: QueuedTask) -> None:
        self._find = lambda _: None
        await super().submit(task)
        del self._find


class Newest(FolderExecutor):
    def _list_queued(self, worker):
        return reversed(list(super()._list_queued(worker)))


class Greedy(FolderExecutor):
    async def serve(self, work, worker):
        await super().serve(work, replace(worker, concurrency=5))


class Deaf(FolderExecutor):
    async def cancel(self, task_id):
        """Does nothing."""


class Careless(FolderExecutor):
    def _read_needs(self, kept):
        return {}


class Counting(FolderExecutor):
    async def take_over(self, worker_id):
        for path in (self.place.folder / "doing" / worker_id).glob("*.json"):
            kept = json.loads(path.read_text(encoding="utf-8"))
            path.write_text(json.dumps({**kept, "attempt": 0}), encoding="utf-8")
        return await super().take_over(worker_id)


class Optimist(FolderExecutor):
    async def _do(self, path, task, work):
        async def succeed(task):
            try:
                return await work(task)
            except ValueError:
                return {}

        await super()._do(path, task, succeed)


class Insistent(FolderExecutor):
    async def _do(self, path, task, work):
        async def ask_until_decided(task):
            while (value := await work(task)).get("status") == "waiting":
                pass
            return value

        await super()._do(path, task, ask_until_decided)


class Patient(FolderExecutor):
    async def wait(self, task_id, *, seconds):
        if self._find(task_id) is None:
            return TaskOutcome(ending="timed_out")
        return await super().wait(task_id, seconds=seconds)


async def test_an_executor_of_somebody_else_s_passes():
    await check_executor(FolderExecutor)


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (Forgetful, "does not do each task once|otherwise than it ended"),
        (Newest, "does not begin the oldest task first"),
        (Greedy, "tasks at once, not 2"),
        (Deaf, "of a task that cancelled|begins a task that was cancelled"),
        (Careless, "tasks that need what it does not offer"),
        (Counting, "with its count"),
        (Optimist, "tells done of a task that failed"),
        (Insistent, "does not let go of what waits for a person"),
        (Patient, "does not refuse to wait"),
    ],
)
async def test_what_breaks_the_contract_is_named(bad, told):
    with pytest.raises(ConformanceError, match=told):
        await check_executor(bad)
