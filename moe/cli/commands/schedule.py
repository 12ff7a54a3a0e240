"""`moe schedule`: questions that workers ask again and again."""

from typing import Any

import click

from moe.cli.async_work import run_async
from moe.cli.lazy import NearGroup
from moe.cli.local_timezone import find_local_timezone
from moe.cli.options import AskOptions, belter_option, json_option, schedule_options
from moe.cli.outcome import tell
from moe.cli.render.screen import Table, Toned
from moe.cli.request import read_request
from moe.cli.session import Session, pass_session
from moe.cli.task_options import task_options


@click.group(cls=NearGroup)
def schedule() -> None:
    """Have workers ask a question again and again, at the times that you say.

    \b
    Examples:
      moe schedule add "0 7 * * mon-fri" "What changed since yesterday?" --collection minutes
      moe schedule list
      moe schedule remove schedule-1a2b3c
    """


@schedule.command()
@click.argument("cron", metavar="CRON")
@click.argument("question", metavar="REQUEST")
@click.option("--name", metavar="NAME", default="", help="To find it by; by default one is made.")
@click.option(
    "--timezone", metavar="ZONE", help='In which CRON is read, as "Europe/Berlin"; by default that of this machine.'
)
@click.option(
    "--catch-up",
    "catches_up",
    is_flag=True,
    help="Ask what fell due while no worker was there, once one is; without it that is only told.",
)
@belter_option
@task_options
@schedule_options
@pass_session
def add(
    session: Session,
    cron: str,
    question: str,
    name: str,
    timezone: str | None,
    catches_up: bool,
    belter: str | None,
    task: dict[str, Any],
    options: AskOptions,
) -> None:
    """Have a question asked whenever it is due: by workers (`moe worker`), each time once.

    CRON is five fields in quotes: minute, hour, day of the month, month, day of the week; or six, with seconds before
    them. REQUEST is the question as one text in quotes; "-" reads it from standard input. A worker asks within ten
    seconds or a tenth of the time between two firings, whichever is less.

    \b
    Examples:
      moe schedule add "0 7 * * mon-fri" "What changed since yesterday?" --docs ./minutes
      moe schedule add "*/30 * * * *" "Which tickets are open?" --collection tickets --timezone Europe/Berlin
      moe schedule add "0 0 1 * *" "What did we spend?" --docs ./books --name monthly --catch-up
    """
    request = read_request(session, question, options, None, {"belter": belter, **task})
    made = run_async(
        lambda: session.app.schedules.add(
            cron, request, timezone=timezone or find_local_timezone(), name=name, catches_up=catches_up
        )
    )
    if options.is_json:
        session.show_json(made)
        return
    session.screen.line(f"{made.name} is asked next at {made.next_at} ({made.timezone})")
    if not any(one.is_live for one in session.app.workers.list_workers()):
        tell("no worker is there: moe worker begins one")


@schedule.command(name="list")
@json_option
@pass_session
def list_schedules(session: Session, is_json: bool) -> None:
    """List the schedules: when each is due, when it was asked last and by which run, and what was missed.

    \b
    Example:
      moe schedule list
    """
    found = run_async(session.app.schedules.list)
    if is_json:
        session.show_json(found)
    elif not found:
        session.screen.line("no schedule yet; moe schedule add CRON REQUEST makes one")
    else:
        rows = [
            (
                one.name,
                one.cron,
                one.timezone,
                one.next_at,
                one.last_run,
                Toned(f"{one.missed}, last {one.missed_at}", "warn") if one.missed else "",
                one.question,
            )
            for one in found
        ]
        columns = ("schedule", "cron", "time zone", "next", "last run", "missed", "question")
        session.screen.table(Table(columns=columns, rows=rows))


@schedule.command()
@click.argument("name", metavar="NAME")
@json_option
@pass_session
def remove(session: Session, name: str, is_json: bool) -> None:
    """Have a question asked no more by itself; the runs that were, stay.

    \b
    Example:
      moe schedule remove monthly
    """
    run_async(lambda: session.app.schedules.remove(name))
    if is_json:
        session.show_json({"removed": name})
    else:
        session.screen.line(f"removed {name}")
