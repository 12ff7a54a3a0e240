"""Following a run that goes on in another process."""

from functools import partial

from moe.cli.async_work import run_async
from moe.cli.outcome import tell
from moe.cli.progress.run import open_progress
from moe.cli.session import Session
from moe.contracts.result import RunResult
from moe.contracts.runs import QUEUED
from moe_core.contracts.errors import RequestError
from moe_core.contracts.event import EventListener
from moe_core.contracts.log_context import stay_about
from moe_core.contracts.wire import from_wire


def follow(session: Session, run_id: str, *, is_quiet: bool) -> RunResult:
    """A run's result, once it has one; its progress is on the screen until then.

    Raises:
        NameUnknownError: No run has that id.
        RequestError: It was broken off.
        InterruptedRunError: The user pressed Ctrl-C.
    """
    summary = session.app.runs.get_summary(run_id)
    run_id = summary.run_id
    stay_about(run_id=run_id)
    if summary.status == QUEUED and not is_quiet:
        _tell_who_is_missing(session, run_id)
    with open_progress(is_coloured=session.globals.is_coloured, is_wanted=not is_quiet) as progress:
        run_async(partial(_hand_on, session, run_id, progress.on_event))
    record = session.app.runs.get_run(run_id)
    if record.result is None:
        status = record.summary.status
        raise RequestError(f"run {run_id} is {status}", hint=f"moe runs resume {run_id} goes on with it")
    return from_wire(RunResult, record.result)


def _tell_who_is_missing(session: Session, run_id: str) -> None:
    if not any(one.is_live for one in session.app.workers.list_workers()):
        tell(f"run {run_id} is queued and no worker is there: moe worker begins one, in another shell")
    for run in session.app.find_stuck():
        if run.run_id == run_id:
            tell(f"run {run_id} is queued and no worker takes it: it needs {run.describe_needs()}")


async def _hand_on(session: Session, run_id: str, listener: EventListener) -> None:
    async for event in session.app.events(run_id):
        listener(event)
