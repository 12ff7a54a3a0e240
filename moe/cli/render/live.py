"""The chain at work on a terminal: a tree that moves, and is gone when the run ends."""

import time
from threading import Lock
from typing import Self, TextIO

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from moe.cli.progress.chain_state import ChainState, TaskState, ToolState
from moe.cli.render.rich import make_console
from moe.cli.render.text import shorten
from moe_core.contracts.event import Event
from moe_core.contracts.payloads import DocumentsLoaded
from moe_core.text.amounts import format_seconds
from moe_core.text.lines import clean_text
from moe_core.text.quoting import disarm_text

_MARKS = {"done": ("✓", "green"), "degraded": ("!", "yellow"), "failed": ("✗", "red")}
_ASCII_MARKS = {"done": "+", "degraded": "!", "failed": "x"}
_FRAMES_A_SECOND = 12
_MIN_ANSWER_LINES = 3


class LiveView:
    """Draws the state of a run again and again: the chain at work, then the answer as it is written."""

    shows_answer = True

    def __init__(self, stream: TextIO, *, is_coloured: bool) -> None:
        self._console = make_console(stream, is_coloured=is_coloured)
        self._state = ChainState()
        self._documents: tuple[int, int, str] | None = None
        self._lock = Lock()
        self._spinner = Spinner("dots" if _can_draw(self._console) else "line", style="cyan")
        self._live = Live(
            self,
            console=self._console,
            refresh_per_second=_FRAMES_A_SECOND,
            transient=True,
            redirect_stdout=False,
            vertical_overflow="crop",
        )

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the view off the terminal."""
        self._live.stop()

    def on_event(self, event: Event) -> None:
        """Take in an event of the run."""
        with self._lock:
            self._state.take(event)
            if isinstance(event.data, DocumentsLoaded):
                self._documents = None

    def on_documents(self, done: int, total: int, name: str) -> None:
        """Take in that a document has been read."""
        with self._lock:
            self._documents = (done, total, name)

    def on_report(self, progress: str) -> None:
        """Take in what a tool says that runs by itself."""
        with self._lock:
            self._documents, self._state.step = None, clean_text(progress)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the state as it is now."""
        with self._lock:
            if self._state.tops and self._state.answer:
                yield self._draw_heading(self._state.tops[0])
                yield from self._draw_answer(options)
            elif self._state.tops:
                for top in self._state.tops:
                    yield self._draw_task(top, None)
            elif self._documents is not None:
                yield self._draw_documents(*self._documents, width=options.max_width)
            else:
                yield self._draw_step(self._state.step)

    def _draw_step(self, words: str) -> Table:
        row = Table.grid(padding=(0, 1))
        row.add_row(self._spinner, Text(words, no_wrap=True, overflow="ellipsis"))
        return row

    def _draw_documents(self, done: int, total: int, name: str, *, width: int) -> Table:
        row = Table.grid(padding=(0, 1))
        is_indexing = done == total
        words = "making them searchable" if is_indexing else shorten(name, max(10, width - 50))
        bar = ProgressBar(total=max(total, 1), completed=done, width=16)
        row.add_row(self._spinner, Text("reading documents"), bar, Text(f"{done}/{total}"), Text(words, style="dim"))
        return row

    def _draw_heading(self, task: TaskState) -> Table:
        label = Table.grid(padding=(0, 1))
        label.add_row(self._mark(task.state), self._describe_task(task))
        return label

    def _draw_answer(self, options: ConsoleOptions) -> list[Text]:
        """The last lines of the answer, as many as there is room for."""
        room = max(_MIN_ANSWER_LINES, self._console.height - 3)
        lines = Text(clean_text(disarm_text(self._state.answer))).wrap(self._console, options.max_width)
        return list(lines[-room:])

    def _draw_task(self, task: TaskState, tree: Tree | None) -> Tree:
        label = self._draw_heading(task)
        branch = Tree(label, guide_style="dim") if tree is None else tree.add(label)
        for tool in task.tools:
            row = Table.grid(padding=(0, 1))
            row.add_row(self._mark(tool.state), self._describe_tool(tool))
            branch.add(row)
        for child in task.children:
            self._draw_task(child, branch)
        return branch

    def _describe_task(self, task: TaskState) -> Text:
        title = task.agent.capitalize() if task.role == "camina" else f"{task.role.capitalize()} {task.agent}"
        text = Text(title, style="bold", no_wrap=True, overflow="ellipsis")
        seconds = time.time() - task.started if task.seconds is None else task.seconds
        text.append(f"  {format_seconds(max(0.0, seconds))}", style="dim not bold")
        words = task.doing or (task.instruction if task.role == "drummer" else "")
        if words:
            text.append(f"  {shorten(words, max(10, self._console.width - 40))}", style="dim not bold")
        return text

    def _describe_tool(self, tool: ToolState) -> Text:
        text = Text(tool.name, style="cyan", no_wrap=True, overflow="ellipsis")
        if tool.seconds is not None:
            text.append(f"  {format_seconds(tool.seconds)}", style="dim")
        if tool.doing:
            text.append(f"  {shorten(clean_text(tool.doing), 80)}", style="dim")
        if tool.message:
            text.append(f"  {shorten(tool.message, 80)}", style="red")
        return text

    def _mark(self, state: str) -> Spinner | Text:
        if state == "running":
            return self._spinner
        mark, style = _MARKS[state]
        return Text(mark if _can_draw(self._console) else _ASCII_MARKS[state], style=style)


def _can_draw(console: Console) -> bool:
    """Whether the stream's encoding has the marks."""
    try:
        "✓✗⠋".encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
