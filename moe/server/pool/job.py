"""A run that the server was asked for, from its being taken until its end."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from moe.server.pool.messages import ModelShare, WorkerFault, WorkerOrder

QUEUED = "queued"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnd:
    """How it ended.

    Attributes:
        status: A `Status`, or "interrupted" when its process died.
        result: Its `RunResult` as JSON; b"" without one.
        fault: Why it did not come about.
        shares: What it asked of models.
    """

    status: str
    result: bytes = b""
    fault: WorkerFault | None = None
    shares: tuple[ModelShare, ...] = ()


@dataclass(slots=True, kw_only=True, eq=False)
class PoolJob:
    """One run on its way through the pool.

    Attributes:
        order: What a worker is told.
        question: For whoever asks what it is.
        correlation_id: The caller's own id.
        owner: The key that asked for it.
        hold_id: The tokens that are held for it; "" for none.
        taken_at: Unix time in seconds.
        has_begun: Set when it is in the record.
        attempts: How often it was handed to a worker.
        on_piece: Told of each piece: its JSON, and of an answer's the number of the event before it.
        is_unwanted: Somebody wants it ended as soon as it is in the record.
        end: Done when it is over.
    """

    order: WorkerOrder
    question: str
    correlation_id: str = ""
    owner: str = ""
    hold_id: str = ""
    taken_at: float = field(default_factory=time.time)
    has_begun: asyncio.Event = field(default_factory=asyncio.Event)
    attempts: int = 0
    on_piece: Callable[[bytes, int], None] | None = None
    is_unwanted: bool = False
    end: "asyncio.Future[JobEnd]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.order.run_id

    def finish(self, end: JobEnd) -> None:
        """Tell whoever waits; the first end counts."""
        if not self.end.done():
            self.end.set_result(end)
        self.has_begun.set()
