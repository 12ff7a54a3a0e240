"""Lines of the log tell what they are about, also in threads and tasks that were begun meanwhile."""

import anyio
import anyio.to_thread
import pytest

from moe_core.contracts.log_context import describe_log_context, log_about

pytestmark = pytest.mark.anyio


async def test_a_block_a_thread_and_a_task_are_about_the_same_and_others_are_not() -> None:
    told: dict[str, dict[str, str]] = {}

    async def look(name: str) -> None:
        await anyio.sleep(0)
        told[name] = describe_log_context()

    with log_about(run_id="r1", key="desk"):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(look, "task")
            with log_about(task_id="r1/1", agent="research"):
                told["thread"] = await anyio.to_thread.run_sync(describe_log_context)
    await look("after")
    assert told["task"] == {"correlation_id": "", "run_id": "r1", "task_id": "", "agent": "", "key": "desk"}
    assert told["thread"] == {**told["task"], "task_id": "r1/1", "agent": "research"}
    assert set(told["after"].values()) == {""}
