"""Every run that somebody reads has one feed here, filled by one task."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

from moe.app import App
from moe.server.pool.job import QUEUED, PoolJob
from moe.server.pool.pool import RunPool
from moe.server.streams.feed import RunFeed, encode_end
from moe_core.contracts.errors import MoeError, NameUnknownError
from moe_core.contracts.event import Event
from moe_core.contracts.task import Status

_RECORD_SECONDS = 5.0  # what the record of a run that has begun is waited for; it takes some 20 ms
_LOOK_SECONDS = 0.02


class FeedHub:
    """Feeds of runs, shared by their readers and dropped with the last of them.

    Args:
        app: Whose runs.
        pool: Who does them.
    """

    def __init__(self, app: App, pool: RunPool) -> None:
        self._app = app
        self._pool = pool
        self._feeds: dict[str, RunFeed] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def __repr__(self) -> str:
        return f"<FeedHub, {len(self._feeds)} feeds>"

    @property
    def readers(self) -> int:
        """Streams that are open."""
        return sum(feed.readers for feed in self._feeds.values())

    @contextlib.contextmanager
    def read(self, run_id: str) -> Iterator[tuple[RunFeed, asyncio.Event]]:
        """Read a run's events while the block lasts."""
        feed = self._feeds.get(run_id)
        if feed is None:
            feed = self._feeds[run_id] = RunFeed()
            self._tasks[run_id] = asyncio.create_task(self._fill(run_id, feed))
        news = feed.enter()
        try:
            yield feed, news
        finally:
            feed.leave(news)
            if not feed.readers and self._feeds.get(run_id) is feed:
                self.forget(run_id)

    def forget(self, run_id: str) -> None:
        """Let whoever reads the run next begin anew, as when it goes on after its end."""
        if self._feeds.pop(run_id, None) is not None:
            self._tasks.pop(run_id).cancel()

    def close(self) -> None:
        """End all streams: the server stops."""
        for feed in self._feeds.values():
            feed.close(encode_end("server.stopping", {"hint": "come back with the last event's id"}))

    async def _fill(self, run_id: str, feed: RunFeed) -> None:
        ends = {"run_id": run_id, "status": Status.FAILED.value}
        with contextlib.suppress(MoeError):  # the record cannot be read: the stream ends, and its reader comes back
            await feed.fill(
                lambda after: self._follow(run_id, feed, after, ends), lambda: encode_end("stream.end", dict(ends))
            )

    async def _follow(self, run_id: str, feed: RunFeed, after: int, ends: dict[str, str]) -> AsyncIterator[Event]:
        """A run's events, from before it has begun."""
        job = self._pool.find(run_id)
        if job is not None:
            job.on_piece = feed.pass_on
            await job.has_begun.wait()
            await self._await_record(job)
        if job is None or await asyncio.to_thread(self._is_recorded, run_id):
            async for event in self._app.events(run_id, after=after):
                yield event
            ends["status"] = (await asyncio.to_thread(self._app.runs.get_summary, run_id)).status
        elif job.end.done():
            ends["status"] = job.end.result().status

    async def _await_record(self, job: PoolJob) -> None:
        """A run that has begun is in the record a moment later."""
        for _ in range(round(_RECORD_SECONDS / _LOOK_SECONDS)):
            if job.end.done() or await asyncio.to_thread(self._is_recorded, job.run_id):
                return
            await asyncio.sleep(_LOOK_SECONDS)

    def _is_recorded(self, run_id: str) -> bool:
        try:
            self._app.runs.get_summary(run_id)
        except NameUnknownError:
            return False
        return True


def tell_state(job: PoolJob) -> str:
    """The word for where a run of the pool stands."""
    if job.end.done():
        return job.end.result().status
    return Status.RUNNING.value if job.has_begun.is_set() else QUEUED
