"""The console script: the version at once, everything else through the command group."""

import os
import sys
import threading
from collections.abc import Sequence
from importlib import import_module

from moe.cli.streams import finish_streams, prepare_streams, write_output
from moe.version import VERSION

# How long threads may take to end by themselves, once everything is told.
_SECONDS_FOR_THREADS = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: In place of those of the process.

    Returns:
        The exit code.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    prepare_streams()
    if arguments == ["--version"]:
        return finish_streams(write_output(f"moe {VERSION}\n"))
    # By name, so that `moe --version` does not wait for the import of click.
    code = finish_streams(int(import_module("moe.cli.group").run(arguments)))
    _leave_threads(code)
    return code


def _leave_threads(code: int) -> None:
    """End the process when a thread still works for a run that is over (an interrupted reading of documents)."""
    for thread in threading.enumerate():
        if thread is threading.main_thread() or thread.daemon:
            continue
        thread.join(_SECONDS_FOR_THREADS)
        if thread.is_alive():
            os._exit(code)
