"""Running a request from the command line: progress while it runs, then the answer and the exit code."""

from collections.abc import Awaitable, Sequence
from typing import Any

from moe.cli.async_work import run_async
from moe.cli.decisions import settle, tell_waiting
from moe.cli.exit_codes import EXIT_DEGRADED, EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_WAITING
from moe.cli.options import AskOptions
from moe.cli.outcome import fail, tell
from moe.cli.problems import tell_misnamed
from moe.cli.question import build_request, read_question
from moe.cli.refresh import ask_for_refresh
from moe.cli.render.answer import show_answer, show_notes
from moe.cli.render.explanation import show_explanation
from moe.cli.render.left_out import list_left_out
from moe.cli.run_work import watch
from moe.cli.session import Session
from moe.contracts.budget_text import parse_budgets
from moe.contracts.index import SourceChange
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe_core.contracts.errors import RequestError
from moe_core.contracts.task import Status, TaskError

_MOST_SKIPPED = 5
_USAGE_CODES = frozenset(("request", "name_unknown", "name_taken", "config", "document"))


def ask(
    session: Session,
    question: str,
    options: AskOptions,
    *,
    conversation: str | None = None,
    with_notes: bool = False,
    **fields: Any,
) -> int:
    """Answer a question and print what came of it.

    Args:
        question: The text, or "-" for standard input.
        conversation: The conversation that it goes on with; None for none.
        with_notes: Print all of the Observer's notes below the answer.
        fields: More fields of the `RunRequest`.

    Returns:
        The exit code.
    """
    request = read_request(session, question, options, conversation, fields)
    seconds = request.count_seconds(session.app.config.system.deadline_seconds)

    def work(streams: bool, **told: Any) -> Awaitable[RunResult]:
        return session.app.run(request.model_copy(update={"stream": request.stream and streams}), **told)

    result = settle(session, watch(session, work, seconds=seconds, is_quiet=options.is_quiet), options)
    return show(session, result, options, with_notes=with_notes)


def queue(
    session: Session, question: str, options: AskOptions, *, conversation: str | None = None, **fields: Any
) -> int:
    """Leave a question to a worker, and print its run's id.

    Args:
        question: The text, or "-" for standard input.
        conversation: The conversation that it goes on with; None for none.
        fields: More fields of the `RunRequest`.

    Returns:
        The exit code.

    Raises:
        RequestError: The executor forgets what is queued when this command ends.
    """
    request = read_request(session, question, options, conversation, fields)
    executor = session.app.executor
    if not executor.is_durable:
        raise RequestError(
            f"the executor {executor.name} keeps nothing beyond this command",
            hint="pip install 'moe-core[durable]', and take system.executor auto or dbos",
        )
    run_id = run_async(lambda: session.app.submit(request))
    if options.is_json:
        session.show_json({"run_id": run_id})
    else:
        session.screen.line(run_id)
    if not options.is_quiet:
        tell(f"it waits for a worker (moe worker); follow it: moe runs watch {run_id}")
    return EXIT_DONE


def read_request(
    session: Session, question: str, options: AskOptions, conversation: str | None, fields: dict[str, Any]
) -> RunRequest:
    """The request that was typed, once the user has been asked what must be asked."""
    session.ask_for_trust()
    if not options.is_quiet:
        tell_misnamed(session.app.registry.problems)
    if not options.docs and options.collection is None:
        ask_for_refresh(session)
    if options.provider is None:
        session.ask_for_servers()
    request = build_request(
        question=read_question(question),
        stream=options.is_streamed and not options.is_json,
        **read_fields(options),
        **fields,
    )
    return request if conversation is None else session.app.conversations.follow_up(request, conversation)


def show(session: Session, result: RunResult, options: AskOptions, *, with_notes: bool = False) -> int:
    """Print what came of a run; the exit code."""
    if options.is_json:
        session.show_json(result)
    elif result.error is None and result.status is not Status.WAITING:
        show_answer(session.screen, result)
        if with_notes:
            show_notes(session.screen, result)
        if result.explanation is not None:
            show_explanation(session.screen, result.explanation)
    if not options.is_quiet and result.error is None:
        for line in list_left_out(result.left_out):
            session.warn(line)
        _tell_taken_in(result.changes)
        _tell_warnings(session, result, with_notes=with_notes and not options.is_json)
    return conclude(result, is_strict=options.is_strict)


def read_fields(options: AskOptions) -> dict[str, Any]:
    """What the options say of a request's fields, streaming aside.

    Raises:
        RequestError: A value is none.
    """
    return {
        "docs": options.docs,
        "collection": options.collection,
        "provider": options.provider,
        "model": options.model,
        "mode": options.mode,
        "deadline_seconds": options.deadline,
        "budget": None if options.budget is None else parse_budgets(options.budget),
        "web": options.has_web,
        "personas": _read_personas(options.personas),
        "experts": options.experts,
        "explain": options.is_explained,
    }


def _read_personas(text: str | None) -> tuple[str, ...]:
    """The names of a list parted by commas.

    Raises:
        RequestError: It names nobody.
    """
    names = tuple(filter(None, map(str.strip, (text or "").split(","))))
    if text is not None and not names:
        raise RequestError("--persona names nobody", hint="`moe personas list` shows who there is")
    return names


def _tell_taken_in(changes: Sequence[SourceChange]) -> None:
    taken_in = [change for change in changes if not change.is_behind]
    for change in taken_in[:_MOST_SKIPPED]:
        tell(f"note: {change.describe()}{'; the index is up to date again' if change.is_taken_in else ''}")
    if len(taken_in) > _MOST_SKIPPED:
        tell(f"note: and {len(taken_in) - _MOST_SKIPPED} more files")


def _tell_warnings(session: Session, result: RunResult, *, with_notes: bool) -> None:
    notes = () if with_notes else result.observer.notes
    for note in notes:
        if note["severity"] == "warning":
            session.warn(note["text"])
    if result.chain is not None:
        for warning in result.chain.warnings:
            session.warn(warning)
    if result.degraded:
        session.warn(f"degraded: a part failed, fell back or is out of date; moe runs show {result.run_id} tells which")


def find_exit_code(result: RunResult, *, is_strict: bool = False) -> int:
    """The exit code of a run."""
    if result.error is not None:
        return _find_code(result.error)
    if result.status is Status.WAITING:
        return EXIT_WAITING
    if result.status is not Status.DONE:
        return EXIT_FAILED
    return EXIT_DEGRADED if is_strict and result.degraded else EXIT_DONE


def conclude(result: RunResult, *, is_strict: bool) -> int:
    """The exit code of a run; what went wrong is told on standard error."""
    code = find_exit_code(result, is_strict=is_strict)
    if result.error is not None:
        return fail(result.error.message, result.error.hint, code)
    if code == EXIT_WAITING:
        tell_waiting(result.run_id, result.waiting)
        return code
    if result.status is not Status.DONE:
        return fail(f"the run ended as {result.status}", f"moe runs resume {result.run_id} goes on with it", code)
    return code


def _find_code(error: TaskError) -> int:
    return EXIT_USAGE if error.code in _USAGE_CODES else EXIT_FAILED
