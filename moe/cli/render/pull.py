"""A model's download on a terminal: a bar that grows, and is gone at the end."""

from typing import Self, TextIO

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from moe.cli.render.rich import make_console
from moe.cli.render.text import shorten
from moe_core.contracts.download import PullProgress

_STEP_WIDTH = 28


class PullView:
    """Draws how far the step is."""

    def __init__(self, stream: TextIO, *, is_coloured: bool) -> None:
        self._progress = Progress(
            SpinnerColumn("line"),
            TextColumn("{task.description}", markup=False),
            BarColumn(24),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(compact=True),
            console=make_console(stream, is_coloured=is_coloured),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._step: tuple[str, str] | None = None
        self._task = self._progress.add_task("asking", total=None)

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar off the terminal."""
        self._progress.refresh()  # the last step, however quickly it went
        self._progress.stop()

    def __call__(self, progress: PullProgress) -> None:
        """Take in how far it is; a new step begins a new bar."""
        step = (progress.status, progress.digest)
        if step != self._step:
            self._step = step
            self._progress.reset(self._task, total=None)
        self._progress.update(
            self._task,
            description=shorten(progress.status, _STEP_WIDTH),
            completed=progress.completed,
            total=progress.total or None,
        )
