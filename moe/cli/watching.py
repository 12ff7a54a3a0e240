"""Following a run that goes on in another process."""

from functools import partial
from pkgutil import resolve_name

from moe.cli.async_work import run_async
from moe.cli.progress.run import open_progress
from moe.cli.session import Session
from moe.contracts.result import RunResult
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
    with open_progress(is_coloured=session.globals.is_coloured, is_wanted=not is_quiet) as progress:
        run_async(partial(_hand_on, session, run_id, progress.on_event, is_quiet=is_quiet))
    record = session.app.runs.get_run(run_id)
    if record.result is None:
        status = record.summary.status
        raise RequestError(f"run {run_id} is {status}", hint=f"moe runs resume {run_id} goes on with it")
    return from_wire(RunResult, record.result)


async def _hand_on(session: Session, run_id: str, listener: EventListener, *, is_quiet: bool) -> None:
    # By name: other commands of this module's caller need neither.
    tell_who_is_missing = resolve_name("moe.cli.worker_watch:tell_who_is_missing")
    telling = None if is_quiet else resolve_name("asyncio:create_task")(tell_who_is_missing(session, run_id))
    try:
        async for event in session.app.events(run_id):
            listener(event)
    finally:
        if telling is not None:
            telling.cancel()
