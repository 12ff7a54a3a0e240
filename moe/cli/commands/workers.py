"""`moe workers`: who does queued runs."""

import time

import click

from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.outcome import tell
from moe.cli.render.screen import Table, Tone, Toned
from moe.cli.session import Session, pass_session
from moe.contracts.workers import WorkerSummary
from moe_core.text.amounts import count, format_seconds

_STUCK_MAX = 10  # told at once
_DAY_SECONDS = 86_400.0
_TONES: dict[str, Tone] = {"live": "good", "draining": "warn", "dead": "bad", "lost": "bad"}


@click.group(cls=NearGroup)
def workers() -> None:
    """See the workers that do queued runs, and have them end.

    \b
    Examples:
      moe workers list
      moe workers drain --all
    """


@workers.command(name="list")
@json_option
@pass_session
def list_workers(session: Session, is_json: bool) -> None:
    """List the workers: how much each does, and when it last gave word.

    One that gave none for `system.lease_seconds` is dead, and lost once others have taken over its runs. Queued runs
    that no worker takes, for it lacks a role or model, are told below, and so are dead workers that nobody takes over
    from.

    \b
    Example:
      moe workers list
    """
    found = session.app.workers.list_workers()
    if is_json:
        session.show_json(found)
    elif not found:
        session.screen.line("no worker is there: moe worker begins one")
    else:
        rows = [
            (
                one.lease.worker_id,
                _tell_state(one),
                _tell_load(one),
                format_seconds(one.silent_seconds),
                format_seconds(one.seconds),
                one.lease.version,
                _tell_offers(one),
            )
            for one in found
        ]
        session.screen.table(Table(columns=("worker", "state", "load", "silent", "up", "moe", "takes"), rows=rows))
    for run in session.app.find_stuck()[:_STUCK_MAX]:
        tell(f"run {run.run_id} is queued and no worker takes it: it needs {run.describe_needs()}")
    left = sum(one.runs for one in found if one.state == "dead")
    if left and not any(one.is_live and one.does_runs for one in found):
        tell(f"{count(left, 'run')} of dead workers: moe worker goes on with {'it' if left == 1 else 'them'}")


def _tell_state(one: WorkerSummary) -> Toned:
    if one.dead_since is not None:
        form = "%H:%M:%S" if one.silent_seconds < _DAY_SECONDS else "%Y-%m-%d"
        since = time.strftime(form, time.localtime(one.dead_since))
        return Toned(f"{one.state} since {since}", _TONES[one.state])
    if one.is_live and one.health is not None and not one.health.is_ready:
        return Toned(f"not ready: {one.health.reason}", "warn")
    return Toned(one.state, _TONES[one.state])


def _tell_load(one: WorkerSummary) -> str:
    """Runs, or tasks for others, of those that it does at once; and how many wait."""
    if one.health is None:
        return f"{one.runs}/{one.lease.concurrency}"
    waiting = f", {one.health.waiting} wait" if one.health.waiting else ""
    return f"{one.health.running}/{one.lease.concurrency} tasks{waiting}"


def _tell_offers(one: WorkerSummary) -> str:
    if one.does_runs:
        return "; ".join(f"{kind}s {', '.join(names)}" for kind, names in one.lease.offers.items())
    roles = ", ".join(one.lease.abilities.get("role", ()))
    return f"tasks of {roles} at {' and '.join(one.lease.urls)}"


@workers.command()
@click.argument("worker_id", metavar="ID", required=False)
@click.option("--all", "is_all", is_flag=True, help="All of them.")
@json_option
@pass_session
def drain(session: Session, worker_id: str | None, is_all: bool, is_json: bool) -> None:
    """Have a worker begin no run any more, and end when those in work have, or after its --grace.

    \b
    Examples:
      moe workers drain host-4711-a1b2c3
      moe workers drain --all
    """
    if is_all == (worker_id is not None):
        raise click.UsageError("name one worker, or say --all")
    leases = session.app.workers
    live = [one.lease.worker_id for one in leases.list_workers() if one.state == "live"]
    names = live if worker_id is None else [worker_id]
    for name in names:
        leases.drain(name)
    if is_json:
        session.show_json({"draining": names})
        return
    for name in names:
        session.screen.line(f"{name} drains")
    if not names:
        session.screen.line("no worker is there")
