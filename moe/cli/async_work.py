"""Async work of a command, run to its end or to Ctrl-C."""

import sys
from collections.abc import Awaitable, Callable
from contextlib import redirect_stdout
from pkgutil import resolve_name
from typing import TypeVar

from moe.cli.outcome import InterruptedRunError

T = TypeVar("T")


def run_async(work: Callable[[], Awaitable[T]], *, get_run_id: Callable[[], str] = str) -> T:
    """Run async work to its end; what plugins print meanwhile goes to standard error.

    Raises:
        InterruptedRunError: The user pressed Ctrl-C; the work has been cancelled and has cleaned up.
    """
    try:
        with redirect_stdout(sys.stderr):
            result: T = resolve_name("anyio:run")(work)
            return result
    except (KeyboardInterrupt, resolve_name("asyncio:CancelledError")) as error:
        raise InterruptedRunError(get_run_id()) from error
