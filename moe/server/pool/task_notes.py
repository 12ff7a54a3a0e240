"""What of a task's events may stand in a log: no question, no evidence."""

from msgspec.structs import replace

from moe.server.pool.messages import TaskNote
from moe_core.contracts.event import Event
from moe_core.contracts.payloads import TaskFinished, TaskStarted


def note_task(event: Event) -> TaskNote | None:
    """A note of a task that begins or ends; None for any other event."""
    data = event.data
    if not isinstance(data, TaskStarted | TaskFinished):
        return None
    note = TaskNote(
        event=data.kind,
        correlation_id=event.correlation_id,
        task_id=event.task_id or "",
        agent=event.agent,
        role=data.role,
    )
    if isinstance(data, TaskStarted):
        return note
    error = None if data.error is None else str(data.error.get("code", ""))
    return replace(note, status=data.status, seconds=data.seconds, error=error)
