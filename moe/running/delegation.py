"""What Camina and the Belters have in common: hand parts of a task down, and join what comes back."""

from collections.abc import Sequence

import msgspec

from moe.running.citing.statements import (
    UNSUPPORTED,
    as_findings,
    check_claims,
    choose_evidence,
    merge_evidence,
    unite_statements,
)
from moe.running.citing.support import hold_against_sources
from moe.running.claims import ask_claims
from moe.running.context import Assignment, RunContext, make_result
from moe.running.dag import drop_impossible_needs, run_tasks
from moe.running.formats import PlannedTask, plan_format
from moe.running.reader import read_answer
from moe.running.rules import decide
from moe_core.contracts.chain import Member
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.messages import Choice, Grounding, Purpose
from moe_core.contracts.payloads import PlanCut
from moe_core.contracts.task import Status, Task, TaskResult
from moe_kit.support.check import Given

# Of the time a layer has left, what the layer below may use; the rest is for joining what it brought. A choice: with
# less the Drummers run short, with more a slow one leaves no time for the join.
SHARE_FOR_BELOW = 0.85


class Delegation(msgspec.Struct, frozen=True, kw_only=True):
    """What came back of the parts of a task.

    Attributes:
        results: In plan order.
        was_cut: The plan had more tasks than are done.
    """

    results: Sequence[TaskResult]
    was_cut: bool


async def delegate(
    context: RunContext, assignment: Assignment, *, purpose: Purpose, below: Sequence[Member], pick: str
) -> Delegation:
    """Ask for a plan over the members below, and have its tasks done; a sole Belter's is made by rule.

    Args:
        pick: The key of a planned task that names who does it.
    """
    task = assignment.task
    by_name = {lower.name: lower for lower in below}
    grounding = Grounding(
        purpose=purpose,
        question=context.question,
        instruction=task.instruction,
        choices=tuple(_describe(context, lower) for lower in below),
    )
    wanted = plan_format(pick, list(by_name))
    # Between one specialist and none there is nothing to choose: the rule only parts several questions.
    is_ruled = (purpose is Purpose.PLAN and len(below) == 1) or context.is_reader(assignment.member)
    plan = decide(grounding, wanted) if is_ruled else await context.ask(assignment, grounding, wanted)
    planned = {part.id: part for part in _cut(context, assignment, plan)}
    needs = drop_impossible_needs({part.id: part.depends_on for part in planned.values()})
    ids = {part_id: f"{task.task_id}/{number}" for number, part_id in enumerate(planned, start=1)}
    tasks = [
        _make_child(assignment, part, ids[part.id], by_name[part.who], [ids[need] for need in needs[part.id]])
        for part in planned.values()
    ]
    return Delegation(results=await run_tasks(context.executor, tasks), was_cut=len(planned) < len(plan))


async def join(context: RunContext, assignment: Assignment, delegation: Delegation, *, purpose: Purpose) -> TaskResult:
    """Make one of what came back; only what rests on evidence or a tool is kept. Where a part waits, it waits too."""
    results = delegation.results
    assert results, "a plan has a task at least"
    task = assignment.task
    if any(result.status is Status.WAITING for result in results):
        return make_result(task, Status.WAITING)
    failures = [result for result in results if result.status is Status.FAILED]
    if len(failures) == len(results):
        return make_result(task, Status.FAILED, error=failures[0].error)
    evidence = merge_evidence(results)
    grounding = Grounding(
        purpose=purpose,
        question=context.question,
        instruction=task.instruction,
        evidence=_choose_evidence(context, assignment, results, evidence),
        findings=as_findings(results),
        reads_closely=context.reads_closely,
    )
    claims = await (read_answer if context.is_reader(assignment.member) else ask_claims)(context, assignment, grounding)
    cited = check_claims(claims.statements, evidence)
    computed = tuple(statement for statement in unite_statements(results) if statement.tool)
    given = Given(question=context.question, computed="\n".join(statement.text for statement in computed))
    supported = hold_against_sources(cited, evidence, given)
    is_uncited = len(cited) < len(claims.statements)
    notes = dict.fromkeys([*claims.notes, *([UNSUPPORTED] if is_uncited else []), *supported.notes])
    is_degraded = (
        delegation.was_cut
        or (supported.is_bare and not computed)
        or any(result.status is not Status.DONE for result in results)
    )
    return make_result(
        task,
        Status.DEGRADED if is_degraded else Status.DONE,
        statements=computed + supported.statements,
        evidence=evidence,
        data=claims.data,
        notes=tuple(notes),
        declined=() if computed else tuple(dict.fromkeys(word for result in results for word in result.declined)),
        locations=tuple(dict.fromkeys(location for result in results for location in result.locations)),
    )


def _choose_evidence(
    context: RunContext, assignment: Assignment, results: Sequence[TaskResult], evidence: Sequence[Evidence]
) -> tuple[Evidence, ...]:
    """What a join reads: a language model no more than it needs, for each piece costs."""
    if not evidence:
        return ()
    if context.asks_language_model(assignment.member) and not context.is_reader(assignment.member):
        return choose_evidence(results, most=context.max_evidence)
    return tuple(evidence[: 2 * context.max_evidence])


def _cut(context: RunContext, assignment: Assignment, plan: Sequence[PlannedTask]) -> Sequence[PlannedTask]:
    """The first tasks of a plan, as many as a plan may have."""
    kept = plan[: context.max_plan_tasks]
    if len(kept) < len(plan):
        cut = PlanCut(planned=len(plan), kept=len(kept))
        context.events.emit(cut, task_id=assignment.task.task_id, agent=assignment.task.agent)
    return kept


def _make_child(assignment: Assignment, part: PlannedTask, task_id: str, member: Member, needs: Sequence[str]) -> Task:
    """A task below another: its id extends the parent's, its time is a share of what the parent has left."""
    parent = assignment.task
    return Task(
        task_id=task_id,
        run_id=parent.run_id,
        correlation_id=parent.correlation_id,
        parent_id=parent.task_id,
        agent=member.name,
        role=member.role,
        capability=part.capability or member.name,
        instruction=part.instruction,
        needs=tuple(needs),
        ttl_seconds=assignment.seconds_left(),
        time_share=SHARE_FOR_BELOW,
    )


def _describe(context: RunContext, member: Member) -> Choice:
    agent = context.agent(member)
    return Choice(name=member.name, summary=agent.description, capabilities=agent.capabilities)
