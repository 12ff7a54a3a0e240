"""Logs for programs: one JSON line on standard error for each event."""

import logging

from moe.log_lines import write_line
from moe_core.contracts.event import Event, EventKind

_EVENT_LEVELS: dict[str, int] = {
    EventKind.MODEL_FAILED: logging.WARNING,
    EventKind.MODEL_INVALID: logging.WARNING,
    EventKind.MODEL_RETRIED: logging.WARNING,
    EventKind.BREAKER_OPENED: logging.WARNING,
    EventKind.BUDGET_SPENT: logging.WARNING,
    EventKind.TOOL_FAILED: logging.WARNING,
    EventKind.TOOL_RETRIED: logging.WARNING,
    EventKind.BREAKER_CLOSED: logging.INFO,
    EventKind.BUDGET_TIGHT: logging.INFO,
    EventKind.CONTEXT_CUT: logging.INFO,
    EventKind.RUN_STARTED: logging.INFO,
    EventKind.RUN_WAITING: logging.INFO,
    EventKind.RUN_FINISHED: logging.INFO,
    EventKind.TOOL_WAITING: logging.INFO,
    EventKind.ROUTE_CHOSEN: logging.INFO,
    EventKind.DOCUMENTS_LOADED: logging.INFO,
    EventKind.TASK_STARTED: logging.INFO,
    EventKind.TASK_FINISHED: logging.INFO,
    EventKind.TASK_SENT: logging.INFO,
}


class EventLog:
    """An event listener that writes each event as a JSON line."""

    def __init__(self, level: int) -> None:
        self._level = level

    def __call__(self, event: Event) -> None:
        """Write one event, if it is important enough."""
        level = _EVENT_LEVELS.get(event.kind, logging.DEBUG)
        if level < self._level:
            return
        fields: dict[str, object] = {
            "run_id": event.run_id,
            "correlation_id": event.correlation_id,
            "event": event.kind,
            "sequence": event.sequence,
            "task_id": event.task_id or "",
            "agent": event.agent,
            "data": event.data,
        }
        write_line(event.at, logging.getLevelName(level).lower(), fields)
