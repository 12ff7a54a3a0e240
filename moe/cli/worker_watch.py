"""Telling who follows a run that nobody works on it, as soon as the record of workers says so."""

import time
from contextlib import suppress
from functools import partial

import anyio
import anyio.to_thread

from moe.cli.outcome import tell
from moe.cli.session import Session
from moe.contracts.runs import INTERRUPTED, QUEUED
from moe_core.contracts.errors import MoeError

_LOOK_SECONDS = 1.0  # between two looks; a lease is over after ten


async def tell_who_is_missing(session: Session, run_id: str) -> None:
    """Tell each time, once, that a run waits for a worker that is not there, or that its own has died; never ends."""
    told = ""
    while True:
        with suppress(MoeError):  # whoever reads the run's events says so
            found = await anyio.to_thread.run_sync(partial(_describe, session, run_id), abandon_on_cancel=True)
            if found and found != told:
                tell(found)
            told = found
        await anyio.sleep(_LOOK_SECONDS)


def _describe(session: Session, run_id: str) -> str:
    """Who is missing, in one line; "" while somebody works on the run."""
    run = session.app.runs.get_summary(run_id)
    if run.status not in (QUEUED, INTERRUPTED):
        return ""
    workers = session.app.workers.list_workers()
    is_anyone_there = any(one.is_live and one.does_runs for one in workers)
    if run.status == INTERRUPTED:
        dead = next((one for one in workers if one.lease.worker_id == run.worker), None)
        if dead is None or dead.dead_since is None:
            return ""
        since = time.strftime("%H:%M:%S", time.localtime(dead.dead_since))
        rest = "another one takes it over" if is_anyone_there else "moe worker, in another shell, goes on with it"
        return f"run {run_id}: its worker {run.worker} is dead since {since}; {rest}"
    if not is_anyone_there:
        return f"run {run_id} is queued and no worker is there: moe worker begins one, in another shell"
    stuck = next((one for one in session.app.find_stuck() if one.run_id == run_id), None)
    return "" if stuck is None else f"run {run_id} is queued and no worker takes it: it needs {stuck.describe_needs()}"
