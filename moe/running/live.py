"""Following runs: events of this process's as they happen, those of others' from their record."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

import anyio
import anyio.to_thread
import msgspec

from moe.contracts.runs import INTERRUPTED, QUEUED, RunRecord
from moe.storage.runs import RunStore
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.event import Event
from moe_core.contracts.model_payloads import AnswerPiece
from moe_core.contracts.task import Status

PATIENCE_SECONDS = 10.0  # until another worker goes on with a dead one's run; it takes a second when one is there
POLL_SECONDS = 0.5  # between two looks at another process's run of which nothing is told, as when its process dies
_PAGE = 4000  # events that are read together, some 3 MB: the first are on their way while the next are read
_GATHER_SECONDS = 0.01  # so that a run which records much is read a hundred times a second at most


class Subscription:
    """What happens in a run; made in the event loop that reads it, filled from any thread.

    Args:
        past: What has happened before.
    """

    def __init__(self, past: Iterable[Event] = ()) -> None:
        self._loop = asyncio.get_running_loop()
        self._events = deque(past)
        self._changed = asyncio.Event()
        self._is_over = False

    def put(self, event: Event) -> None:
        """Hand an event on."""
        self._events.append(event)
        self._wake()

    def close(self) -> None:
        """Say that nothing more will happen."""
        self._is_over = True
        self._wake()

    async def __aiter__(self) -> AsyncIterator[Event]:
        """The events as they come, until the run is over."""
        while True:
            while self._events:
                yield self._events.popleft()
            if self._is_over:
                return
            await self._changed.wait()
            self._changed.clear()

    def _wake(self) -> None:
        with suppress(RuntimeError):  # the reader's loop is closed: nobody reads any more, and the run goes on
            self._loop.call_soon_threadsafe(self._changed.set)


class _LiveRun(msgspec.Struct):
    abandon: Callable[[Status], None] | None = None
    past: list[Event] = msgspec.field(default_factory=list)
    followers: list[Subscription] = msgspec.field(default_factory=list)


class LiveRuns:
    """The runs of this process that go on, with what has happened in them, and who follows them."""

    def __init__(self) -> None:
        self._runs: dict[str, _LiveRun] = {}
        self._lock = threading.Lock()  # who comes while an event is handed on sees it once

    def __repr__(self) -> str:
        return f"<LiveRuns, {len(self._runs)} go on>"

    @contextmanager
    def serve(
        self, run_id: str, *, abandon: Callable[[Status], None] | None = None, past: Iterable[Event] = ()
    ) -> Iterator[None]:
        """Let a run be followed as long as the block lasts.

        Args:
            run_id: Its id.
            abandon: Records its end from outside.
            past: What has happened in it before, when it is taken up again.
        """
        self._runs[run_id] = _LiveRun(abandon, list(past))
        try:
            yield
        finally:
            with self._lock:
                followers = self._runs.pop(run_id).followers
            for subscription in followers:
                subscription.close()

    def publish(self, event: Event) -> None:
        """Hand an event to whoever follows its run, now or later; a piece of the answer to who does so now."""
        with self._lock:
            run = self._runs[event.run_id]
            if not isinstance(event.data, AnswerPiece):
                run.past.append(event)
            for subscription in run.followers:
                subscription.put(event)

    def abandon(self, run_id: str, status: Status) -> None:
        """Have a run's end recorded that will not end by itself; nothing when it does not go on here."""
        run = self._runs.get(run_id)
        if run is not None and run.abandon is not None:
            run.abandon(status)

    @contextmanager
    def subscribe(self, run_id: str) -> Iterator[Subscription | None]:
        """Follow a run from its beginning; None when it does not go on in this process."""
        with self._lock:
            run = self._runs.get(run_id)
            subscription = None if run is None else Subscription(run.past)
            if run is not None and subscription is not None:
                run.followers.append(subscription)
        try:
            yield subscription
        finally:
            if run is not None and subscription is not None:
                with self._lock:
                    run.followers.remove(subscription)


async def follow_run(
    run_id: str, *, live: LiveRuns, store: RunStore | None, after: int = 0, poll_seconds: float = POLL_SECONDS
) -> AsyncIterator[Event]:
    """All that has happened in a run and that happens until it ends.

    Pieces of the answer come while this process writes it, with the number of the event before them.

    Args:
        run_id: Its whole id.
        live: The runs of this process.
        store: The record of runs that are over or another process's; None when nothing is recorded.
        after: Only events with a greater number.
        poll_seconds: Between two looks into the record of another process's run of which nothing is told.

    Raises:
        NameUnknownError: No run has that id.
        StorageError: The record cannot be read.
    """
    with live.subscribe(run_id) as subscription:
        if subscription is not None:
            async for event in subscription:
                if event.sequence > after or isinstance(event.data, AnswerPiece):
                    yield event
            return
    if store is None:
        raise NameUnknownError("run", run_id, hint="nothing is recorded: only runs that go on can be followed")
    async for event in _follow_record(store, run_id, after, poll_seconds):
        yield event


async def _follow_record(store: RunStore, run_id: str, after: int, poll_seconds: float) -> AsyncIterator[Event]:
    """The events of another process's run, which is looked for when something was recorded, and now and then."""
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        with suppress(RuntimeError):  # the reader's loop is closed
            loop.call_soon_threadsafe(changed.set)

    until = anyio.current_time() + PATIENCE_SECONDS
    with store.changes.follow(run_id, wake):
        while True:
            changed.clear()
            record = await _read(store, run_id, after)
            for event in record.events:
                after = event.sequence
                yield event
            if len(record.events) == _PAGE:
                continue
            if record.summary.status in (QUEUED, Status.RUNNING):
                until = anyio.current_time() + PATIENCE_SECONDS
            elif not (record.summary.status == INTERRUPTED and record.summary.worker and anyio.current_time() < until):
                return
            await anyio.sleep(_GATHER_SECONDS)
            with anyio.move_on_after(poll_seconds):
                await changed.wait()


async def _read(store: RunStore, run_id: str, after: int) -> RunRecord:
    return await anyio.to_thread.run_sync(partial(store.get_run, run_id, after=after, most=_PAGE))
