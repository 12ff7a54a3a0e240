"""`moe runs approve|skip`: a person decides on calls of tools for which a run waits."""

from collections.abc import Callable
from typing import Any

import click

from moe.cli.async_work import run_async
from moe.cli.decisions import go_on, keep_decision, settle, tell_waiting
from moe.cli.exit_codes import EXIT_DONE, EXIT_WAITING
from moe.cli.options import AskOptions, json_option, read_seconds
from moe.cli.outcome import tell
from moe.cli.request import show
from moe.cli.session import Session, pass_session
from moe.contracts.waiting import Decision
from moe_core.contracts.log_context import stay_about
from moe_core.text.amounts import count


def _add_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that both commands have."""
    options = (
        click.argument("run_id", metavar="ID"),
        click.option("--task", metavar="TASK", default="", help="Only calls of that task and those below it, as 1/2."),
        click.option("--note", metavar="TEXT", default="", help="Why, in your own words; it is kept."),
        click.option("--deadline", metavar="SECONDS", callback=read_seconds, help="Longest it may take, from now on."),
        click.option("--strict", "is_strict", is_flag=True, help="Exit with 3 when a part failed or fell back."),
        json_option,
        click.option("--quiet", "is_quiet", is_flag=True, help="No progress and no warnings."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@_add_options
@pass_session
def approve(
    session: Session,
    run_id: str,
    task: str,
    note: str,
    deadline: float | None,
    is_strict: bool,
    is_json: bool,
    is_quiet: bool,
) -> int:
    """Have the calls made that a run waits for, and go on with it.

    A run waits when a tool asks before each call, or when it was broken off in a call that must not be made twice
    unasked. ID is a run's id or the beginning of one; "last" is the newest run. The time that it waited does not count.
    A run of a worker goes back into the queue. With --task the others wait still.

    \b
    Examples:
      moe runs approve last
      moe runs approve last --task 1/2 --note "read it twice"
    """
    options = AskOptions(deadline=deadline, is_strict=is_strict, is_json=is_json, is_quiet=is_quiet)
    return _decide(session, "approve", run_id, task, note, options)


@click.command()
@_add_options
@pass_session
def skip(
    session: Session,
    run_id: str,
    task: str,
    note: str,
    deadline: float | None,
    is_strict: bool,
    is_json: bool,
    is_quiet: bool,
) -> int:
    """Go on with a run without the calls that it waits for.

    Its answer does without what they would have brought, and says so. ID is a run's id or the beginning of one; "last"
    is the newest run. A run of a worker goes back into the queue. With --task the others wait still.

    \b
    Examples:
      moe runs skip last
      moe runs skip last --task 1/2 --note "wrong address"
    """
    options = AskOptions(deadline=deadline, is_strict=is_strict, is_json=is_json, is_quiet=is_quiet)
    return _decide(session, "skip", run_id, task, note, options)


def _decide(session: Session, decision: Decision, run_id: str, task: str, note: str, options: AskOptions) -> int:
    app = session.app
    decided = keep_decision(session, run_id, decision, task=task, note=note)
    stay_about(run_id=decided.run_id)
    if decided.left:
        if options.is_json:
            session.show_json(decided)
        tell_waiting(decided.run_id, decided.left)
        return EXIT_WAITING
    if decided.worker:
        run_async(lambda: app.retry(decided.run_id))
        if options.is_json:
            session.show_json(decided)
        else:
            word = "approved" if decision == "approve" else "skipped"
            session.screen.line(f"{count(len(decided.decided), 'call')} {word}; {decided.run_id} waits for a worker")
        if not options.is_quiet:
            tell(f"follow it: moe runs watch {decided.run_id}")
        return EXIT_DONE
    past = app.find_past(decided.run_id, deadline_seconds=options.deadline)
    return show(session, settle(session, go_on(session, past, is_quiet=options.is_quiet), options), options)
