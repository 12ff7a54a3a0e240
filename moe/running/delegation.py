"""What Camina and the Belters have in common: hand parts of a task down, and join what comes back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from moe.running.context import RunContext, Work, make_child, make_result
from moe.running.dag import Step, drop_impossible_needs, run_steps
from moe.running.schemas import statements_schema
from moe.running.statements import UNSUPPORTED, as_findings, merge_evidence, read_statements, unite_statements
from moe_core.contracts.messages import Choice, Grounding, Purpose
from moe_core.contracts.task import Status, Task, TaskResult
from moe_core.contracts.wire import JsonObject
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
    schema: Callable[[list[str]], JsonObject],
    pick: str,
    work: Work,
) -> list[TaskResult]:
    """Ask the member for a plan over the members below it, and run the plan.

    Args:
        schema: Makes the plan's schema from the names below.
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
    reply = (await context.ask(member, task, grounding, schema(list(by_name)))).data or {}
    planned: Mapping[str, JsonObject] = {raw["id"]: raw for raw in reply["tasks"]}
    needs = drop_impossible_needs({step_id: raw["depends_on"] for step_id, raw in planned.items()})

    def make_step(number: int, step_id: str, raw: JsonObject) -> Step[TaskResult]:
        lower = by_name[raw[pick]]

        async def run(before: Mapping[str, TaskResult]) -> TaskResult:
            child = make_child(
                task,
                str(number),
                member=lower,
                capability=raw.get("capability", lower.name),
                instruction=raw["instruction"],
                share=SHARE_FOR_BELOW,
                known=as_findings(list(before.values())),
            )
            return await work(context, lower, child)

        return Step(step_id, needs[step_id], run)

    steps = [make_step(number, step_id, raw) for number, (step_id, raw) in enumerate(planned.items(), start=1)]
    return list((await run_steps(steps)).values())


async def join(
    context: RunContext, member: Member, task: Task, results: Sequence[TaskResult], *, purpose: Purpose
) -> TaskResult:
    """Ask the member to make one of what came back; only what rests on evidence or a tool is kept."""
    failures = [result for result in results if result.status is Status.FAILED]
    if len(failures) == len(results):
        return replace(make_result(task, Status.FAILED), error=failures[0].error if failures else None)
    evidence = merge_evidence(results)
    grounding = Grounding(
        purpose=purpose,
        question=context.question,
        instruction=task.instruction,
        evidence=evidence[: 2 * context.max_evidence],
        findings=as_findings(results),
    )
    schema = statements_schema(context.agent(member).response_schema)
    reply = (await context.ask(member, task, grounding, schema)).data or {}
    supported = read_statements(reply, evidence)
    computed = tuple(statement for statement in unite_statements(results) if statement.tool)
    notes = dict.fromkeys([*reply["notes"], *([UNSUPPORTED] if len(supported) < len(reply["statements"]) else [])])
    is_degraded = any(result.status is not Status.DONE for result in results)
    return replace(
        make_result(task, Status.DEGRADED if is_degraded else Status.DONE),
        statements=computed + supported,
        evidence=evidence,
        data=reply.get("data"),
        notes=tuple(notes),
    )


def _describe(context: RunContext, member: Member) -> Choice:
    agent = context.agent(member)
    return Choice(name=member.name, summary=agent.description, capabilities=agent.capabilities)
