"""Logs for programs: one JSON line on standard error for each event and log record."""

import logging
import sys
import time
from contextlib import suppress

from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.wire import encode_json

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
    EventKind.RUN_FINISHED: logging.INFO,
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
        for handler in logging.getLogger().handlers:
            if isinstance(handler, LineHandler):
                handler.run_id, handler.correlation_id = event.run_id, event.correlation_id
        _write(
            {
                "time": event.at,
                "level": logging.getLevelName(level).lower(),
                "run_id": event.run_id,
                "correlation_id": event.correlation_id,
                "event": event.kind,
                "sequence": event.sequence,
                "task_id": event.task_id,
                "agent": event.agent,
                "data": event.data,
            }
        )


class LineHandler(logging.Handler):
    """Writes the records of libraries, marked with the run they fell into."""

    run_id = ""
    correlation_id = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        _write(
            {
                "time": record.created,
                "level": record.levelname.lower(),
                "run_id": self.run_id,
                "correlation_id": self.correlation_id,
                "logger": record.name,
                "message": record.getMessage(),
                **getattr(record, "fields", {}),
            }
        )


def _write(fields: dict[str, object]) -> None:
    try:
        line = encode_json(fields).decode()
    except (TypeError, ValueError) as error:
        line = encode_json({"time": time.time(), "level": "error", "message": f"no JSON: {str(error)!a}"}).decode()
    with suppress(OSError, ValueError):
        sys.stderr.write(line + "\n")
