"""Log records of libraries: kept off standard error, or written there as JSON lines when MOE_LOG asks for it."""

import logging
import os
import time
from pkgutil import resolve_name

import click

from moe.contracts.log_level import LEVELS, VARIABLE, find_level

_WORDS = {"error:": "error", "moe crashed:": "error", "warning:": "warning", "problem:": "warning"}


def read_level() -> int | None:
    """The level asked for with MOE_LOG, or None when it is off.

    Raises:
        click.UsageError: It holds something else.
    """
    try:
        return find_level(os.environ)
    except ValueError as error:
        raise click.UsageError(f"{VARIABLE} is {error.args[0]!r}, which is none of {', '.join(LEVELS)}, off") from error


def tell_as_log(line: str, *, hint: str | None = None) -> bool:
    """Write a line for people as one of the log, where log records are written; whether they are.

    Args:
        line: As it would stand there; its first word tells how grave it is.
        hint: The remedy, if it has one.
    """
    try:
        if find_level(os.environ) is None:
            return False
    except ValueError:  # which is told in plain words
        return False
    level = next((level for word, level in _WORDS.items() if line.startswith(word)), "info")
    fields = {"logger": "moe.cli", "message": line, **({"hint": hint} if hint else {})}
    resolve_name("moe.log_lines:write_line")(time.time(), level, fields)
    return True


def start_logging() -> None:
    """Keep libraries' log records off standard error, or write them there as JSON lines when asked to."""
    level = read_level()
    root = logging.getLogger()
    if any(type(handler).__name__ in ("NullHandler", "LineHandler") for handler in root.handlers):
        return
    if level is None:
        root.addHandler(logging.NullHandler())
    else:
        resolve_name("moe.log_lines:write_lines")(level)
