"""The one task that a run consists of, done by its top agent within a time."""

import time

import anyio

from moe.running.context import RunContext
from moe_core.contracts.errors import DeadlineError
from moe_core.contracts.task import Task, TaskResult

MORE_TIME = "give it more with --deadline SECONDS"


async def do_top_task(
    context: RunContext, *, correlation_id: str, capability: str, until: float, attempt: int = 1
) -> TaskResult:
    """What the top agent hands up.

    Args:
        context: The run's.
        correlation_id: The run's.
        capability: What is asked of the agent, as one word.
        until: Unix time in seconds.
        attempt: The last part of the task's id.

    Raises:
        DeadlineError: It was not done by then.
    """
    top = context.chain.top()
    seconds_left = max(0.0, until - time.time())
    task = Task(
        task_id=f"{context.run_id}/{attempt}",
        run_id=context.run_id,
        correlation_id=correlation_id,
        parent_id=None,
        agent=top.name,
        role=top.role,
        capability=capability,
        instruction=context.question,
        ttl_seconds=seconds_left,
    )
    try:
        with anyio.fail_after(seconds_left):
            return await context.executor.run(task)
    except TimeoutError as error:
        raise DeadlineError("the time was over before there was an answer", hint=MORE_TIME) from error
