"""A request becomes a run that waits for a worker."""

import hashlib
import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import anyio.to_thread
from pydantic import ValidationError

from moe.contracts.request import RunRequest
from moe.contracts.runs import QUEUED, RESUMABLE, WAITING, RunStart
from moe.running.decisions import require_decided
from moe.running.environment import RunEnvironment
from moe.running.events import EventStream
from moe.running.fleet.needs import MOE, find_needs
from moe.running.fleet.tasks import make_task
from moe.running.origin import RunOrigin
from moe.storage.runs import RunStore
from moe_core.contracts.errors import RequestError
from moe_core.contracts.event import Event
from moe_core.contracts.executor import Executor, Needs
from moe_core.contracts.wire import JsonObject


async def submit_run(
    request: RunRequest,
    *,
    store: RunStore,
    executor: Executor,
    run_id: str | None = None,
    needs: Needs | None = None,
) -> str:
    """Queue a run; asked for twice with the same id, it is one.

    Args:
        request: What is asked; its documents are found from this process's folder.
        store: The record of runs, in which it waits.
        executor: Brings it to a worker.
        run_id: The caller's own; by default one is made.
        needs: What it needs of its worker, as `find_needs` tells; by default nothing but the version of moe.

    Returns:
        The run's id.

    Raises:
        StorageError: It cannot be recorded or queued.
    """
    version = executor.place.version
    needs = {**(needs or {}), **({MOE: (version,)} if version else {})}
    origin = RunOrigin.anew(request)
    origin = replace(origin, run_id=run_id or origin.run_id)
    request = request.model_copy(update={"docs": tuple(map(os.path.abspath, request.docs)), "stream": False})
    told: list[Event] = []
    events = EventStream(run_id=origin.run_id, correlation_id=origin.correlation_id, listeners=[told.append])
    events.emit(origin.announce(request, seconds_left=0.0))
    start = RunStart(
        run_id=origin.run_id,
        correlation_id=origin.correlation_id,
        question=request.question,
        started=time.time(),
        pid=0,
        conversation_id=request.conversation_id or "",
    )
    await anyio.to_thread.run_sync(partial(store.queue, start, told[0], needs))
    await executor.submit(make_task(origin.run_id, needs=needs))
    return origin.run_id


async def submit_firing(firing: JsonObject, *, environment: RunEnvironment, store: RunStore, executor: Executor) -> str:
    """Queue the run of a schedule that is due; told of it again, it is the one that there is.

    Args:
        firing: What the schedule tells its workers.
        environment: Tells what the run needs of its worker.
        store: The record of runs.
        executor: Brings it to a worker.

    Returns:
        The run's id.

    Raises:
        RequestError: This moe cannot read what the schedule asks.
        NameUnknownError: The schedule names a Belter or a collection that is not there any more.
        StorageError: It cannot be recorded or queued.
    """
    name = firing["schedule"]
    try:
        request = RunRequest.model_validate(firing["request"])
    except ValidationError as error:
        raise RequestError(f"schedule {name} asks what this moe does not know: {error.errors()[0]['msg']}") from error
    run_id = make_firing_id(name, firing["fired_at"])
    needs = await anyio.to_thread.run_sync(find_needs, environment, request)
    return await submit_run(request, store=store, executor=executor, run_id=run_id, needs=needs)


def make_firing_id(schedule: str, fired_at: str) -> str:
    """The id of the run that a schedule asks for at a time, whoever does so.

    Args:
        schedule: Its name.
        fired_at: When it was due, as ISO 8601 with an offset.
    """
    digest = hashlib.sha256(f"{schedule}/{fired_at}".encode()).hexdigest()
    return f"{datetime.fromisoformat(fired_at).astimezone(UTC):%Y%m%d-%H%M%S}-{digest[:8]}"


async def retry_run(run_id: str, *, store: RunStore, executor: Executor) -> str:
    """Put a run that was broken off, cancelled or failed into the queue, or one on whose calls a person has decided.

    Returns:
        The run's whole id.

    Raises:
        NameUnknownError: No run has that id.
        RequestError: It is done, goes on, or waits for a person.
        StorageError: It cannot be recorded or queued.
    """
    run = await anyio.to_thread.run_sync(store.get_summary, run_id)
    if run.status == WAITING:
        require_decided(await anyio.to_thread.run_sync(store.get_run, run.run_id))
    elif run.status not in (*RESUMABLE, QUEUED):
        raise RequestError(f"run {run.run_id} is {run.status}", hint=f"moe runs show {run.run_id}")
    if run.status != QUEUED:
        await anyio.to_thread.run_sync(store.requeue, run.run_id)
    waiting = await anyio.to_thread.run_sync(store.list_waiting)
    needs = next((one.needs for one in waiting if one.run_id == run.run_id), {})
    await executor.submit(make_task(run.run_id, again=run.events, needs=needs))
    return run.run_id
