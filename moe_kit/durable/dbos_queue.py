"""A queue of tasks kept by DBOS, in a file or on PostgreSQL."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from dbos._error import DBOSException, DBOSNonExistentWorkflowError
from sqlalchemy import Engine, false, func
from sqlalchemy.exc import SQLAlchemyError

from moe_core.contracts.errors import MoeError, RequestError, StorageError
from moe_core.contracts.executor import ExecutorPlace, QueuedTask, TaskOutcome, Work, WorkerSpec
from moe_core.contracts.wire import JsonObject
from moe_kit.durable.engines import close_engine, make_address, make_tables, open_engine
from moe_kit.durable.file_changes import FileChanges
from moe_kit.durable.server_changes import ServerChanges
from moe_kit.durable.spared_looks import QueueChanges, spare_looks

_QUEUE = "moe"
_WORKFLOW = "moe.task"
FIRING = "moe.firing"
"""The workflow that a schedule begins."""
_NEEDS = "needs"
_POLL_SECONDS = 0.4  # a task waits so long at most; a look costs little while nothing has changed
_COALESCE_SECONDS = 0.5  # between two looks for what tasks tell each other, which is nothing; the engine's own is 0.01
_LOOK_SECONDS = 0.1
_SCHEDULE_SECONDS = 5.0  # until workers know of a new schedule
_ENDINGS = {"CANCELLED": "cancelled", "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed", "ERROR": "failed"}

T = TypeVar("T")


class DbosQueue:
    """What `Executor` asks of a queue, by DBOS: a task is a workflow without steps of the engine's own.

    DBOS serves once a process. Its own loop that tries again is off: a task is begun again only by `take_over`.
    """

    def __init__(self, place: ExecutorPlace) -> None:
        self._place = place
        self._address = make_address(place.folder, place.database)
        self._opened: DBOSClient | None = None
        self._opening = anyio.Lock()
        self._own: Engine | None = None
        self._changes: QueueChanges | None = None
        self._worker: WorkerSpec | None = None
        self._room = 0
        self._doing: set[asyncio.Task[Any]] = set()
        self._drained = anyio.Event()

    def __repr__(self) -> str:
        return f"<DbosQueue of {self._place.folder}>"

    async def submit(self, task: QueuedTask) -> None:
        """Enqueue a workflow; a second one of the same id is the first."""
        client = await self.open()
        options: EnqueueOptions = {
            "queue_name": _QUEUE,
            "workflow_name": _WORKFLOW,
            "workflow_id": task.task_id,
            "app_version": self._place.version,
            "attributes": {_NEEDS: {kind: "".join(map(_mark, names)) for kind, names in task.needs.items()}},
        }
        await self.call(partial(client.enqueue, options, task.task_id, task.payload))

    async def serve(self, work: Work, worker: WorkerSpec) -> None:
        """Launch DBOS in this loop, until drained."""
        self._worker, self._room, self._drained = worker, worker.concurrency, anyio.Event()
        await self.open()
        if self._drained.is_set():
            return  # it was to end before it had begun
        with _mapped_errors():
            engine = self._launch(work, worker)
            await DBOS.register_queue_async(_QUEUE, polling_interval_sec=_POLL_SECONDS)
            engine._listening_queues = [_QUEUE]
        await self._drained.wait()

    async def wait(self, task_id: str, *, seconds: float) -> TaskOutcome:
        """Look again and again until it has ended."""
        client = await self.open()
        until = anyio.current_time() + seconds
        while True:
            outcome = await self.call(partial(_read_outcome, client, task_id))
            if outcome.ending != "timed_out" or anyio.current_time() >= until:
                return outcome
            await anyio.sleep(_LOOK_SECONDS)

    async def cancel(self, task_id: str) -> None:
        """Mark the workflow; unknown ones are left alone."""
        client = await self.open()
        await self.call(partial(client.cancel_workflow, task_id))

    async def take_over(self, worker_id: str) -> tuple[str, ...]:
        """Put back what a worker has begun and not ended.

        By the engine's conditional call, which keeps counts: its public one to resume clears them.
        """
        client = await self.open()
        return await self.call(partial(_put_back, client, worker_id))

    async def drain(self, *, seconds: float) -> None:
        """Take nothing more, wait, hand on what is left, end DBOS."""
        self._room = 0
        if self._worker is not None:
            if self._doing:
                await asyncio.wait(self._doing, timeout=seconds)
            with _mapped_errors():
                await self.take_over(self._worker.worker_id)
            left = tuple(self._doing)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            self._worker = None
            await anyio.to_thread.run_sync(self._end)
        if self._opened is not None:
            client, self._opened = self._opened, None
            await anyio.to_thread.run_sync(partial(_close, client))
        self._drained.set()

    async def open(self) -> DBOSClient:
        """The client, opened when it is first asked for."""
        async with self._opening:
            if self._opened is None:
                self._opened = await self.call(self._connect)
        return self._opened

    def _connect(self) -> DBOSClient:
        logging.getLogger("dbos").setLevel(logging.CRITICAL)
        self._place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = open_engine(self._address)
        make_tables(engine, self._address)
        return DBOSClient(
            system_database_engine=engine,
            serializer=DBOSPortableJSONSerializer(),
            application_name=_QUEUE,
            retry_connection_errors=False,
        )

    async def call(self, work: Callable[[], T]) -> T:
        """Do something that waits for the database, in a thread; what it raises is moe's own."""
        with _mapped_errors():
            return await anyio.to_thread.run_sync(work)

    def _end(self) -> None:
        """End DBOS; it leaves an engine open that it was given."""
        DBOS.destroy(destroy_registry=True)
        if self._changes is not None:
            self._changes.close()
        if self._own is not None:
            close_engine(self._own)

    def _launch(self, work: Work, worker: WorkerSpec) -> DBOS:
        self._own = open_engine(self._address)
        config = DBOSConfig(
            name=_QUEUE,
            system_database_url=self._address,
            system_database_engine=self._own,
            serializer=DBOSPortableJSONSerializer(),
            executor_id=worker.worker_id,
            application_version=self._place.version,
            log_level="CRITICAL",
            console_log_level="CRITICAL",
            enable_otlp=False,
            scheduler_polling_interval_sec=_SCHEDULE_SECONDS,
            notification_coalesce_sec=_COALESCE_SECONDS,
        )
        engine = DBOS(config=config)
        DBOS.listen_queues([])  # none before it is known how many tasks are done at once

        async def do(task_id: str, payload: JsonObject) -> JsonObject:
            return await self._do(work, QueuedTask(task_id=task_id, payload=payload))

        async def fire(_: Any, context: JsonObject) -> JsonObject:
            task_id = str(DBOS.workflow_id)
            payload = {**context["payload"], "fired_at": read_firing(task_id, context["schedule"])}
            return await self._do(work, QueuedTask(task_id=task_id, payload=payload))

        DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=None)(do)
        DBOS.workflow(name=FIRING, max_recovery_attempts=None)(fire)
        DBOS.launch()
        self._limit(engine._sys_db)
        return engine

    def _limit(self, database: Any) -> None:
        """Have the engine take what this worker has room for, and nothing once it drains."""
        assert self._own is not None, "the engine is launched"
        self._changes = (FileChanges if self._own.dialect.name == "sqlite" else ServerChanges)(self._own)
        spare_looks(database, self._changes)
        database.background_job_lock = _do_no_jobs
        find_queue = database.get_queue

        def find_with_room(name: str, **how: Any) -> Any:
            """The queue's row, with this worker's own number of tasks: DBOS knows one for all workers only."""
            queue = find_queue(name, **how)
            if queue is not None and name == _QUEUE:
                queue._worker_concurrency = self._room
            return queue

        attributes = database.tables.workflow_status.c.attributes

        def gate(*_: Any) -> list[Any]:
            """What the engine looks at besides before a worker claims a task: all that it needs is offered."""
            if not self._room or self._worker is None:
                return [false()]
            return [_is_offered(attributes[(_NEEDS, kind)], names) for kind, names in self._worker.offers.items()]

        database.get_queue = find_with_room
        database._claim_gate = gate

    async def _do(self, work: Work, task: QueuedTask) -> JsonObject:
        doing = asyncio.current_task()
        assert doing is not None, "DBOS does workflows as tasks of this loop"
        self._doing.add(doing)
        try:
            client = await self.open()
            status = await self.call(client.retrieve_workflow(task.task_id).get_status)
            return {"ending": "done", "value": await work(replace(task, attempt=status.recovery_attempts or 1))}
        except MoeError as error:
            return {"ending": "failed", "reason": error.message}
        except Exception as error:  # noqa: BLE001 - whatever a task raises is its outcome
            return {"ending": "failed", "reason": f"{type(error).__name__}: {error}"}
        finally:
            self._doing.discard(doing)


@contextmanager
def _do_no_jobs(_: str) -> Iterator[bool]:
    """In the place of the engine's lock for what it does each second: tasks that are delayed, or have a time to end.

    No task of ours is either, and looking for them is most of what an idle worker would ask of a server.
    """
    yield False


def _mark(name: str) -> str:
    return f"\n{name}\n"


def _is_offered(needs: Any, offered: Sequence[str]) -> Any:
    """Whether nothing is left of the names that a task needs when those that are offered are taken out, in SQL."""
    left: Any = func.coalesce(needs.as_string(), "")
    for name in offered:
        left = func.replace(left, _mark(name), "")
    return left == ""


def read_firing(workflow_id: str, schedule: str) -> str:
    """When the firing of that workflow was due, as the engine's id of it tells."""
    return workflow_id.removeprefix(f"sched-{schedule}-")


def _read_outcome(client: DBOSClient, task_id: str) -> TaskOutcome:
    status = client.retrieve_workflow(task_id).get_status()
    if status.status == "SUCCESS":
        output: Any = status.output
        return TaskOutcome(ending=output["ending"], value=output.get("value", {}), reason=output.get("reason", ""))
    ending: Any = _ENDINGS.get(status.status, "timed_out")
    return TaskOutcome(ending=ending, reason=str(status.error or ""))


def _put_back(client: DBOSClient, worker_id: str) -> tuple[str, ...]:
    database = client._sys_db
    begun = client.list_workflows(status="PENDING", executor_id=worker_id, load_input=False, load_output=False)
    return tuple(
        one.workflow_id for one in begun if database.reenqueue_for_recovery(one.workflow_id, [worker_id], _QUEUE)
    )


def _close(client: DBOSClient) -> None:
    engine = client._sys_db.engine
    client.destroy()
    close_engine(engine)


@contextmanager
def _mapped_errors() -> Iterator[None]:
    try:
        yield
    except DBOSNonExistentWorkflowError as error:
        raise RequestError("nobody has asked for this task") from error
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        raise StorageError(f"the queue of runs cannot be reached: {reason}", hint="is the database there?") from error
    except DBOSException as error:
        raise StorageError(f"the queue of runs failed: {error}", hint="report this as a fault of moe") from error
