"""What is kept of runs."""

from dataclasses import dataclass, field

from moe_core.contracts.event import Event
from moe_core.contracts.wire import JsonObject

INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStart:
    """What is known of a run when it begins; `started` is Unix time in seconds."""

    run_id: str
    correlation_id: str
    question: str
    started: float
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One line about a run.

    Attributes:
        status: A `Status`, or "interrupted" when its process died.
        started: Unix time in seconds.
        finished: The same; None when it did not finish.
        seconds: How long it took, has taken until now, or took until its last event.
        events: How many were recorded.
    """

    run_id: str
    question: str
    status: str
    started: float
    finished: float | None
    seconds: float
    events: int


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
