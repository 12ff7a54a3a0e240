"""Calls of tools on which a person decides: told, and asked about where somebody sits at a terminal."""

import sys
from collections.abc import Awaitable, Sequence
from typing import Any

import click

from moe.cli.audit_note import note_command
from moe.cli.options import AskOptions
from moe.cli.outcome import tell
from moe.cli.run_work import watch
from moe.cli.session import Session
from moe.cli.user import find_user
from moe.contracts.result import RunResult
from moe.contracts.waiting import DecidedRun, Decision, WaitingCall
from moe_core.contracts.log_context import stay_about
from moe_core.contracts.task import Status

_ANSWERS: dict[str, Decision | None] = {"yes": "approve", "no": "skip", "later": None}


class BeginningChoice(click.Choice[str]):
    """A choice among words that may be typed by their first letters: "y" for "yes"."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word that begins so; what is typed, for click to refuse, where none or several do."""
        typed = str(value).strip().lower()
        meant = [word for word in self.choices if typed and word.startswith(typed)]
        return str(super().convert(meant[0] if len(meant) == 1 else value, param, ctx))


def tell_waiting(run_id: str, calls: Sequence[WaitingCall]) -> None:
    """Tell which calls a person is to decide on, and the commands that do."""
    stay_about(run_id=run_id)
    if not calls:
        tell(f"run {run_id} is decided on, and goes on by: moe runs resume {run_id}")
        return
    for call in calls:
        tell(f"waiting for you: {call.describe()}")
    tell(f"  moe runs approve {run_id} calls it and goes on; moe runs skip {run_id} goes on without")


def settle(session: Session, result: RunResult, options: AskOptions) -> RunResult:
    """A run's result, gone on with as long as it waits and whoever sits at the terminal decides.

    Where nobody can be asked, or they say "later", it waits still.
    """
    while result.status is Status.WAITING and _can_ask(options):
        for task in dict.fromkeys(call.task for call in result.waiting):
            decision = _ask([call for call in result.waiting if call.task == task])
            if decision is None:
                return result
            keep_decision(session, result.run_id, decision, task=task)
        past = session.app.find_past(result.run_id)
        result = go_on(session, past, is_quiet=options.is_quiet)
    return result


def keep_decision(session: Session, run_id: str, decision: Decision, *, task: str = "", note: str = "") -> DecidedRun:
    """Keep what this user decides, also in the audit log; see `moe.running.decisions.decide`."""
    decided: DecidedRun = session.app.decide(run_id, decision, task=task, note=note, by=find_user())
    if decided.decided:
        note_command(session, f"moe runs {decision}", decided.run_id)
    return decided


def go_on(session: Session, past: Any, *, is_quiet: bool) -> RunResult:
    """Have a run go on in this process, and watch it."""

    def work(streams: bool, **told: Any) -> Awaitable[RunResult]:
        return session.app.resume(past, **told)

    allowed = past.request.count_seconds(session.app.config.system.deadline_seconds)
    return watch(session, work, seconds=past.count_seconds_left(allowed), is_quiet=is_quiet)


def _can_ask(options: AskOptions) -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty() and not (options.is_json or options.is_quiet)


def _ask(calls: Sequence[WaitingCall]) -> Decision | None:
    """What somebody says to the calls of a task; None for later."""
    for call in calls:
        tell(call.describe())
    what = "it" if len(calls) == 1 else f"all {len(calls)}"
    answer = click.prompt(f"Call {what}?", type=BeginningChoice(list(_ANSWERS)), default="later", err=True)
    return _ANSWERS[answer]
