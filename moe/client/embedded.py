"""Runs of an App in this process, as a client sees them."""

import asyncio
import time
from asyncio import to_thread
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from moe.contracts.collections import CollectionContent
from moe.contracts.conversations import Conversation, ConversationSummary
from moe.contracts.index import IndexChange
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.contracts.runs import ReplayReport, RunRating, RunSummary, Verdict
from moe.contracts.waiting import Decision
from moe_core.contracts.errors import NameUnknownError, RequestError
from moe_core.contracts.event import Event
from moe_core.contracts.task import Status
from moe_core.contracts.wire import from_wire

_NO_EVENTS = 2**62  # after all events that a run can have


class EmbeddedConnection:
    """An App, opened when it is first needed.

    Args:
        project: Its folder; None for the nearest one upwards.
        app: One that is open already.
    """

    def __init__(self, project: Any = None, app: Any = None) -> None:
        self._project = project
        self._app = app
        self._is_own = app is None
        self._running: dict[str, asyncio.Task[RunResult]] = {}

    def __repr__(self) -> str:
        return f"<EmbeddedConnection, {len(self._running)} runs>"

    async def start(self, request: RunRequest) -> str:
        """Begin a run; its id."""
        app = await self._open()
        await to_thread(app.check, request)
        run_id: str = app.make_run_id()
        await self._begin(run_id, lambda on_event: app.run(request, run_id=run_id, on_event=on_event))
        return run_id

    async def run(self, request: RunRequest) -> RunResult:
        """Begin a run and wait for its end."""
        app = await self._open()
        result: RunResult = await app.run(request)
        return result

    async def events(self, run_id: str, *, after: int) -> AsyncIterator[Event]:
        """What has happened in a run, and what happens until it ends."""
        app = await self._open()
        async for event in app.events(run_id, after=after):
            yield event

    async def get_result(self, run_id: str) -> RunResult:
        """The result of a run that is over."""
        await self._get_summary(run_id)
        record = await to_thread((await self._open()).runs.get_run, run_id, after=_NO_EVENTS)
        if record.result is None or record.summary.status == Status.RUNNING:
            raise RequestError(f"run {run_id} is {record.summary.status}", hint="follow its events until it ends")
        return from_wire(RunResult, record.result)

    async def list_runs(self, *, limit: int) -> Sequence[RunSummary]:
        """The newest runs, newest first."""
        runs: Sequence[RunSummary] = await to_thread((await self._open()).runs.list_runs, limit)
        return runs

    async def cancel(self, run_id: str) -> None:
        """End a run."""
        await self._get_summary(run_id)
        await to_thread((await self._open()).runs.cancel, run_id)

    async def decide(self, run_id: str, decision: Decision, task: str, note: str) -> None:
        """Decide on the calls for which a run waits, and have it go on here, or in the queue that it came from."""
        app = await self._open()
        await self._get_summary(run_id)
        decided = await to_thread(partial(app.decide, run_id, decision, task=task, note=note))
        if decided.left:
            return
        if decided.worker:
            await app.retry(run_id)
            return
        past = await to_thread(app.find_past, run_id)
        await self._begin(run_id, lambda on_event: app.resume(past, on_event=on_event))

    async def rate(self, run_id: str, verdict: Verdict, note: str) -> RunSummary:
        """Keep what somebody thinks of a run's answer."""
        app = await self._open()
        await self._get_summary(run_id)
        rating = RunRating(verdict=verdict, note=note.strip(), at=time.time())
        rated, _ = await to_thread(app.personas.rate, app.runs, run_id, rating)
        summary: RunSummary = rated
        return summary

    async def replay(self, run_id: str) -> ReplayReport:
        """Do a run again with the replies that it had."""
        await self._get_summary(run_id)
        report: ReplayReport = await (await self._open()).replay(run_id)
        return report

    async def list_conversations(self, *, limit: int) -> Sequence[ConversationSummary]:
        """The conversations, the one that went on last first."""
        found: Sequence[ConversationSummary] = await to_thread((await self._open()).conversations.list, limit)
        return found

    async def get_conversation(self, conversation_id: str) -> Conversation:
        """A conversation with its turns, by its whole id."""
        found: Conversation = await to_thread((await self._open()).conversations.read, conversation_id)
        if not found.turns:
            raise NameUnknownError("conversation", conversation_id, hint="conversations() lists those that there are")
        return found

    async def delete(self, run_id: str) -> None:
        """Delete a run that is over."""
        app = await self._open()
        summary = await self._get_summary(run_id)
        if summary.status == Status.RUNNING:
            raise RequestError(f"run {run_id} goes on", hint="cancel it first")
        await to_thread(app.runs.delete, [run_id])

    async def list_collections(self) -> Sequence[CollectionContent]:
        """The collections that there are, by name."""
        found: Sequence[CollectionContent] = await to_thread((await self._open()).collections.list)
        return found

    async def add_documents(self, collection: str, files: Sequence[Path]) -> IndexChange:
        """Put files into a collection."""
        collections = (await self._open()).collections
        change: IndexChange = await to_thread(collections.add, collection, [str(file) for file in files])
        return change

    async def read_document(self, collection: str, document: str) -> str:
        """The text of a document."""
        found = await to_thread((await self._open()).collections.read_document, collection, document)
        return str(found.text)

    async def delete_collection(self, collection: str) -> None:
        """Delete a collection."""
        await to_thread((await self._open()).collections.delete, collection)

    async def close(self) -> None:
        """Cancel the runs that go on; they are recorded so."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._app is not None and self._is_own:
            self._app.close()

    async def _begin(
        self, run_id: str, work: Callable[[Callable[[Event], None]], Coroutine[Any, Any, RunResult]]
    ) -> None:
        """Have a run done beside whoever asked for it; returns when it has begun."""
        began = asyncio.Event()
        task = asyncio.create_task(work(lambda _: began.set()))
        self._running[run_id] = task
        task.add_done_callback(lambda _: began.set())  # also where it ends before it begins
        task.add_done_callback(lambda _: self._running.pop(run_id, None))
        await began.wait()

    async def _get_summary(self, run_id: str) -> RunSummary:
        """The line about a run, by its whole id: another one that begins so is not meant, nor is "last"."""
        summary: RunSummary = await to_thread((await self._open()).runs.get_summary, run_id)
        if summary.run_id != run_id:
            raise NameUnknownError("run", run_id, near=[summary.run_id])
        return summary

    async def _open(self) -> Any:
        if self._app is None:  # by name, so that a client of a server does not import the engine
            self._app = await to_thread(resolve_name("moe.app:App").open, self._project)
        return self._app
