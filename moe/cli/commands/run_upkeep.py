"""`moe runs resume|replay|cancel|delete|prune`: what can be done with runs besides looking at them."""

import time
from collections.abc import Awaitable, Sequence
from typing import Any

import click

from moe.cli.async_work import run_async
from moe.cli.confirm import confirm
from moe.cli.decisions import go_on, settle
from moe.cli.exit_codes import EXIT_DONE, EXIT_FAILED
from moe.cli.options import AskOptions, json_option, read_seconds
from moe.cli.outcome import fail, tell
from moe.cli.request import conclude, show
from moe.cli.run_work import watch
from moe.cli.session import Session, pass_session
from moe.cli.since import read_since
from moe.contracts.result import RunResult
from moe.contracts.runs import RESUMABLE, UNFINISHED, RunSummary
from moe_core.contracts.errors import DecisionNeededError, MoeError
from moe_core.contracts.task import Status
from moe_core.contracts.wire import from_wire
from moe_core.text.amounts import count
from moe_core.text.lines import join_line

_END_SECONDS = 10.0  # what a cancelled run is waited for; it looks twice a second
_LOOK_SECONDS = 0.1
_MOST_LISTED = 1_000_000  # more runs than a workspace ever holds

all_option = click.option("--all", "is_all", is_flag=True, help="All of them.")


@click.command()
@click.argument("run_id", metavar="ID", required=False)
@all_option
@click.option("--deadline", metavar="SECONDS", callback=read_seconds, help="Longest it may take, from now on.")
@click.option(
    "--accept-changes", is_flag=True, help="Go on although documents, settings, agents or tools have changed."
)
@click.option("--repeat-tools", is_flag=True, help="Call tools again of which nobody knows whether they were done.")
@click.option("--strict", "is_strict", is_flag=True, help="Exit with 3 when a part failed or fell back.")
@json_option
@click.option("--quiet", "is_quiet", is_flag=True, help="No progress and no warnings.")
@pass_session
def resume(
    session: Session,
    run_id: str | None,
    is_all: bool,
    deadline: float | None,
    accept_changes: bool,
    repeat_tools: bool,
    is_strict: bool,
    is_json: bool,
    is_quiet: bool,
) -> int:
    """Go on with a run that was interrupted, cancelled or failed.

    What models and tools have answered is not asked again. ID is a run's id or the beginning of one; "last" is the
    newest run. A run that is done shows its answer, one that waits for you tells for what. With --all those that were
    interrupted or failed go on, not what was cancelled or waits; with --json their results are one list.

    \b
    Examples:
      moe runs resume last
      moe runs resume 20261129 --deadline 600
      moe runs resume --all
    """
    options = AskOptions(is_strict=is_strict, is_json=is_json, is_quiet=is_quiet, deadline=deadline)
    changes = {"accepts_changes": accept_changes, "repeats_tools": repeat_tools}
    wanted = [status for status in RESUMABLE if status != Status.CANCELLED]  # what somebody ended goes on by name only
    names = _name_runs(session, run_id, is_all, statuses=wanted)
    return _resume_all(session, names, options, changes) if is_all else _resume(session, names[0], options, changes)


@click.command()
@click.argument("run_id", metavar="ID")
@json_option
@pass_session
def retry(session: Session, run_id: str, is_json: bool) -> None:
    """Put a run that was broken off, cancelled or failed into the queue of `moe worker`.

    What models and tools have answered is not asked again. ID is a run's id or the beginning of one; "last" is the
    newest run. A run that workers died of counts anew.

    \b
    Example:
      moe runs retry last
    """
    queued = run_async(lambda: session.app.retry(run_id))
    if is_json:
        session.show_json({"run_id": queued})
    else:
        session.screen.line(f"{queued} waits for a worker")


@click.command()
@click.argument("run_id", metavar="ID")
@click.option("--from", "task", metavar="TASK", required=True, help="The first task that is done anew, as 1/2.")
@click.option("--accept-changes", is_flag=True, help="Go on although the documents have changed.")
@click.option("--strict", "is_strict", is_flag=True, help="Exit with 3 when a part failed or fell back.")
@json_option
@click.option("--quiet", "is_quiet", is_flag=True, help="No progress and no warnings.")
@pass_session
def fork(
    session: Session, run_id: str, task: str, accept_changes: bool, is_strict: bool, is_json: bool, is_quiet: bool
) -> int:
    """Ask a run's question again, with the answers that it had before one of its tasks began.

    That task and what came after it are done with the settings, agents and models of now, in a run of its own: another
    model or prompt is tried without paying for what came before. ID is a run's id or the beginning of one; "last" is
    the newest run. `moe runs show ID --json` has its tasks.

    \b
    Example:
      moe --set system.roles.drummer=qwen3:8b runs fork last --from 1/2
    """

    def work(streams: bool, **told: Any) -> Awaitable[RunResult]:
        return session.app.fork(run_id, task, accepts_changes=accept_changes, **told)

    options = AskOptions(is_strict=is_strict, is_json=is_json, is_quiet=is_quiet)
    seconds = session.app.config.system.deadline_seconds
    return show(session, watch(session, work, seconds=seconds, is_quiet=is_quiet), options)


@click.command()
@click.argument("run_id", metavar="ID")
@json_option
@pass_session
def replay(session: Session, run_id: str, is_json: bool) -> int:
    """Do a run again with the replies that it had, and tell whether its answer comes out the same.

    No model and no tool with effects is called, and nothing is recorded. Exits with 1 when something differs: the first
    thing that does is shown.

    \b
    Example:
      moe runs replay last
    """
    report = run_async(lambda: session.app.replay(run_id))
    if is_json:
        session.show_json(report)
    elif report.is_same:
        first, _, _ = report.answer.partition("\n")
        session.screen.line(f"run {report.run_id} comes out the same: {join_line(first)}")
    else:
        session.screen.line(f"run {report.run_id} comes out otherwise at {report.difference}")
        session.screen.line(f"  before: {join_line(report.answer_before)}")
        session.screen.line(f"  now:    {join_line(report.answer)}")
    return EXIT_DONE if report.is_same else EXIT_FAILED


@click.command()
@click.argument("run_id", metavar="ID", required=False)
@all_option
@json_option
@pass_session
def cancel(session: Session, run_id: str | None, is_all: bool, is_json: bool) -> None:
    """End a run that goes on or waits, in whichever process of this machine.

    Its model calls and tools are broken off within a second. `moe runs resume` goes on with it.

    \b
    Examples:
      moe runs cancel last
      moe runs cancel --all
    """
    names = _name_runs(session, run_id, is_all, statuses=UNFINISHED)
    ended = [_wait_for_end(session, session.app.runs.cancel(name)) for name in names]
    if is_json:
        session.show_json(ended)
        return
    for run in ended:
        session.screen.line(f"{run.run_id} is {run.status}")
    if not ended:
        session.screen.line("no run goes on")


@click.command()
@click.argument("run_ids", metavar="ID...", nargs=-1, required=True)
@json_option
@pass_session
def delete(session: Session, run_ids: Sequence[str], is_json: bool) -> None:
    """Delete runs with all that is kept of them: questions, answers, events, ratings.

    \b
    Example:
      moe runs delete last
    """
    found = [session.app.runs.get_summary(run_id) for run_id in run_ids]
    for run in found:
        if run.status == Status.RUNNING:
            raise click.UsageError(f"run {run.run_id} goes on: `moe runs cancel {run.run_id}` ends it")
    _delete(session, list(dict.fromkeys(run.run_id for run in found)), is_json=is_json)


@click.command()
@click.option(
    "--older-than", "before", metavar="TIME", required=True, callback=read_since, help="A length of time, or a date."
)
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@json_option
@pass_session
def prune(session: Session, before: float, is_sure: bool, is_json: bool) -> None:
    """Delete the runs that began before a time; those that go on or wait stay.

    \b
    Examples:
      moe runs prune --older-than 30d
      moe runs prune --older-than 2026-11-01 --yes
    """
    found = session.app.runs.list_runs(_MOST_LISTED)
    old = [run.run_id for run in found if run.started < before and run.status not in UNFINISHED]
    if old and not is_sure:
        confirm(f"Delete {count(len(old), 'run')}?")
    _delete(session, old, is_json=is_json)


def _delete(session: Session, run_ids: Sequence[str], *, is_json: bool) -> None:
    session.app.runs.delete(run_ids)
    if is_json:
        session.show_json({"deleted": run_ids})
    else:
        session.screen.line(f"deleted {count(len(run_ids), 'run')}" if run_ids else "no run is that old")


def _name_runs(session: Session, run_id: str | None, is_all: bool, *, statuses: Sequence[str]) -> list[str]:
    """The run that is named, or all of some statuses, oldest first."""
    if is_all == (run_id is not None):
        raise click.UsageError("name one run, or say --all")
    if run_id is not None:
        return [run_id]
    found = session.app.runs.list_runs(_MOST_LISTED)
    return [run.run_id for run in reversed(found) if run.status in statuses]


def _resume_all(session: Session, names: Sequence[str], options: AskOptions, changes: dict[str, bool]) -> int:
    """Go on with one after the other; one that is refused is told of, and the next one's turn comes."""
    results, codes = [], []
    for number, name in enumerate(names):
        if not options.is_json:
            session.screen.line(("\n" if number else "") + f"run {name}")
        try:
            result = _go_on(session, name, options, changes)
        except MoeError as error:
            codes.append(fail(error.message, error.hint, error.exit_code))
            continue
        results.append(result)
        codes.append(
            conclude(result, is_strict=options.is_strict) if options.is_json else show(session, result, options)
        )
    if options.is_json:
        session.show_json(results)
    elif not names:
        tell("no run waits to be gone on with")
    return max(codes, default=EXIT_DONE)


def _resume(session: Session, name: str, options: AskOptions, changes: dict[str, bool]) -> int:
    return show(session, settle(session, _go_on(session, name, options, changes), options), options)


def _go_on(session: Session, name: str, options: AskOptions, changes: dict[str, bool]) -> RunResult:
    try:
        past = session.app.find_past(name, deadline_seconds=options.deadline, **changes)
    except DecisionNeededError:
        return from_wire(RunResult, session.app.runs.get_run(name).result)
    if past.record.summary.status == Status.DONE and past.record.result is not None:
        if not options.is_quiet:
            tell(f"run {past.run_id} was done already: nothing is asked again")
        return from_wire(RunResult, past.record.result)
    return go_on(session, past, is_quiet=options.is_quiet)


def _wait_for_end(session: Session, run: RunSummary) -> RunSummary:
    until = time.monotonic() + _END_SECONDS
    while run.status == Status.RUNNING and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
        run = session.app.runs.get_summary(run.run_id)
    return run
