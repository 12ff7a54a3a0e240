"""Camina: splits the request for the Belters, and writes the final answer."""

from moe.asking.format import PROSE
from moe.running.context import Assignment, RunContext, make_result
from moe.running.delegation import delegate, join
from moe_core.contracts.messages import Grounding, Purpose
from moe_core.contracts.task import Statement, TaskResult

OWN_KNOWLEDGE = "Answered from the model's own knowledge; no documents were used."


async def work_as_camina(context: RunContext, assignment: Assignment) -> TaskResult:
    """Plan, let Belters work, synthesise; without Belters, answer directly."""
    if not context.chain.belters:
        return await _chat(context, assignment)
    delegation = await delegate(context, assignment, purpose=Purpose.PLAN, below=context.chain.belters, pick="belter")
    return await join(context, assignment, delegation, purpose=Purpose.SYNTHESISE)


async def _chat(context: RunContext, assignment: Assignment) -> TaskResult:
    grounding = Grounding(purpose=Purpose.CHAT, question=context.question, instruction=context.question)
    text = await context.ask(assignment, grounding, PROSE)
    return make_result(
        assignment.task,
        statements=(Statement(text=text, tool=assignment.member.served.model),),
        notes=(OWN_KNOWLEDGE,),
    )
