"""A recorded run for reading: the question, a timeline of what happened, the answer."""

import time
from collections.abc import Sequence

from moe.cli.render.answer import show_answer
from moe.cli.render.explanation import show_explanation
from moe.cli.render.screen import Screen, Tone, Toned, count
from moe.cli.render.text import format_seconds, join_line
from moe.contracts.result import RunResult
from moe.contracts.runs import RunRecord
from moe.running.citing.explanation import explain_citations
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.wire import JsonObject, from_wire

STATUS_TONES: dict[str, Tone] = {
    "done": "good",
    "degraded": "warn",
    "failed": "bad",
    "interrupted": "warn",
    "cancelled": "warn",
    "running": "name",
}
_KIND_TONES: dict[EventKind, Tone] = {
    EventKind.MODEL_FAILED: "bad",
    EventKind.TOOL_FAILED: "bad",
    EventKind.NOTE: "warn",
    EventKind.RUN_STARTED: "strong",
    EventKind.RUN_FINISHED: "strong",
}


def show_run(screen: Screen, record: RunRecord) -> None:
    """Print all that is known of a run."""
    summary = record.summary
    screen.line(Toned(join_line(summary.question), "strong"))
    started = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(summary.started))
    status = Toned(summary.status, STATUS_TONES.get(summary.status, ""))
    screen.line(
        Toned("run ", "dim"), summary.run_id, Toned(f", {started}, {format_seconds(summary.seconds)}, ", "dim"), status
    )
    screen.line()
    for event in record.events:
        _show_event(screen, event, summary.started)
    if record.result is None:
        screen.line()
        screen.line(Toned("it ended without an answer; this is what it got to", "warn"))
        return
    _show_end(screen, record.result, record.events)


def describe_event(event: Event) -> str:
    """What an event tells, beyond its kind and agent."""
    data = event.data
    match event.kind:
        case EventKind.RUN_STARTED:
            docs = data.get("request", {}).get("docs") or ()
            return f"documents {', '.join(docs)}" if docs else "without documents"
        case EventKind.RUN_FINISHED:
            return ", ".join(
                [data["status"], *(["degraded"] if data["degraded"] else []), count(data["citations"], "citation")]
            )
        case EventKind.DOCUMENTS_LOADED:
            parts = [count(data["documents"], "document"), count(data["passages"], "passage")]
            return ", ".join([*parts, *([count(len(data["notes"]), "note")] if data["notes"] else [])])
        case EventKind.DOCUMENTS_EXPLORED:
            who = ", ".join(f"{walk['persona']} by {walk['traversal']}" for walk in data["walks"]) or "nobody walked"
            found = f"{len(data['found'])} of {count(data['passages'], 'passage')} from {count(data['seeds'], 'seed')}"
            return f"{found}; {who}: {data['query']}"
        case EventKind.ROUTE_CHOSEN:
            return f"{data['route']}: {data['why']}"
        case EventKind.CHAIN_ASSEMBLED:
            who = f"{count(len(data['belters']), 'Belter')}, {count(len(data['drummers']), 'Drummer')}"
            return who + _tell_choice(data.get("choice"))
        case EventKind.TASK_STARTED:
            return f"{data['instruction']}"
        case EventKind.TASK_FINISHED:
            words = f"{data['status']}, {count(data['statements'], 'statement')}, {format_seconds(data['seconds'])}"
            return words + _tell_error(data.get("error"))
        case EventKind.MODEL_CALLED:
            return f"{data['purpose']} with {data['model']} by {data['provider']}"
        case EventKind.MODEL_ANSWERED:
            return f"{data['purpose']}, {format_seconds(data['seconds'])}"
        case EventKind.TOOL_CALLED:
            return f"{data['tool']} {_list_params(data['params'])}".rstrip()
        case EventKind.TOOL_ANSWERED:
            return f"{data['tool']}, {data['evidence']} pieces of evidence, {format_seconds(data['seconds'])}"
        case EventKind.MODEL_FAILED | EventKind.TOOL_FAILED:
            return f"{data.get('tool') or data.get('provider')}: {data.get('message') or data['error']}"
        case EventKind.MODEL_INVALID:
            again = ", asked again" if data["will_retry"] else ""
            return f"{data['provider']}: {data['problem']}: {data['message']}{again}"
        case EventKind.CONTEXT_CUT:
            left_out = count(len(data["dropped"]), "passage")
            return f"{left_out} left out, {len(data['shortened'])} shortened, for {data['tokens']:,} tokens"
        case EventKind.ANSWER_PIECE:
            return f"{data['text']}"
        case EventKind.MODEL_RETRIED:
            return f"{data['server']}: again in {format_seconds(data['wait_seconds'])}, {data['message']}"
        case EventKind.BREAKER_OPENED:
            return f"{data['server']}: left alone for {format_seconds(data['rest_seconds'])}"
        case EventKind.BREAKER_CLOSED:
            return f"{data['server']}: well again"
        case EventKind.BUDGET_TIGHT:
            return f"{data['pressure']:.0%} used: {data['text']}"
        case EventKind.BUDGET_SPENT:
            return f"{data['message']}"
        case EventKind.NOTE:
            return f"{data['severity']}: {data['text']}"


def _show_event(screen: Screen, event: Event, started: float) -> None:
    depth = (event.task_id or "").count("/")
    who = f"{event.agent} " if event.agent else ""
    try:
        words = describe_event(event)
    except (KeyError, TypeError, AttributeError):  # recorded by another version
        words = str(dict(event.data))
    screen.entry(
        Toned(f"{max(0.0, event.at - started):8.3f}  ", "dim"),
        "  " * depth,
        Toned(f"{event.kind} ", _KIND_TONES.get(event.kind, "name")),
        who,
        Toned(join_line(words), "dim"),
    )


def _show_end(screen: Screen, result: JsonObject, events: Sequence[Event]) -> None:
    screen.line()
    if result.get("error"):
        error = result["error"]
        screen.line(Toned("error: ", "bad"), join_line(error["message"]))
        if error.get("hint"):
            screen.line(f"hint: {join_line(error['hint'])}", indent=2)
        return
    if result.get("status") == "cancelled":
        screen.line(Toned("it was stopped before it had an answer", "warn"))
        return
    try:
        answered = from_wire(RunResult, result)
        explanation = explain_citations(answered.citations, events)
    except ValueError:  # recorded by another version
        screen.prose(str(result.get("answer", "")))
        return
    show_answer(screen, answered)
    if any(event.kind is EventKind.DOCUMENTS_EXPLORED for event in events):
        show_explanation(screen, explanation)


def _tell_choice(choice: JsonObject | None) -> str:
    """Whom `auto` took, and why not those before."""
    if not choice:
        return ""
    others = "".join(f"; not {one['provider']}: {one['why']}" for one in choice["passed_over"])
    return f"; auto takes {choice['provider']}{others}"


def _tell_error(error: JsonObject | None) -> str:
    return f", {error['message']}" if error else ""


def _list_params(params: JsonObject) -> str:
    return " ".join(f"{key}={value!r}" for key, value in params.items())
