"""Log records of libraries: kept off standard error, or written there as JSON lines when MOE_LOG asks for it."""

import logging
import os
from pkgutil import resolve_name

import click

VARIABLE = "MOE_LOG"
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def read_level() -> int | None:
    """The level asked for with MOE_LOG, or None when it is off.

    Raises:
        click.UsageError: It holds something else.
    """
    word = os.environ.get(VARIABLE, "").strip().lower()
    if word in ("", "off", "0"):
        return None
    if word not in LEVELS:
        raise click.UsageError(f"{VARIABLE} is {word!r}, which is none of {', '.join(LEVELS)}, off")
    return LEVELS[word]


def start_logging() -> None:
    """Keep libraries' log records off standard error, or write them there as JSON lines when asked to."""
    level = read_level()
    root = logging.getLogger()
    if any(isinstance(handler, logging.NullHandler) or hasattr(handler, "run_id") for handler in root.handlers):
        return
    root.addHandler(
        logging.NullHandler() if level is None else resolve_name("moe.cli.progress.event_log:LineHandler")(level)
    )
    if level is not None:
        root.setLevel(level)
        logging.getLogger("httpcore").setLevel(max(level, logging.INFO))  # ten lines a request, none of them an event
