"""A Drummer: one small task, with tools."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import anyio
import msgspec

from moe.running.citing.statements import EXPERTS, check_claims, unite_evidence
from moe.running.citing.support import hold_against_sources
from moe.running.claims import ask_claims
from moe.running.context import Assignment, RunContext, make_result
from moe.running.formats import PlannedCall, calls_format
from moe.running.rules import decide, split_by_rule
from moe.running.tool_call import call_once
from moe.running.tools.locations import lists_points_alone
from moe.running.tools.toolbox import ToolOutcome
from moe.running.tools.wording import word_result
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.location import Location
from moe_core.contracts.messages import Choice, Grounding, Purpose
from moe_core.contracts.task import Span, Statement, Status, TaskResult
from moe_core.contracts.wire import JsonObject, encode_json
from moe_core.schemas.validator import get_validator
from moe_kit.extraction.tool_choice import SEARCH_PASSAGES
from moe_kit.support.check import Given

NAMED_DOCUMENTS = 12
_SEARCH_MAX = 50  # passages, as search tools have it
# Capabilities of tools that are nothing without documents: where there are none, they are not chosen.
_OF_DOCUMENTS = frozenset(["document_search", "table_question"])


class _Brought(msgspec.Struct, frozen=True, kw_only=True):
    """What tools brought, by what becomes of it.

    Attributes:
        computed: What they worked out, as statements.
        evidence: What the task reads.
        handed_up: The same, and what a tool computed from.
        found: What they said besides, for the model.
        comments: What experts said of the evidence.
        declined: Why they worked nothing out.
        locations: Points on the Earth.
    """

    computed: tuple[Statement, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    handed_up: tuple[Evidence, ...] = ()
    found: tuple[JsonObject, ...] = ()
    comments: tuple[JsonObject, ...] = ()
    declined: tuple[str, ...] = ()
    locations: tuple[Location, ...] = ()


_NOTHING = _Brought()


async def work_as_drummer(context: RunContext, assignment: Assignment) -> TaskResult:
    """Choose tools, run them side by side, and state what they brought; wait when a person must decide on a call."""
    task, member = assignment.task, assignment.member
    outcomes = await _use_tools(context, assignment) if member.tools else []
    if outcomes is None:
        return make_result(task, Status.WAITING)
    brought = _gather(outcomes, max_evidence=context.max_evidence) if outcomes else _NOTHING
    computed, evidence = brought.computed, brought.evidence
    if outcomes and _is_for_reading_above(context, assignment, outcomes):
        return make_result(
            task,
            statements=computed,
            evidence=brought.handed_up,
            data={EXPERTS: list(brought.comments)} if brought.comments else None,
            declined=brought.declined,
            locations=brought.locations,
            is_read=False,
        )
    found = [*brought.found, *brought.comments]
    skipped = [{"tool": outcome.tool, "skipped": outcome.error} for outcome in outcomes if outcome.is_skipped]
    grounding = Grounding(
        purpose=Purpose.EXECUTE,
        question=context.question,
        instruction=task.instruction,
        evidence=evidence,
        findings=(*assignment.known, *found, *skipped),
    )
    found += [{"tool": outcome.tool, "refused": outcome.refusal} for outcome in outcomes if outcome.refusal]
    claims = await ask_claims(context, assignment, grounding)
    given = Given(question=context.question, computed=encode_json([one.get("result") for one in found]).decode())
    supported = hold_against_sources(check_claims(claims.statements, evidence), evidence, given)
    failed = [f"{outcome.tool}: {outcome.error}" for outcome in outcomes if outcome.error]
    return make_result(
        task,
        Status.DEGRADED if failed or (supported.is_bare and not computed) else Status.DONE,
        statements=computed + supported.statements,
        evidence=brought.handed_up,
        data=claims.data,
        notes=(*claims.notes, *supported.notes, *failed),
        declined=brought.declined,
        locations=brought.locations,
    )


def _gather(outcomes: Sequence[ToolOutcome], *, max_evidence: int) -> _Brought:
    computed = tuple(statement for outcome in outcomes for statement in _state_computed(outcome))
    brought = unite_evidence(item for outcome in outcomes for item in outcome.evidence)
    evidence = brought[:max_evidence]
    # What a tool computed from is handed up, whatever else was found.
    cited = {name for statement in computed for name in statement.evidence}
    return _Brought(
        computed=computed,
        evidence=evidence,
        handed_up=(*evidence, *(item for item in brought[len(evidence) :] if item.evidence_id in cited)),
        found=tuple(
            {"tool": outcome.tool, "result": _without_evidence(outcome)}
            for outcome in outcomes
            if not (outcome.error or outcome.refusal)
        ),
        comments=tuple(one for outcome in outcomes for one in outcome.comments),
        declined=tuple(str(outcome.result["declined"]) for outcome in outcomes if outcome.result.get("declined")),
        locations=tuple(location for outcome in outcomes for location in outcome.locations),
    )


async def _use_tools(context: RunContext, assignment: Assignment) -> list[ToolOutcome] | None:
    """What the tools brought; None when a call waits for a person, once all others are done."""
    choices = _list_choices(context, assignment)
    if not choices:
        return []
    calls = await _choose_calls(context, assignment, choices)
    outcomes: dict[int, ToolOutcome | None] = {}

    async def run_one(place: int, call: PlannedCall, step: str) -> None:
        outcomes[place] = await call_once(context, assignment, call, step)

    async with anyio.create_task_group() as group:
        for place, call in enumerate(calls):
            group.start_soon(run_one, place, call, context.steps.claim(assignment.task.task_id, f"tool {call.tool}"))
    done = [outcome for _, outcome in sorted(outcomes.items()) if outcome is not None]
    return done if len(done) == len(calls) else None


def _list_choices(context: RunContext, assignment: Assignment) -> tuple[Choice, ...]:
    """The tools of whoever works on the task, those that are off among them."""
    found = [(name, context.registry.tools.get(name)) for name in assignment.member.tools]
    if context.library is None:
        found = [(name, entry) for name, entry in found if not _OF_DOCUMENTS & set(entry.capabilities)]
    return tuple(
        Choice(
            name=name,
            summary=entry.summary + _name_documents(context, entry.schema, assignment.task.instruction),
            capabilities=entry.capabilities,
            schema=entry.schema,
        )
        for name, entry in found
    )


async def _choose_calls(
    context: RunContext, assignment: Assignment, choices: tuple[Choice, ...]
) -> tuple[PlannedCall, ...]:
    """Searches of documents by rule; whatever else there is by the model. What is off is wished for, and refused."""
    task = assignment.task
    grounding = Grounding(purpose=Purpose.CHOOSE_TOOLS, question=context.question, instruction=task.instruction)
    off = tuple(choice for choice in choices if choice.name in context.tools_off)
    on = tuple(choice for choice in choices if choice not in off)
    is_model = context.asks_language_model(assignment.member)
    ruled, others = split_by_rule(on) if is_model else ((), on)
    by_rule = [choice.name for choice in ruled + off]
    wished = decide(replace(grounding, choices=choices), calls_format(choices)) if by_rule else ()
    calls = tuple(call for call in wished if call.tool in by_rule)
    if others:
        grounding = replace(grounding, choices=others)
        calls += await context.ask(assignment, grounding, calls_format(others, off=by_rule))
    calls = tuple(_widen(call, context.max_evidence) for call in calls)
    calls += tuple(_insist(context, choices, calls, task.instruction))
    return tuple({(call.tool, str(call.params)): call for call in calls}.values())


def _widen(call: PlannedCall, max_evidence: int) -> PlannedCall:
    """A search that a rule asked for, which brings as many passages as a task reads."""
    if call.params.get("k") != SEARCH_PASSAGES:
        return call
    return PlannedCall(tool=call.tool, params={**call.params, "k": min(max_evidence, _SEARCH_MAX)})


def _insist(
    context: RunContext, choices: tuple[Choice, ...], calls: tuple[PlannedCall, ...], instruction: str
) -> Iterator[PlannedCall]:
    """Searches that nobody has thought of, of sources that the request includes by name."""
    called = [call.tool for call in calls]
    params = {"query": instruction}
    for choice in choices:
        is_wanted = choice.name in context.insisted and choice.name not in called
        if is_wanted and get_validator(choice.schema).find_first(params) is None:
            yield PlannedCall(tool=choice.name, params=params)


def _is_for_reading_above(context: RunContext, assignment: Assignment, outcomes: list[ToolOutcome]) -> bool:
    """Whether searches are all that was done, so that the layer above reads what they brought, once for all of them."""
    member = assignment.member
    tools = [context.registry.tools.get(outcome.tool) for outcome in outcomes]
    offered = tuple(Choice(name=tool.name, capabilities=tool.capabilities, schema=tool.schema) for tool in tools)
    return (
        not any(outcome.error or outcome.refusal for outcome in outcomes)
        and assignment.task.parent_id is not None
        and not split_by_rule(offered)[1]
        and context.agent(member).response_schema is None
        and context.asks_language_model(member)
    )


def _without_evidence(outcome: ToolOutcome) -> dict[str, object]:
    hidden = ("evidence", "passages", *(["locations"] if lists_points_alone(outcome.result.get("locations")) else ()))
    return {key: value for key, value in outcome.result.items() if key not in hidden}


def _state_computed(outcome: ToolOutcome) -> Iterator[Statement]:
    """What a tool brought besides evidence, in its own words or plainly; the statement names it as its support."""
    if outcome.error or outcome.refusal:
        return
    if "statement" in outcome.result:
        yield Statement(
            text=str(outcome.result["statement"]),
            evidence=tuple(item.evidence_id for item in outcome.evidence),
            spans=tuple(Span(evidence_id=i.evidence_id, start=i.start, end=i.end) for i in outcome.evidence),
            tool=outcome.tool,
            value=str(outcome.result.get("value", "")),
        )
    elif "evidence" not in outcome.result:
        text = word_result(outcome.tool, outcome.params, outcome.result)
        yield from [Statement(text=text, tool=outcome.tool)] if text else []


def _name_documents(context: RunContext, schema: JsonObject, instruction: str) -> str:
    """For a tool that works on one document: those that the instruction is likely to be about, best first."""
    if context.library is None or "document" not in schema.get("properties", {}):
        return ""
    hits = context.library.search(instruction, k=NAMED_DOCUMENTS)
    names = dict.fromkeys(hit.passage.document_id for hit in hits)
    return f" Documents: {', '.join(names)}" if names else ""
