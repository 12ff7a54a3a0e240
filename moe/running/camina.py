"""Camina: splits the request for the Belters, and writes the final answer."""

from moe.asking.format import PROSE
from moe.running.belter import run_belter
from moe.running.context import RunContext, make_result, run_told
from moe.running.delegation import delegate, join
from moe_core.contracts.messages import Grounding, Purpose
from moe_core.contracts.task import Statement, Task, TaskResult
from moe_core.routing.chain import Member

OWN_KNOWLEDGE = "Answered from the model's own knowledge; no documents were used."


async def run_camina(context: RunContext, member: Member, task: Task) -> TaskResult:
    """Plan, let Belters work, synthesise; without Belters, answer directly."""
    return await run_told(context, member, task, _lead if context.chain.belters else _chat)


async def _lead(context: RunContext, member: Member, task: Task) -> TaskResult:
    results = await delegate(
        context,
        member,
        task,
        purpose=Purpose.PLAN,
        below=context.chain.belters,
        pick="belter",
        work=run_belter,
    )
    return await join(context, member, task, results, purpose=Purpose.SYNTHESISE)


async def _chat(context: RunContext, member: Member, task: Task) -> TaskResult:
    grounding = Grounding(purpose=Purpose.CHAT, question=context.question, instruction=context.question)
    text = await context.ask(member, task, grounding, PROSE)
    return make_result(
        task,
        statements=(Statement(text=text, tool=member.served.model),),
        notes=(OWN_KNOWLEDGE,),
    )
