"""A Belter: splits its part into Drummer tasks, checks and merges what comes back."""

from moe.running.context import RunContext, run_told
from moe.running.delegation import delegate, join
from moe.running.drummer import run_drummer
from moe_core.contracts.messages import Purpose
from moe_core.contracts.task import Task, TaskResult
from moe_core.routing.chain import Member


async def run_belter(context: RunContext, member: Member, task: Task) -> TaskResult:
    """Decompose, let Drummers work, merge."""
    return await run_told(context, member, task, _work)


async def _work(context: RunContext, member: Member, task: Task) -> TaskResult:
    results = await delegate(
        context,
        member,
        task,
        purpose=Purpose.DECOMPOSE,
        below=context.chain.drummers,
        pick="drummer",
        work=run_drummer,
    )
    return await join(context, member, task, results, purpose=Purpose.MERGE)
