"""A measurement on a terminal: a line that moves, and is gone at the end."""

from typing import Self, TextIO

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from moe.cli.render.rich import make_console
from moe.cli.render.text import shorten

_MIN_NAME = 10


class CountedView:
    """Draws how much of a step is done."""

    def __init__(self, stream: TextIO, *, is_coloured: bool) -> None:
        self._console = make_console(stream, is_coloured=is_coloured)
        self._progress = Progress(
            SpinnerColumn("line"),
            TextColumn("{task.description}", markup=False),
            BarColumn(16),
            MofNCompleteColumn(),
            TextColumn("{task.fields[words]}", style="dim", markup=False),
            console=self._console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task("reading documents", total=None, words="")

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the line off the terminal."""
        self._progress.stop()

    def on_documents(self, done: int, total: int, name: str) -> None:
        """Take in that a file has been read."""
        words = shorten(name, max(_MIN_NAME, self._console.width - 60))
        step = "indexing" if done == total else "reading documents"
        self._progress.update(self._task, description=step, completed=done, total=total, words=words)

    def on_questions(self, done: int, total: int) -> None:
        """Take in that a question has been asked."""
        self._progress.update(self._task, description="asking questions", completed=done, total=total, words="")
