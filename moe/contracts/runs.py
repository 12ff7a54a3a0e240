"""What is kept of runs."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import msgspec

from moe_core.contracts.event import Event
from moe_core.contracts.task import Status
from moe_core.contracts.wire import JsonObject

INTERRUPTED = "interrupted"
QUEUED = "queued"
"""The status of a run that waits for a worker."""
WAITING = Status.WAITING.value
"""The status of a run that waits for a person to decide on calls of tools."""
UNFINISHED = (QUEUED, Status.RUNNING.value, WAITING)
"""Of runs that are not over, and go on when their worker or a person is there."""
RESUMABLE = (INTERRUPTED, Status.CANCELLED.value, Status.FAILED.value)
"""How runs end that can be gone on with."""
LAST = "last"
"""In the place of an id: the newest run."""

Verdict: TypeAlias = Literal["good", "bad"]


class RunStart(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a run when it begins; `started` is Unix time in seconds, `conversation_id` may be ""."""

    run_id: str
    correlation_id: str
    question: str
    started: float
    pid: int
    conversation_id: str = ""


class RunRating(msgspec.Struct, frozen=True, kw_only=True):
    """What the user thinks of a run's answer.

    Attributes:
        verdict: "good" or "bad".
        note: The user's words, or "".
        at: Unix time in seconds.
    """

    verdict: Verdict
    note: str
    at: float


class RunSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One line about a run.

    Attributes:
        status: A `Status`, "waiting" while a person is to decide on calls of tools, "queued" before a worker has begun
            it, or "interrupted" when its process died.
        started: Unix time in seconds.
        finished: The same; None when it did not finish.
        seconds: How long it took, has taken until now, or took until its last event.
        events: How many were recorded.
        rating: The user's, the last one given; None without.
        worker: Who does it, or did when it was interrupted; "" for no worker.
    """

    run_id: str
    question: str
    status: str
    started: float
    finished: float | None
    seconds: float
    events: int
    rating: RunRating | None = None
    worker: str = ""


class RunCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many runs there are.

    Attributes:
        total: All, whatever became of them.
        good: Of them, those that the user rated good.
        bad: Of them, those rated bad.
    """

    total: int = 0
    good: int = 0
    bad: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """All that was kept of a run.

    Attributes:
        result: What it ended with, as `moe run --json` prints it; None when it did not finish.
        events: In order, up to where it got.
    """

    summary: RunSummary
    correlation_id: str
    pid: int
    result: JsonObject | None = None
    events: tuple[Event, ...] = field(default=(), repr=False)


class ReplayReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came of doing a run again with the replies that it had.

    Attributes:
        run_id: The run's.
        is_same: Answer and citations came out the same.
        answer_before: The first time's.
        answer: The second time's.
        difference: The first thing that came out otherwise; "" for nothing.
    """

    run_id: str
    is_same: bool
    answer_before: str
    answer: str
    difference: str = ""
