"""A run's events as bytes: each encoded once, for however many read them."""

import asyncio
from bisect import bisect_right
from collections import deque
from collections.abc import AsyncIterator, Callable

from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.wire import encode_json

CHUNK_MAX = 256 * 1024  # bytes that one reader is given at once: what a reader that stalls holds
_WOKEN_AT_ONCE = 16  # readers; each takes up to half a millisecond where it is told much
Source = Callable[[int], AsyncIterator[Event]]


class RunFeed:
    """What has happened in a run so far, as it is sent, and who waits for more.

    Attributes:
        last: Why the stream ends, told after the last event; b"" while it goes on.
    """

    def __init__(self) -> None:
        self._frames: list[bytes] = []
        self._sequences: list[int] = []
        self._held: deque[tuple[int, bytes]] = deque()
        self._waiting: set[asyncio.Event] = set()
        self._waking: asyncio.Task[None] | None = None
        self._is_behind = False
        self.last = b""

    def __repr__(self) -> str:
        return f"<RunFeed, {len(self._frames)} events, {len(self._waiting)} readers>"

    @property
    def readers(self) -> int:
        """Who reads it now."""
        return len(self._waiting)

    async def fill(self, source: Source, tell_end: Callable[[], bytes]) -> None:
        """Take in a run's events until it ends."""
        try:
            async for event in source(self._sequences[-1] if self._sequences else 0):
                self._put(event.sequence, encode_event(event))
                while self._held and self._held[0][0] <= event.sequence:
                    self._put(*self._held.popleft())
                self._wake()
        finally:
            self.close(tell_end())

    def pass_on(self, event: bytes, sequence: int) -> None:
        """Tell what only passes by, once the event before it is told; it has no number, as nobody can ask for it again.

        Args:
            event: Its JSON.
            sequence: The number of the event before it.
        """
        told = self._sequences[-1] if self._sequences else 0
        frame = b"event: %b\ndata: %b\n\n" % (EventKind.ANSWER_PIECE.encode(), event)
        if sequence > told:
            self._held.append((sequence, frame))
        elif sequence == told:
            self._put(sequence, frame)
            self._wake()

    def close(self, last: bytes) -> None:
        """End it; the first end counts."""
        self.last = self.last or last
        self._wake()

    def enter(self) -> asyncio.Event:
        """Begin to read: what is set when there is something new. `leave` gives it back."""
        news = asyncio.Event()
        self._waiting.add(news)
        return news

    def leave(self, news: asyncio.Event) -> None:
        """Read no more."""
        self._waiting.discard(news)

    def find_place(self, after: int) -> int:
        """Where a reader begins that knows the events up to that number."""
        return bisect_right(self._sequences, after)

    def read(self, place: int) -> tuple[bytes, int]:
        """What there is from a place on, and the place after it; b"" for nothing yet."""
        end, size = place, 0
        while end < len(self._frames) and (size == 0 or size + len(self._frames[end]) <= CHUNK_MAX):
            size += len(self._frames[end])
            end += 1
        if end == place + 1:
            return self._frames[place], end
        return b"".join(self._frames[place:end]), end

    def _put(self, sequence: int, frame: bytes) -> None:
        self._frames.append(frame)
        self._sequences.append(sequence)

    def _wake(self) -> None:
        """Have readers read: many of them some at a time, so that whoever asks for something else is heard between."""
        if len(self._waiting) <= _WOKEN_AT_ONCE:
            for news in self._waiting:
                news.set()
            return
        self._is_behind = True
        if self._waking is None or self._waking.done():
            self._waking = asyncio.get_running_loop().create_task(self._wake_by_turns())

    async def _wake_by_turns(self) -> None:
        while self._is_behind:
            self._is_behind = False
            waiting = list(self._waiting)
            for start in range(0, len(waiting), _WOKEN_AT_ONCE):
                for news in waiting[start : start + _WOKEN_AT_ONCE]:
                    news.set()
                await asyncio.sleep(0)


def encode_event(event: Event) -> bytes:
    """An event as it is sent."""
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (event.sequence, str(event.kind).encode(), encode_json(event))


def encode_end(kind: str, told: object) -> bytes:
    """The last thing of a stream; it has no number, so that a reader goes on after the last event."""
    return b"event: %b\ndata: %b\n\n" % (kind.encode(), encode_json(told))
