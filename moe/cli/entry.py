"""A whole process of the command line: the command, the last of its output, threads that are left."""

import os
import threading
from collections.abc import Sequence

from moe.cli.exit_codes import EXIT_INTERRUPTED
from moe.cli.group import run
from moe.cli.own_output import keep_output
from moe.cli.stop_signals import StopSignals
from moe.cli.streams import finish_streams, restore_cursor

# How long threads may take to end by themselves, once everything is told.
_SECONDS_FOR_THREADS = 0.5


def run_process(arguments: Sequence[str]) -> int:
    """Run a command and return the exit code; ends the process itself when a thread would keep it alive."""
    with keep_output():
        return _run(arguments)


def _run(arguments: Sequence[str]) -> int:
    signals = StopSignals()
    signals.listen()
    code = signals.find_code(run(arguments))
    signals.close()
    is_interrupted = code == EXIT_INTERRUPTED or signals.received != 0
    if is_interrupted:
        restore_cursor()
    code = finish_streams(code)
    if is_interrupted:  # at its own end Python would send itself SIGINT, if the interrupt came in code made by `exec`
        os._exit(code)
    for thread in threading.enumerate():
        if thread is threading.main_thread() or thread.daemon:
            continue
        thread.join(_SECONDS_FOR_THREADS)
        if thread.is_alive():  # it still reads documents for a run that was interrupted
            os._exit(code)
    return code
