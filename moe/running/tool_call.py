"""One call of a tool by a Drummer: made once, told in events, or left to a person's decision."""

import time
from collections.abc import Sequence
from functools import partial
from pkgutil import resolve_name

from moe.contracts.waiting import CallDecision, WaitingCall
from moe.knowledge.search import Exploration
from moe.running.context import Assignment, RunContext
from moe.running.formats import PlannedCall
from moe.running.tools.attempts import call_with_attempts
from moe.running.tools.call_context import CallOrigin
from moe.running.tools.call_gate import UNRECORDED, CallGate
from moe.running.tools.locations import take_locations
from moe.running.tools.search_events import tell_search
from moe.running.tools.toolbox import ToolOutcome, run_tool, take_evidence
from moe.running.tools.watched_library import WatchedLibrary
from moe_core.contracts.errors import MoeError
from moe_core.contracts.plugin import Entry
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.tool_payloads import (
    ToolAnswered,
    ToolCalled,
    ToolFailed,
    ToolProgressed,
    ToolRefused,
    ToolRetried,
    ToolSent,
    ToolWaiting,
)
from moe_core.contracts.wire import JsonObject, from_wire, to_wire

EXPLORATIONS_MAX = 8  # kept of a run, to choose from which graph is recorded: a graph may hold some megabytes


async def call_once(context: RunContext, assignment: Assignment, call: PlannedCall, step: str) -> ToolOutcome | None:
    """What a call brings, or brought before the run was broken off; what has no effect is simply made again.

    None when a person must decide on it first, or whoever asked for the task must know of it.
    """
    entry = context.registry.tools.get(call.tool)
    if call.tool in context.tools_off:
        return _refuse(context, assignment, call, context.tools_off[call.tool])
    if not (entry.effects or entry.asks_first):
        return await _run_call(context, assignment, call)
    known = context.steps.find(step, ToolOutcome)
    if known is not None:
        return known
    gate = CallGate(context.steps, entry, step)
    if gate.asks_in_vain:
        return _refuse(context, assignment, call, f"{call.tool} {UNRECORDED}")
    if gate.decision is not None and gate.decision.decision == "skip":
        outcome = _skip(call, gate.decision)
    else:
        wait = gate.describe_wait(assignment.task, call.params)
        if wait is not None:
            _tell_wait(context, assignment, wait)
            return None
        if not await gate.begin():
            return None
        outcome = await _run_call(context, assignment, call)
    context.steps.keep(step, outcome)
    return outcome


def _refuse(context: RunContext, assignment: Assignment, call: PlannedCall, refusal: str) -> ToolOutcome:
    told = ToolRefused(tool=call.tool, message=refusal)
    context.events.emit(told, task_id=assignment.task.task_id, agent=assignment.task.agent)
    return ToolOutcome(tool=call.tool, params=call.params, result={}, refusal=refusal)


def _skip(call: PlannedCall, decision: CallDecision) -> ToolOutcome:
    """As if the tool had answered that it was skipped."""
    by, note = f" by {decision.by}" if decision.by else "", f": {decision.note}" if decision.note else ""
    return ToolOutcome(tool=call.tool, params=call.params, result={}, error=f"skipped{by}{note}", is_skipped=True)


def _tell_wait(context: RunContext, assignment: Assignment, wait: WaitingCall) -> None:
    context.waiting.append(wait)
    told = ToolWaiting(tool=wait.tool, call=wait.call, params=wait.params, effects=wait.effects, reason=wait.reason)
    context.events.emit(told, task_id=assignment.task.task_id, agent=assignment.task.agent)


async def _run_call(context: RunContext, assignment: Assignment, call: PlannedCall) -> ToolOutcome:
    task = assignment.task
    tell = partial(context.events.emit, task_id=task.task_id, agent=task.agent)
    entry = context.registry.tools.get(call.tool)
    tell(ToolCalled(tool=call.tool, params=call.params, effects=tuple(map(str, entry.effects))))
    started = time.perf_counter()
    library, explored = context.library, list[Exploration]()
    is_watched = library is not None and (library.is_walked or context.is_explained or context.wish is not None)
    try:
        attempt = partial(
            run_tool,
            entry,
            call.params,
            library=WatchedLibrary(library, explored.append, wish=context.wish)
            if library is not None and is_watched
            else library,
            settings=_find_settings(context, assignment, entry),
            deadline=assignment.deadline,
            origin=CallOrigin(run_id=context.run_id, task_id=task.task_id),
            instances=context.tools,
            on_sending=lambda sending: tell(from_wire(ToolSent, {"tool": call.tool, **to_wire(sending)})),
            on_progress=lambda progress: tell(ToolProgressed(tool=call.tool, progress=progress)),
        )
        result = await call_with_attempts(
            entry,
            attempt,
            deadline=assignment.deadline,
            on_retry=lambda error: tell(ToolRetried(tool=call.tool, message=error.message)),
        )
    except MoeError as error:
        tell(ToolFailed(tool=call.tool, error=error.code, message=error.message))
        return ToolOutcome(tool=call.tool, params=call.params, result={}, error=error.message)
    context.explorations.extend(explored[: max(0, EXPLORATIONS_MAX - len(context.explorations))])
    for exploration in explored:
        tell_search(call.tool, exploration, tell, is_explained=context.is_explained)
    comments = await _comment(context, assignment, explored) if context.has_comments(assignment.member) else []
    located = take_locations(result)
    evidence = take_evidence(located.result)
    seconds = time.perf_counter() - started
    tell(ToolAnswered(tool=call.tool, seconds=seconds, evidence=len(evidence), notes=located.faults))
    return ToolOutcome(
        tool=call.tool,
        params=call.params,
        result=located.result,
        evidence=evidence,
        comments=tuple(comments),
        locations=located.locations,
    )


async def _comment(context: RunContext, assignment: Assignment, explored: Sequence[Exploration]) -> list[JsonObject]:
    """What experts say of what searches found."""
    comment_on = resolve_name("moe.running.commenting:comment_on")  # by name: it is off, or there is no language model
    return [one for search in explored for one in await comment_on(context, assignment, search)]


def _find_settings(context: RunContext, assignment: Assignment, entry: Entry[type[BaseTool]]) -> JsonObject | None:
    """What the agent's modelfile sets of the tool."""
    tools = context.registry.tools
    used = context.agent(assignment.member).tools
    return next((use.settings for use in used if use.name in tools and tools.get(use.name) is entry), None)
