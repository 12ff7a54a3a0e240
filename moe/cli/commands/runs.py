"""`moe runs`: the record of earlier runs."""

import time

import click

from moe.cli.commands import run_decisions, run_upkeep
from moe.cli.damaged_learning import warn_of_damage
from moe.cli.lazy import NearGroup
from moe.cli.options import AskOptions, json_option
from moe.cli.render.run import RATING_TONES, STATUS_TONES, show_run
from moe.cli.render.screen import Table, Toned
from moe.cli.request import show as show_result
from moe.cli.session import Session, pass_session
from moe.cli.watching import follow
from moe.contracts.departures import list_departures
from moe.contracts.runs import QUEUED, RunRating
from moe.contracts.trust import WORKSPACE
from moe_core.contracts.wire import to_wire
from moe_core.text.amounts import format_seconds
from moe_core.text.lines import join_line


@click.group(cls=NearGroup)
def runs() -> None:
    """Look at earlier runs, go on with them, decide on their tools' calls, and rate their answers.

    \b
    Examples:
      moe runs list
      moe runs resume last
      moe runs rate last --good
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
                "" if run.status == QUEUED else format_seconds(run.seconds),
                Toned(run.rating.verdict, RATING_TONES[run.rating.verdict]) if run.rating else "",
                run.question,
            )
            for run in found
        ]
        session.screen.table(Table(columns=("run", "started", "status", "took", "rated", "question"), rows=rows))


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
    app = session.app
    record = app.runs.get_run(run_id)
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
    is_aside = WORKSPACE in app.trust.brings and bool(app.trust.describe())
    show_run(session.screen, record, elsewhere=str(app.workspace.folder) if is_aside else "")


@runs.command()
@click.argument("run_id", metavar="ID")
@click.option("--good", "is_good", is_flag=True, help="The answer was right, or of use.")
@click.option("--bad", "is_bad", is_flag=True, help="It was wrong, or of no use.")
@click.option("--note", metavar="TEXT", default="", help="Why, in your own words.")
@json_option
@pass_session
def rate(session: Session, run_id: str, is_good: bool, is_bad: bool, note: str, is_json: bool) -> None:
    """Say whether a run's answer was good; another rating takes the place of the one before, with its note.

    ID is a run's id or the beginning of one; "last" is the newest run. Ratings are kept with the run and shown; the
    experts whose evidence led in it learn from them.

    \b
    Examples:
      moe runs rate last --good
      moe runs rate 20261129 --bad --note "the year is wrong"
    """
    if is_good == is_bad:
        raise click.UsageError("say either --good or --bad")
    rating = RunRating(verdict="good" if is_good else "bad", note=note.strip(), at=time.time())
    warn_of_damage(session)
    rated, moves = session.app.personas.rate(session.app.runs, run_id, rating)
    if is_json:
        session.show_json(rated)
        return
    session.screen.line(f"{rated.run_id} is rated {rating.verdict}: {join_line(rated.question)}")
    for move in moves:
        session.screen.line(move.describe())


@runs.command()
@click.argument("run_id", metavar="ID")
@click.option("--strict", "is_strict", is_flag=True, help="Exit with 3 when a part failed or fell back.")
@json_option
@click.option("--quiet", "is_quiet", is_flag=True, help="No progress and no warnings.")
@pass_session
def watch(session: Session, run_id: str, is_strict: bool, is_json: bool, is_quiet: bool) -> int:
    """Follow a run until it ends, whichever process it runs in, and print its answer.

    ID is a run's id or the beginning of one; "last" is the newest run. Ctrl-C ends the watching, not the run.

    \b
    Example:
      moe runs watch last
    """
    options = AskOptions(is_strict=is_strict, is_json=is_json, is_quiet=is_quiet)
    return show_result(session, follow(session, run_id, is_quiet=is_quiet), options)


for command in (
    run_upkeep.resume,
    run_decisions.approve,
    run_decisions.skip,
    run_upkeep.retry,
    run_upkeep.replay,
    run_upkeep.fork,
    run_upkeep.cancel,
    run_upkeep.delete,
    run_upkeep.prune,
):
    runs.add_command(command)
