"""The unit of work between layers, and what comes back."""

from enum import StrEnum

from moe_core.contracts.agent import Role
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.location import Location
from moe_core.contracts.value import Value
from moe_core.contracts.wire import JsonObject


class Status(StrEnum):
    """How a task or run ended, or that it has not."""

    RUNNING = "running"
    WAITING = "waiting"  # for a person, who decides on a call of a tool
    DONE = "done"
    DEGRADED = "degraded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Task(Value, frozen=True, kw_only=True):
    """Work for one agent. Safe to send anywhere as JSON, safe to run again.

    Attributes:
        task_id: Deterministic: the run's id and the path in the tree ("<run>/1/2").
        parent_id: The task that asked for it; None for Camina's.
        agent: The agent's name.
        role: The agent's layer.
        capability: What is asked of it, as one word.
        instruction: What to do, in words.
        needs: Ids of the tasks whose findings it begins with; they were asked for before it.
        ttl_seconds: How long it may take from when it is asked for, waiting for what it needs included; None for any
            time. Relative, because clocks of machines differ.
        time_share: Its share, 0 to 1, of what is left of that when it begins.
    """

    task_id: str
    run_id: str
    correlation_id: str
    parent_id: str | None
    agent: str
    role: Role
    capability: str
    instruction: str
    needs: tuple[str, ...] = ()
    ttl_seconds: float | None = None
    time_share: float = 1.0


class TaskError(Value, frozen=True, kw_only=True):
    """A failure as a value."""

    code: str
    message: str
    hint: str | None = None
    retryable: bool = False


class Span(Value, frozen=True, kw_only=True):
    """Characters [start, end) of a document, inside the evidence of that id."""

    evidence_id: str
    start: int
    end: int


class Statement(Value, frozen=True, kw_only=True):
    """One claim and what supports it.

    Attributes:
        evidence: Ids of the evidence it rests on.
        spans: The very words in it, where they are known.
        tool: The tool that computed it, or "" for a claim taken from documents.
        value: The answer itself, where the tool names it, or a model has read it in the text: a figure, a name.
        confidence: How sure of the value a model is that has read it, in [0, 1].
    """

    text: str
    evidence: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    tool: str = ""
    value: str = ""
    confidence: float = 0.0


class TaskResult(Value, frozen=True, kw_only=True):
    """What an agent hands up.

    Attributes:
        statements: What it found, each with its support.
        evidence: Everything the statements cite, and may be cited above.
        data: The agent's own response format, filled; None without one.
        notes: Remarks for the reader ("nothing found about ...").
        is_read: The statements are what the evidence was found to say. False for evidence as searches brought it,
            which the layer above reads.
        declined: Why tools worked nothing out, each in a sentence; told where nothing else is found.
        locations: Points on the Earth that tools worked with, beside those of the evidence.
    """

    task_id: str
    run_id: str
    correlation_id: str
    agent: str
    role: Role
    status: Status
    statements: tuple[Statement, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    data: JsonObject | None = None
    notes: tuple[str, ...] = ()
    error: TaskError | None = None
    is_read: bool = True
    declined: tuple[str, ...] = ()
    locations: tuple[Location, ...] = ()
