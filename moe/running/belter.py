"""A Belter: splits its part into Drummer tasks, checks and merges what comes back."""

from moe.running.context import Assignment, RunContext
from moe.running.delegation import delegate, join
from moe_core.contracts.messages import Purpose
from moe_core.contracts.task import TaskResult


async def work_as_belter(context: RunContext, assignment: Assignment) -> TaskResult:
    """Decompose, let Drummers work, merge."""
    delegation = await delegate(
        context, assignment, purpose=Purpose.DECOMPOSE, below=context.chain.drummers, pick="drummer"
    )
    return await join(context, assignment, delegation, purpose=Purpose.MERGE)
