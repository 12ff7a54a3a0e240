"""Lines of the log when a run or a task of a worker begins and ends: who and how long, never what it is about."""

import logging

from moe_core.contracts.event import Event
from moe_core.contracts.payloads import RunFinished, RunResumed, RunStarted, RunWaiting, TaskFinished, TaskStarted

_LOG = logging.getLogger("moe.worker")


def log_event(event: Event) -> None:
    """Log an event, if it is a beginning or an end."""
    data = event.data
    if not isinstance(data, RunStarted | RunResumed | RunWaiting | RunFinished | TaskStarted | TaskFinished):
        return
    if not _LOG.isEnabledFor(logging.INFO):
        return
    fields: dict[str, object] = {
        "event": str(data.kind),
        "run_id": event.run_id,
        "correlation_id": event.correlation_id,
        "task_id": event.task_id or "",
        "agent": event.agent,
    }
    if isinstance(data, TaskStarted | TaskFinished):
        fields["role"] = data.role
    if isinstance(data, TaskFinished):
        fields["seconds"] = round(data.seconds, 6)
    if isinstance(data, TaskFinished | RunFinished):
        fields |= {"status": data.status, "error": None if data.error is None else str(data.error.get("code", ""))}
    _LOG.info(str(data.kind).replace(".", " "), extra={"fields": fields})
