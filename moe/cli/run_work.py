"""Doing a run with its progress on the screen, within its time."""

from collections.abc import Awaitable, Sequence
from contextlib import suppress
from functools import partial
from typing import Protocol

from moe.cli.async_work import run_async
from moe.cli.logs import read_level
from moe.cli.progress.event_log import EventLog
from moe.cli.progress.run import open_progress
from moe.cli.session import Session
from moe.cli.time_wall import TimeWall
from moe.contracts.documents import ProgressListener
from moe.contracts.result import RunResult
from moe_core.contracts.event import Event, EventListener
from moe_core.contracts.log_context import stay_about


class Work(Protocol):
    """What `App` does for a run, which is watched meanwhile."""

    def __call__(
        self, streams: bool, *, on_event: EventListener, on_progress: ProgressListener
    ) -> Awaitable[RunResult]:
        """Begin it; `streams` is whether the answer is shown while it is written."""
        ...


def watch(session: Session, work: Work, *, seconds: float, is_quiet: bool) -> RunResult:
    """Do a run with its progress on the screen, within its time.

    Args:
        session: The command's.
        work: The run.
        seconds: What it may take.
        is_quiet: Show no progress.

    Raises:
        InterruptedRunError: The user pressed Ctrl-C.
    """
    app, watcher = session.app, _Watcher()
    listeners: list[EventListener] = [watcher]
    level = read_level()
    if level is not None:
        listeners.append(EventLog(level))
    with open_progress(is_coloured=session.globals.is_coloured, is_wanted=not is_quiet and level is None) as progress:
        listeners.append(progress.on_event)
        begin = partial(
            work, progress.shows_answer, on_event=partial(_tell_all, listeners), on_progress=progress.on_documents
        )

        def find_recorded() -> str:
            return watcher.run_id if app.config.system.record else ""

        def break_off(is_stopped: bool) -> str:
            with suppress(Exception):  # whatever state it was interrupted in
                progress.__exit__(None, None, None)
            if watcher.run_id:
                app.abandon(watcher.run_id, is_cancelled=is_stopped)
            return find_recorded()

        stay_about(run_id="", correlation_id="")  # of a run before, in a chat or a batch
        try:
            with TimeWall(seconds, break_off) as watcher.wall:
                return run_async(begin, get_run_id=find_recorded)
        finally:
            stay_about(run_id=watcher.run_id, correlation_id=watcher.correlation_id)


def _tell_all(listeners: Sequence[EventListener], event: Event) -> None:
    for listener in listeners:
        listener(event)


class _Watcher:
    """An event listener that keeps the run's ids, and has its time counted from its begin."""

    def __init__(self) -> None:
        self.run_id = ""
        self.correlation_id = ""
        self.wall: TimeWall | None = None

    def __call__(self, event: Event) -> None:
        if not self.run_id and self.wall is not None:
            self.wall.begin()
        self.run_id, self.correlation_id = event.run_id, event.correlation_id
