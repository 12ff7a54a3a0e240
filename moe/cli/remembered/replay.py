"""Printing a listing again as it was printed before, as long as nothing that it tells of has changed."""

import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from io import TextIOWrapper
from typing import Any, NoReturn

from moe.cli.remembered.file_times import is_owned, is_whole
from moe.cli.remembered.files import read_memory
from moe.cli.remembered.place import find_place


def replay(arguments: Sequence[str]) -> int | None:
    """Print what is remembered of this command line; the exit code, or None when the command has to be run.

    Args:
        arguments: The words after `moe`.
    """
    place = find_place(arguments)
    found = None if place is None else open_memory(place)
    return None if found is None else tell(found["output"])


def open_memory(place: str) -> dict[str, Any] | None:
    """What is remembered there; None when it is missing or damaged, or anything that it tells of has changed."""
    memory = read_memory(place)
    if memory is None:
        return None
    is_now = memory["from"] <= time.time() < memory["until"]
    return memory if is_now and is_owned(memory["owned"]) and is_whole(memory["whole"]) else None


def tell(output: Sequence[tuple[int, str]], write_more: Callable[[], None] | None = None) -> int:
    """Write what was written before, by number of stream, and what there is beside it; the exit code."""
    try:
        _write(output)
        if write_more is not None:
            write_more()
            sys.stdout.flush()
    except OSError as error:
        code: int = import_module("moe.cli.outcome").run_contained(partial(_raise, error))
        return int(import_module("moe.cli.streams").finish_streams(code))
    return 0


def _write(output: Sequence[tuple[int, str]]) -> None:
    streams = {1: sys.stdout, 2: sys.stderr}
    for stream in streams.values():
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    for number, text in output:
        streams[number].write(text)
        if number == 2:
            sys.stderr.flush()
    sys.stdout.flush()


def _raise(error: OSError) -> NoReturn:
    raise error
