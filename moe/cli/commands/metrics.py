"""`moe metrics`: what the calls of models in recorded runs come to."""

import click

from moe.cli.options import json_option
from moe.cli.render.metrics import show_metrics
from moe.cli.session import Session, pass_session
from moe.cli.since import read_since


@click.command()
@click.option("--run", "run_id", metavar="ID", help='Of that run only: its id, the beginning of it, or "last".')
@click.option(
    "--since", metavar="WHEN", callback=read_since, help="Of runs that began within 7d (24h, 30m, 2w), or since a date."
)
@json_option
@pass_session
def metrics(session: Session, run_id: str | None, since: float | None, is_json: bool) -> None:
    """Sum up what models were asked in recorded runs, and how they answered.

    By provider and by who asked: requests, retries, valid JSON, tokens and time. Everything is read from the record in
    the workspace (`moe runs list`); no model is asked.

    \b
    Examples:
      moe metrics
      moe metrics --since 7d
      moe metrics --run last --json
    """
    if run_id is not None and since is not None:
        raise click.UsageError("--run and --since exclude each other")
    if run_id is not None and not run_id.strip():
        raise click.UsageError("--run needs the id of a run")
    found = session.app.measure_runs(run_id or "", since=since or 0.0)
    if is_json:
        session.show_json(found)
    elif not found.runs.total:
        session.screen.line(f"no run {'of that time ' if since else ''}is recorded in {session.app.workspace.folder}")
    else:
        show_metrics(session.screen, found)
