"""How far a model's download is, on standard error: a bar on a terminal, a line for each step elsewhere."""

import sys
from contextlib import AbstractContextManager
from pkgutil import resolve_name
from typing import Self, cast

from moe.cli.outcome import tell
from moe.cli.render.screens import is_live
from moe.cli.render.text import format_bytes, join_line
from moe.contracts.providers import PullListener
from moe_core.contracts.download import PullProgress


class PullLines:
    """Writes each new step on a line of its own; how far it is within the step is not told."""

    def __init__(self) -> None:
        self._step: tuple[str, str] = ("", "")

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to take away."""

    def __call__(self, progress: PullProgress) -> None:
        """Take in how far it is."""
        step = (progress.status, progress.digest)
        if step != self._step:
            self._step = step
            size = f", {format_bytes(progress.total)}" if progress.total else ""
            tell(f"{join_line(progress.status)}{size}")


def open_pull_progress(*, is_coloured: bool) -> AbstractContextManager[PullListener]:
    """Whom to tell how far it is, while the context lasts."""
    if not is_live(sys.stderr):
        return PullLines()
    # By name: rich is not imported for a pipe.
    view = resolve_name("moe.cli.render.pull:PullView")(sys.stderr, is_coloured=is_coloured)
    return cast(AbstractContextManager[PullListener], view)
