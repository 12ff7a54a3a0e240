"""Logs for programs: JSON lines on standard error, when the variable MOE_LOG asks for them."""

import logging
import sys
import time
import traceback
from contextlib import suppress

from moe_core.contracts.log_context import describe_log_context
from moe_core.contracts.wire import encode_json
from moe_core.text.secrets import hide_secrets


class LineHandler(logging.Handler):
    """Writes records, each with what it is about."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        fields: dict[str, object] = {
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            fields["exception"] = "".join(traceback.format_exception(*record.exc_info))
        write_line(record.created, record.levelname.lower(), fields)


def write_line(at: float, level: str, fields: dict[str, object]) -> None:
    """Write a line.

    Args:
        at: Unix time in seconds.
        level: "debug", "info", "warning" or "error".
        fields: What it tells beside what it is about, in whose place they count.
    """
    try:
        line = encode_json({"time": at, "level": level, **describe_log_context(), **fields}).decode()
    except (TypeError, ValueError) as error:
        line = encode_json({"time": time.time(), "level": "error", "message": f"no JSON: {str(error)!a}"}).decode()
    with suppress(OSError, ValueError):
        sys.stderr.write(hide_secrets(line) + "\n")


def write_lines(level: int) -> None:
    """Have all records of this process from a level on written as lines."""
    root = logging.getLogger()
    root.addHandler(LineHandler(level))
    root.setLevel(level)
    logging.getLogger("httpcore").setLevel(max(level, logging.INFO))  # ten lines a request, none of them an event
    logging.getLogger("urllib3").setLevel(max(level, logging.INFO))
