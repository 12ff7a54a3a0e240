"""Progress of a run on standard error: a live view on a terminal, nothing elsewhere."""

import sys
from pkgutil import resolve_name
from typing import Protocol, Self, cast

from moe.cli.render.screens import is_live
from moe_core.contracts.event import Event


class Progress(Protocol):
    """Told of everything that happens, while its context lasts.

    Attributes:
        shows_answer: It shows the answer while it is written.
    """

    shows_answer: bool

    def __enter__(self) -> Self:
        """Begin to show."""
        ...

    def __exit__(self, *_: object) -> None:
        """Leave no trace on the terminal."""
        ...

    def on_event(self, event: Event) -> None:
        """An event of the run."""
        ...

    def on_documents(self, done: int, total: int, name: str) -> None:
        """A document has been read; called from another thread."""
        ...

    def on_report(self, progress: str) -> None:
        """A tool that runs by itself says how far it is."""
        ...


class NoProgress:
    """Shows nothing."""

    shows_answer = False

    def __enter__(self) -> Self:
        """Show nothing."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to take away."""

    def on_event(self, event: Event) -> None:
        """Nobody looks."""

    def on_documents(self, done: int, total: int, name: str) -> None:
        """Nobody looks."""

    def on_report(self, progress: str) -> None:
        """Nobody looks."""


def open_progress(*, is_coloured: bool, is_wanted: bool) -> Progress:
    """The progress view that suits standard error."""
    if not is_wanted or not is_live(sys.stderr):
        return NoProgress()
    # By name: rich is not imported for a pipe.
    return cast(Progress, resolve_name("moe.cli.render.live:LiveView")(sys.stderr, is_coloured=is_coloured))
