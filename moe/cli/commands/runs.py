"""`moe runs`: the record of earlier runs."""

import time

import click

from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.render.run import STATUS_TONES, show_run
from moe.cli.render.screen import Table, Toned
from moe.cli.session import Session, pass_session
from moe.contracts.departures import list_departures
from moe_core.contracts.wire import to_wire
from moe_core.text.amounts import format_seconds


@click.group(cls=NearGroup)
def runs() -> None:
    """Look at earlier runs.

    \b
    Example:
      moe runs list
    """


@runs.command(name="list")
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=1), default=20, show_default=True, help="Newest runs to list."
)
@json_option
@pass_session
def list_runs(session: Session, limit: int, is_json: bool) -> None:
    """List the newest runs, newest first.

    \b
    Example:
      moe runs list --limit 5
    """
    found = session.app.runs.list_runs(limit)
    if is_json:
        session.show_json(found)
    elif not found:
        session.screen.line(f"no run is recorded in {session.app.workspace.folder}")
    else:
        rows = [
            (
                run.run_id,
                time.strftime("%Y-%m-%d %H:%M", time.localtime(run.started)),
                Toned(run.status, STATUS_TONES.get(run.status, "")),
                format_seconds(run.seconds),
                run.question,
            )
            for run in found
        ]
        session.screen.table(Table(columns=("run", "started", "status", "took", "question"), rows=rows))


@runs.command()
@click.argument("run_id", metavar="ID")
@json_option
@pass_session
def show(session: Session, run_id: str, is_json: bool) -> None:
    """Show a run: its question, what happened when, what left for other programs and to whom, and its answer.

    ID is a run's id or the beginning of one; "last" is the newest run.

    \b
    Example:
      moe runs show last
    """
    store = session.app.runs
    if run_id == "last":
        newest = store.list_runs(1)
        run_id = newest[0].run_id if newest else run_id
    record = store.get_run(run_id)
    if is_json:
        session.show_json(
            {
                **to_wire(record.summary),
                "events": record.events,
                "correlation_id": record.correlation_id,
                "pid": record.pid,
                "departures": list_departures(record.events),
                "result": record.result,
            }
        )
        return
    show_run(session.screen, record)
