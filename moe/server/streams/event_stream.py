"""The answer that is a stream of events."""

import asyncio
from contextlib import suppress

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from moe.server.streams.feed import RunFeed
from moe.server.streams.hub import FeedHub

EVENT_STREAM = "text/event-stream"
STREAM_HEADERS = {
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
}
_HEARTBEAT = b": still here\n\n"


class RunEventStream(Response):
    """Sends a run's events after a number: those of before, then those that come.

    It calls the connection itself: Starlette's own streams cost a task group each.
    """

    media_type = EVENT_STREAM

    def __init__(
        self, hub: FeedHub, run_id: str, *, after: int, heartbeat_seconds: float, stall_seconds: float
    ) -> None:
        super().__init__(headers=STREAM_HEADERS)
        del self.headers["content-length"]
        self._hub = hub
        self._run_id = run_id
        self._after = after
        self._heartbeat_seconds = heartbeat_seconds
        self._stall_seconds = stall_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the run ends, the reader goes, or it takes nothing for too long."""
        with self._hub.read(self._run_id) as (feed, news):
            leaving = asyncio.ensure_future(_await_leaving(receive))
            leaving.add_done_callback(lambda _: news.set())
            try:
                await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                await self._send(feed, news, leaving, send)
            except TimeoutError:  # it has taken nothing for too long; without a proper end its connection is cut
                return
            finally:
                leaving.cancel()
                with suppress(asyncio.CancelledError):
                    await leaving

    async def _send(self, feed: RunFeed, news: asyncio.Event, leaving: "asyncio.Future[None]", send: Send) -> None:
        place = 0
        while not leaving.done():
            news.clear()
            last = feed.last  # before reading: what comes before the end is sent before it
            told, place = feed.read(max(place, feed.find_place(self._after)))
            if not told and last:
                await self._push(send, last, has_more=False)
                return
            if told:
                await self._push(send, told)
            elif not await _await_news(news, self._heartbeat_seconds):
                await self._push(send, _HEARTBEAT)

    async def _push(self, send: Send, told: bytes, *, has_more: bool = True) -> None:
        async with asyncio.timeout(self._stall_seconds):
            await send({"type": "http.response.body", "body": told, "more_body": has_more})


async def _await_leaving(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _await_news(news: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await news.wait()
    except TimeoutError:
        return False
    return True
