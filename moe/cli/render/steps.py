"""Work that goes step by step on a terminal: a line that moves, and is gone at the end."""

from typing import Self, TextIO

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from moe.cli.progress.steps import Measure, ProgressStep
from moe.cli.render.rich import make_console
from moe.cli.render.text import shorten

_LABEL_WIDTH = 28
_MIN_NAME = 10
_BESIDE_NAME = 60
"""Columns that label, bar and numbers take of a line, so that the name at its end does not wrap it."""


class StepView:
    """Draws where the work is."""

    def __init__(self, stream: TextIO, first: str, measure: Measure, *, is_coloured: bool) -> None:
        self._console = make_console(stream, is_coloured=is_coloured)
        self._progress = Progress(
            SpinnerColumn("line"),
            TextColumn("{task.description}", markup=False),
            *_make_columns(measure),
            console=self._console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._part: tuple[str, str] | None = None
        self._task = self._progress.add_task(first, total=None, words="")

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the line off the terminal."""
        self._progress.refresh()  # the last step, however quickly it went
        self._progress.stop()

    def __call__(self, step: ProgressStep) -> None:
        """Take in where the work is; a new part begins a new bar."""
        if (step.label, step.part) != self._part:
            self._part = (step.label, step.part)
            self._progress.reset(self._task, total=None)
        name = shorten(step.name, max(_MIN_NAME, self._console.width - _BESIDE_NAME))
        self._progress.update(
            self._task,
            description=shorten(step.label, _LABEL_WIDTH),
            completed=step.done,
            total=step.total or None,
            words=", ".join(filter(None, (step.note, name))),
        )


def _make_columns(measure: Measure) -> list[ProgressColumn]:
    if measure == "bytes":
        return [BarColumn(24), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn(compact=True)]
    counted = [MofNCompleteColumn()] if measure == "count" else []
    return [BarColumn(16), *counted, TextColumn("{task.fields[words]}", style="dim", markup=False)]
