"""A recorded run for reading: the question, a timeline of what happened, the answer."""

import time
from collections.abc import Sequence

from moe.cli.render.answer import show_answer
from moe.cli.render.explanation import show_explanation
from moe.cli.render.screen import Screen, Tone, Toned
from moe.contracts.departures import Departure, list_departures
from moe.contracts.result import RunResult
from moe.contracts.runs import QUEUED, WAITING, RunRecord
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.task import Status
from moe_core.contracts.wire import JsonObject, from_wire
from moe_core.text.amounts import count, format_seconds
from moe_core.text.lines import join_line

STATUS_TONES: dict[str, Tone] = {
    "done": "good",
    "degraded": "warn",
    "failed": "bad",
    "interrupted": "warn",
    "cancelled": "warn",
    "running": "name",
    "queued": "name",
    "waiting": "warn",
}
# What is said of a run that has no result, by its status.
_NO_RESULT = {
    QUEUED: "it waits for a worker: moe worker",
    Status.RUNNING: "it goes on; moe runs watch follows it",
}
RATING_TONES: dict[str, Tone] = {"good": "good", "bad": "bad"}
_KIND_TONES: dict[str, Tone] = {
    EventKind.MODEL_FAILED: "bad",
    EventKind.TOOL_FAILED: "bad",
    EventKind.NOTE: "warn",
    EventKind.TOOL_WAITING: "warn",
    EventKind.RUN_WAITING: "strong",
    EventKind.RUN_STARTED: "strong",
    EventKind.RUN_FINISHED: "strong",
}


def show_run(screen: Screen, record: RunRecord, *, elsewhere: str = "") -> None:
    """Print all that is known of a run.

    Args:
        elsewhere: The workspace that it is kept in, where that is not the project's own.
    """
    summary = record.summary
    screen.line(Toned(join_line(summary.question), "strong"))
    started = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(summary.started))
    status = Toned(summary.status, STATUS_TONES.get(summary.status, ""))
    took = f"{'waits for ' if summary.status == QUEUED else ''}{format_seconds(summary.seconds)}"
    screen.line(Toned("run ", "dim"), summary.run_id, Toned(f", {started}, {took}, ", "dim"), status)
    if elsewhere:
        screen.line(Toned(f"kept in {elsewhere}, as this folder's own workspace is left aside", "warn"))
    rating = summary.rating
    if rating is not None:
        note = f": {join_line(rating.note)}" if rating.note else ""
        screen.line(Toned("rated ", "dim"), Toned(rating.verdict, RATING_TONES[rating.verdict]), note)
    screen.line()
    for event in record.events:
        _show_event(screen, event, summary.started)
    _show_departures(screen, list_departures(record.events))
    if record.result is None:
        screen.line()
        screen.line(Toned(_NO_RESULT.get(summary.status, "it ended without an answer; this is what it got to"), "warn"))
        return
    _show_end(screen, record.result)


def _show_event(screen: Screen, event: Event, started: float) -> None:
    depth = (event.task_id or "").count("/")
    who = f"{event.agent} " if event.agent else ""
    screen.entry(
        Toned(f"{max(0.0, event.at - started):8.3f}  ", "dim"),
        "  " * depth,
        Toned(f"{event.kind} ", _KIND_TONES.get(event.kind, "name")),
        who,
        Toned(join_line(event.describe()), "dim"),
    )


def _show_departures(screen: Screen, departures: Sequence[Departure]) -> None:
    """What left the machine, and what went to other programs on it."""
    screen.line()
    if all(one.is_local for one in departures):
        screen.line(Toned("nothing left this machine", "good"))
    for one in departures:
        if not one.to:
            screen.line(
                Toned("may have left this machine: ", "warn"),
                f"by {one.sender}, which does not tell to whom: {count(one.requests, 'call')}",
            )
            continue
        screen.line(
            Toned("stayed here: " if one.is_local else "left this machine: ", "dim" if one.is_local else "warn"),
            f"to {join_line(one.to)} by {one.sender}: {_describe_sent(one)}",
        )


def _describe_sent(one: Departure) -> str:
    requests = count(one.requests, "request")
    if one.kind == "model":
        return f"questions and passages, {requests}, {one.size:,} characters"
    if one.kind == "tool":
        return f"a tool's requests, {requests}, {one.size:,} bytes"
    if one.kind == "task":
        return f"questions and findings, {count(one.requests, 'task')}, {one.size:,} bytes"
    return "questions, and passages that had no vectors yet"


def _show_end(screen: Screen, result: JsonObject) -> None:
    screen.line()
    if result.get("error"):
        error = result["error"]
        screen.line(Toned("error: ", "bad"), join_line(error["message"]))
        if error.get("hint"):
            screen.line(f"hint: {join_line(error['hint'])}", indent=2)
        return
    if result.get("status") == WAITING:
        _show_waiting(screen, result)
        return
    if result.get("status") == "cancelled":
        screen.line(Toned("it was stopped before it had an answer", "warn"))
        return
    try:
        answered = from_wire(RunResult, result)
    except ValueError:  # recorded by another version
        screen.prose(str(result.get("answer", "")))
        return
    show_answer(screen, answered)
    if answered.explanation is not None:
        show_explanation(screen, answered.explanation)


def _show_waiting(screen: Screen, result: JsonObject) -> None:
    run_id = result["run_id"]
    try:
        calls = from_wire(RunResult, result).waiting
    except ValueError:  # recorded by another version
        screen.line(Toned("it waits for a person, as another version of moe told it", "warn"))
        return
    if not calls:
        screen.line(Toned(f"it is decided on; moe runs resume {run_id} goes on with it", "warn"))
        return
    screen.line(Toned("it waits for a person to decide:", "warn"))
    for call in calls:
        screen.line(join_line(call.describe()), indent=2)
    screen.line(f"moe runs approve {run_id} calls it and goes on; moe runs skip {run_id} goes on without")
