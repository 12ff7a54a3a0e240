"""What Camina and the Belters have in common: hand parts of a task down, and join what comes back."""

from collections.abc import Mapping, Sequence

from moe.running.citing.statements import UNSUPPORTED, as_findings, check_claims, merge_evidence, unite_statements
from moe.running.context import RunContext, Work, make_child, make_result
from moe.running.dag import Step, drop_impossible_needs, run_steps
from moe.running.formats import PlannedTask, claims_format, plan_format
from moe_core.contracts.messages import Choice, Grounding, Purpose
from moe_core.contracts.task import Status, Task, TaskResult
from moe_core.routing.chain import Member

# Of the time a layer has left, what the layer below may use; the rest is for joining what it brought.
SHARE_FOR_BELOW = 0.85


async def delegate(
    context: RunContext,
    member: Member,
    task: Task,
    *,
    purpose: Purpose,
    below: Sequence[Member],
    pick: str,
    work: Work,
) -> list[TaskResult]:
    """Ask the member for a plan over the members below it, and run the plan.

    Args:
        pick: The key of a planned task that names who does it.
        work: Runs one task of the layer below.

    Returns:
        Results in plan order.
    """
    by_name = {lower.name: lower for lower in below}
    grounding = Grounding(
        purpose=purpose,
        question=context.question,
        instruction=task.instruction,
        choices=tuple(_describe(context, lower) for lower in below),
    )
    plan = await context.ask(member, task, grounding, plan_format(pick, list(by_name)))
    planned = {part.id: part for part in plan}
    needs = drop_impossible_needs({part.id: part.depends_on for part in planned.values()})

    def make_step(number: int, part: PlannedTask) -> Step[TaskResult]:
        lower = by_name[part.who]

        async def run(before: Mapping[str, TaskResult]) -> TaskResult:
            child = make_child(
                task,
                str(number),
                member=lower,
                capability=part.capability or lower.name,
                instruction=part.instruction,
                share=SHARE_FOR_BELOW,
                known=as_findings(list(before.values())),
            )
            return await work(context, lower, child)

        return Step(part.id, needs[part.id], run)

    steps = [make_step(number, part) for number, part in enumerate(planned.values(), start=1)]
    return list((await run_steps(steps)).values())


async def join(
    context: RunContext, member: Member, task: Task, results: Sequence[TaskResult], *, purpose: Purpose
) -> TaskResult:
    """Ask the member to make one of what came back; only what rests on evidence or a tool is kept."""
    assert results, "a plan has a task at least"
    failures = [result for result in results if result.status is Status.FAILED]
    if len(failures) == len(results):
        return make_result(task, Status.FAILED, error=failures[0].error)
    evidence = merge_evidence(results)
    grounding = Grounding(
        purpose=purpose,
        question=context.question,
        instruction=task.instruction,
        evidence=evidence[: 2 * context.max_evidence],
        findings=as_findings(results),
    )
    claims = await context.ask(member, task, grounding, claims_format(context.agent(member).response_schema))
    supported = check_claims(claims.statements, evidence)
    computed = tuple(statement for statement in unite_statements(results) if statement.tool)
    notes = dict.fromkeys([*claims.notes, *([UNSUPPORTED] if len(supported) < len(claims.statements) else [])])
    is_degraded = any(result.status is not Status.DONE for result in results)
    return make_result(
        task,
        Status.DEGRADED if is_degraded else Status.DONE,
        statements=computed + supported,
        evidence=evidence,
        data=claims.data,
        notes=tuple(notes),
    )


def _describe(context: RunContext, member: Member) -> Choice:
    agent = context.agent(member)
    return Choice(name=member.name, summary=agent.description, capabilities=agent.capabilities)
