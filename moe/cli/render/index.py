"""Indexing on a terminal: a line that moves, and is gone at the end."""

from typing import Self, TextIO

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from moe.cli.render.rich import make_console
from moe.cli.render.text import shorten
from moe.contracts.index import IndexProgress
from moe_core.text.amounts import count

_STEPS = {
    "looking": "looking for changes",
    "reading": "indexing",
    "writing": "writing the index",
    "preparing": "preparing",
}
_MIN_NAME = 10


class IndexView:
    """Draws the progress of an update."""

    def __init__(self, stream: TextIO, *, is_coloured: bool) -> None:
        self._console = make_console(stream, is_coloured=is_coloured)
        self._progress = Progress(
            SpinnerColumn("line"),
            TextColumn("{task.description}", markup=False),
            BarColumn(16),
            TextColumn("{task.fields[words]}", style="dim", markup=False),
            console=self._console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task(_STEPS["looking"], total=None, words="")

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the line off the terminal."""
        self._progress.stop()

    def __call__(self, progress: IndexProgress) -> None:
        """Take in how far it is."""
        words = [count(progress.passages, "passage")] if progress.passages else []
        if progress.name:
            words.append(shorten(progress.name, max(_MIN_NAME, self._console.width - 60)))
        self._progress.update(
            self._task,
            description=_STEPS[progress.step],
            completed=progress.done_bytes,
            total=progress.total_bytes or None,
            words=", ".join(words),
        )
