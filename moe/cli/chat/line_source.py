"""What the user types: with a prompt, editing and history on a terminal, line by line from a pipe."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout, suppress
from importlib import import_module
from typing import Any

from moe.cli.outcome import tell
from moe.cli.streams import open_input

PROMPT = "> "


def read_lines(complete: Callable[[str], Sequence[str]]) -> Iterator[str]:
    """The lines that are typed, until the end of input, or Ctrl-D.

    Args:
        complete: What a line that is begun so may become; asked for on a terminal that can complete.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        for line in open_input():
            yield line.strip()
        return
    _set_up_editing(complete)
    while True:
        try:
            with redirect_stdout(_find_editable()):
                line = input(PROMPT)
        except EOFError:
            sys.stdout.write("\n")
            return
        except KeyboardInterrupt:
            sys.stdout.write("\n")
            tell("/quit or Ctrl-D ends the conversation")
            continue
        yield line.strip()


def _find_editable() -> Any:
    """The stream on which Python lets a line be edited: descriptor 1, which is the terminal where errors are."""
    return sys.__stdout__ if sys.stderr.isatty() and sys.__stdout__ is not None else sys.stdout


def _set_up_editing(complete: Callable[[str], Sequence[str]]) -> None:
    """Arrow keys, history and completion, where Python has them."""
    with suppress(ImportError):
        readline: Any = import_module("readline")
        readline.set_completer_delims("")
        readline.set_completer(lambda text, number: next(iter(complete(text)[number:]), None))
        readline.parse_and_bind("tab: complete")
