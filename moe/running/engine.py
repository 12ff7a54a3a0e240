"""The engine: one request from its documents to its recorded result."""

import os
import secrets
import time
import uuid
from dataclasses import replace

import anyio
import anyio.to_thread

from moe.asking.servers.selection import ProviderChooser
from moe.asking.services import ModelServices
from moe.knowledge.index.store import IndexStore
from moe.knowledge.library import DocumentLibrary, ProgressListener
from moe.running.attempt import Attempt
from moe.running.events import EventStream
from moe.running.observer import Observer
from moe.running.request import RunRequest
from moe.running.result import ObserverReport, RunResult
from moe.storage.runs import RunStart, RunStore
from moe_core.contracts.agent import Role
from moe_core.contracts.errors import MoeError
from moe_core.contracts.event import EventKind, EventListener
from moe_core.contracts.task import Status
from moe_core.contracts.wire import encode_json, to_wire
from moe_core.loading.config.settings import Config
from moe_core.loading.registry import Registry
from moe_core.routing.router import SmartRouter


class Engine:
    """Runs requests against one registry snapshot and configuration."""

    def __init__(
        self,
        *,
        registry: Registry,
        config: Config,
        store: RunStore | None = None,
        index: IndexStore | None = None,
        services: ModelServices | None = None,
        chooser: ProviderChooser | None = None,
    ) -> None:
        """Prepare to run.

        Args:
            registry: What chains are assembled from.
            config: How they run.
            store: Keeps the record of runs.
            index: The project's index, answered from when a request brings no documents.
            services: What runs share about models; an engine of its own makes them.
            chooser: Decides what the provider `auto` means; an engine of its own makes one.
        """
        self._services = services or ModelServices.open(config, workspace=index.workspace if index else None)
        self._registry = registry
        self._chooser = chooser or ProviderChooser(registry)
        self._config = config
        self._store = store
        self._index = index
        self._router = SmartRouter(registry, config)

    async def run(
        self,
        request: RunRequest,
        *,
        library: DocumentLibrary | None = None,
        on_event: EventListener | None = None,
        on_progress: ProgressListener | None = None,
    ) -> RunResult:
        """Answer a request; an error of ours ends as a failed result, never as an exception.

        Cancelling leaves a complete record that is marked as cancelled.

        Args:
            request: What is asked.
            library: Documents opened before, in place of those that the request names.
            on_event: Told of everything that happens.
            on_progress: Called after each file that is read.
        """
        run = RunStart(
            run_id=make_run_id(),
            correlation_id=request.correlation_id or uuid.uuid4().hex,
            question=request.question,
            started=time.time(),
            pid=os.getpid(),
        )
        observer = Observer()
        listeners: list[EventListener] = [observer]
        listeners += [self._store.append] if self._store else []
        listeners += [on_event] if on_event else []
        events = EventStream(
            run_id=run.run_id, correlation_id=run.correlation_id, listeners=listeners, passing=on_event
        )
        if self._store:
            self._store.start(run)
        events.emit(EventKind.RUN_STARTED, request=request.model_dump(mode="json"))
        blank = RunResult(
            run_id=run.run_id, correlation_id=run.correlation_id, question=run.question, status=Status.RUNNING
        )
        attempt = Attempt(
            self._registry,
            _apply_request(self._config, request),
            request,
            self._index,
            events,
            observer,
            blank,
            library,
            self._services,
            self._chooser,
        )
        try:
            result = await attempt.run(self._router, on_progress)
        except MoeError as error:
            result = attempt.conclude(Status.FAILED, error=error)
        except anyio.get_cancelled_exc_class():
            self._end(events, attempt.conclude(Status.CANCELLED))
            raise
        return self._end(events, result)

    def _end(self, events: EventStream, result: RunResult) -> RunResult:
        error = result.error
        events.emit(
            EventKind.RUN_FINISHED,
            status=str(result.status),
            degraded=result.degraded,
            citations=len(result.citations),
            error=None if error is None else to_wire(error),
        )
        failure = None
        if self._store:
            failure = self._store.finish(result.run_id, str(result.status), encode_json(result).decode())
        if failure is None:
            return result
        note = {"severity": "warning", "text": f"The run could not be recorded: {failure.message}"}
        return replace(result, observer=ObserverReport(notes=(*result.observer.notes, note)))


def make_run_id() -> str:
    """A run's id: sorts by time, readable, unique."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(4)}"


def _apply_request(config: Config, request: RunRequest) -> Config:
    """The configuration with what the request says in place."""
    changes: dict[str, object] = {}
    if request.provider:
        changes["provider"] = request.provider
    if request.model:
        changes["roles"] = config.system.roles.model_copy(update=dict.fromkeys(map(str, Role), request.model))
    return config.model_copy(update={"system": config.system.model_copy(update=changes)}) if changes else config
