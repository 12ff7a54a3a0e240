"""Following runs: events of this process's as they happen, those of others' from their record."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial

import anyio
import anyio.to_thread

from moe.contracts.runs import RunRecord
from moe.storage.runs import RunStore
from moe_core.contracts.event import Event
from moe_core.contracts.model_payloads import AnswerPiece
from moe_core.contracts.task import Status

POLL_SECONDS = 0.2  # how old an event of another process's run may be when it is seen


class Subscription:
    """What happens in a run from now on; made in the event loop that reads it, filled from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._events: deque[Event] = deque()
        self._changed = asyncio.Event()
        self._is_over = False

    def put(self, event: Event) -> None:
        """Hand an event on."""
        self._events.append(event)
        self._loop.call_soon_threadsafe(self._changed.set)

    def close(self) -> None:
        """Say that nothing more will happen."""
        self._is_over = True
        self._loop.call_soon_threadsafe(self._changed.set)

    async def __aiter__(self) -> AsyncIterator[Event]:
        """The events as they come, until the run is over."""
        while True:
            while self._events:
                yield self._events.popleft()
            if self._is_over:
                return
            await self._changed.wait()
            self._changed.clear()


class LiveRuns:
    """The runs of this process that go on, and who follows them."""

    def __init__(self) -> None:
        self._runs: dict[str, list[Subscription]] = {}

    def __repr__(self) -> str:
        return f"<LiveRuns, {len(self._runs)} go on>"

    @contextmanager
    def serve(self, run_id: str) -> Iterator[None]:
        """Let a run be followed as long as the block lasts."""
        self._runs[run_id] = []
        try:
            yield
        finally:
            for subscription in self._runs.pop(run_id):
                subscription.close()

    def publish(self, event: Event) -> None:
        """Hand an event to whoever follows its run."""
        for subscription in self._runs.get(event.run_id, ()):
            subscription.put(event)

    @contextmanager
    def subscribe(self, run_id: str) -> Iterator[Subscription | None]:
        """Follow a run from now on; None when it does not go on in this process."""
        followers = self._runs.get(run_id)
        if followers is None:
            yield None
            return
        subscription = Subscription()
        followers.append(subscription)
        try:
            yield subscription
        finally:
            followers.remove(subscription)


async def follow_run(
    run_id: str, *, live: LiveRuns, store: RunStore | None, after: int = 0, poll_seconds: float = POLL_SECONDS
) -> AsyncIterator[Event]:
    """All that has happened in a run and that happens until it ends.

    Pieces of the answer come while this process writes it, with the number of the event before them.

    Args:
        run_id: Its whole id.
        live: The runs of this process.
        store: The record; None follows runs of this process only, from now on.
        after: Only events with a greater number.
        poll_seconds: Between two looks into the record of another process's run.

    Raises:
        NameUnknownError: No run has that id.
        StorageError: The record cannot be read.
    """
    with live.subscribe(run_id) as subscription:
        last = after
        record = await _read(store, run_id, last) if store is not None else None
        for event in record.events if record is not None else ():
            last = event.sequence
            yield event
        if subscription is not None:
            async for event in subscription:
                if event.sequence > last or isinstance(event.data, AnswerPiece):
                    last = event.sequence
                    yield event
            return
        while store is not None and record is not None and record.summary.status == Status.RUNNING:
            await anyio.sleep(poll_seconds)
            record = await _read(store, run_id, last)
            for event in record.events:
                last = event.sequence
                yield event


async def _read(store: RunStore, run_id: str, after: int) -> RunRecord:
    return await anyio.to_thread.run_sync(partial(store.get_run, run_id, after=after))
