"""How far a measurement is, on standard error: a moving line on a terminal, nothing elsewhere."""

import sys
from pkgutil import resolve_name
from typing import Protocol, Self, cast

from moe.cli.render.screens import is_live


class CountedProgress(Protocol):
    """Told how much of a step is done, while its context lasts."""

    def __enter__(self) -> Self:
        """Begin to show."""
        ...

    def __exit__(self, *_: object) -> None:
        """Leave no trace on the terminal."""
        ...

    def on_documents(self, done: int, total: int, name: str) -> None:
        """A file has been read."""
        ...

    def on_questions(self, done: int, total: int) -> None:
        """A question has been asked."""
        ...


class NoCountedProgress:
    """Shows nothing."""

    def __enter__(self) -> Self:
        """Show nothing."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to take away."""

    def on_documents(self, done: int, total: int, name: str) -> None:
        """Nobody looks."""

    def on_questions(self, done: int, total: int) -> None:
        """Nobody looks."""


def open_counted_progress(*, is_coloured: bool) -> CountedProgress:
    """The view that suits standard error."""
    if not is_live(sys.stderr):
        return NoCountedProgress()
    # By name: rich is not imported for a pipe.
    return cast(
        CountedProgress, resolve_name("moe.cli.render.counted:CountedView")(sys.stderr, is_coloured=is_coloured)
    )
